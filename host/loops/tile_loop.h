// The one loop over packed tiles that every operation is compiled into, plain and streaming.
// Must not know which operations there are. For *.isa.cpp files only: everything here has internal linkage.
#pragma once

#include "host/loops/loops.h"
#include "runtime/scalar/config.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace lockstep::host::LS_ISA {
namespace {

constexpr int64_t kLineBytes = 64;

// Stores one 64-byte line past the cache. `to` is 64-byte aligned.
inline __attribute__((always_inline)) void stream_line(char* to, const char* from) {
#if defined(__AVX512F__)
    _mm512_stream_si512(reinterpret_cast<__m512i*>(to), _mm512_load_si512(from));
#elif defined(__AVX__)
    for (int k = 0; k < 64; k += 32)
        _mm256_stream_si256(reinterpret_cast<__m256i*>(to + k),
                            _mm256_load_si256(reinterpret_cast<const __m256i*>(from + k)));
#elif defined(__x86_64__)
    for (int k = 0; k < 64; k += 16)
        _mm_stream_si128(reinterpret_cast<__m128i*>(to + k), _mm_load_si128(reinterpret_cast<const __m128i*>(from + k)));
#else
    __builtin_memcpy(to, from, kLineBytes);
#endif
}

inline __attribute__((always_inline)) void stream_fence() {
#if defined(__x86_64__)
    _mm_sfence();
#endif
}

// Element i. g++ 12 vectorises no loop that decides by bools it reads, and any that does by bytes: where() of float64 takes
// 0.37 instead of 0.97 ns an element.
template <class T>
inline __attribute__((always_inline)) T element(const T* a, int64_t i) {
    if constexpr (__is_same(T, bool)) return reinterpret_cast<const unsigned char*>(a)[i] != 0;
    else return a[i];
}

// f(i) gives element i; consecutive elements are independent (the output equals an input or is disjoint).
template <class R, class F>
inline __attribute__((always_inline)) void run_plain(int64_t n, R* out, F f) {
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) out[i] = f(i);
}

template <class R, class F>
inline __attribute__((always_inline)) void run_stream(int64_t n, R* out, F f) {
    constexpr int64_t kBlock = 512 / static_cast<int64_t>(sizeof(R));
    const int64_t misaligned = static_cast<int64_t>(-reinterpret_cast<uintptr_t>(out) % kLineBytes) / static_cast<int64_t>(sizeof(R));
    int64_t i = misaligned < n ? misaligned : n;
    run_plain(i, out, f);
    alignas(64) R block[kBlock];
    for (; i + kBlock <= n; i += kBlock) {
        run_plain(kBlock, block, [=](int64_t j) __attribute__((always_inline)) { return f(i + j); });
        for (int64_t b = 0; b < 512; b += kLineBytes)
            stream_line(reinterpret_cast<char*>(out + i) + b, reinterpret_cast<const char*>(block) + b);
    }
    run_plain(n - i, out + i, [=](int64_t j) __attribute__((always_inline)) { return f(i + j); });
    stream_fence();
}

// Elements whose guard fires are redone by the operation's second function, block by block. Where the output is one of
// the inputs, a block is computed aside, so that its rare elements can still be read.
template <class R, class F, class Guard, class Rare>
inline __attribute__((always_inline)) void run_rare(int64_t n, R* out, bool aside, F f, Guard guard, Rare rare) {
    constexpr int64_t kAside = 512, kInPlace = 4096;  // long blocks: folding the flags costs as much as 60 elements
    R block[kAside];
    const int64_t size = aside ? kAside : kInPlace;
    for (int64_t i = 0; i < n; i += size) {
        const int64_t m = n - i < size ? n - i : size;
        R* to = aside ? block : out + i;
        unsigned flags = 0;
#pragma GCC ivdep
        for (int64_t j = 0; j < m; ++j) {
            to[j] = f(i + j);
            flags |= guard(i + j);
        }
        if (flags)
            for (int64_t j = 0; j < m; ++j)
                if (guard(i + j)) to[j] = rare(i + j);
        if (aside) __builtin_memcpy(out + i, block, static_cast<size_t>(m) * sizeof(R));
    }
}

}  // namespace
}  // namespace lockstep::host::LS_ISA
