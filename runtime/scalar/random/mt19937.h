// MT19937: 624 words are made at a time from the 624 before them, and tempered when they are read.
// Must not know distributions, nor how to jump ahead (runtime/random/mt19937_jump.cpp).
#pragma once

#include "runtime/scalar/random/state.h"

namespace lockstep::scalar::random {

inline constexpr int kMt19937Words = 624, kMt19937Middle = 397;

struct Mt19937 {
    static constexpr int word_bits = 32;
    static constexpr bool skips = false;

    uint32_t* key;  // the 624 words stay in the BitState
    int32_t position;
};

LS_SCALAR uint32_t mt19937_next(uint32_t oldest, uint32_t second, uint32_t middle) {
    const uint32_t joined = (oldest & 0x80000000u) | (second & 0x7fffffffu);
    return middle ^ joined >> 1 ^ (0x9908b0dfu & (0u - (joined & 1u)));
}

// The next 624 words, in place of these. Once in 624 draws: a call, not a copy in every distribution.
#if defined(__CUDACC__)
static __host__ __device__ __noinline__
#else
[[maybe_unused]] static __attribute__((noinline))
#endif
void mt19937_block(uint32_t* key) {
    constexpr int n = kMt19937Words, m = kMt19937Middle;
    for (int i = 0; i < n - m; ++i) key[i] = mt19937_next(key[i], key[i + 1], key[i + m]);
    for (int i = n - m; i < n - 1; ++i) key[i] = mt19937_next(key[i], key[i + 1], key[i + m - n]);
    key[n - 1] = mt19937_next(key[n - 1], key[0], key[m - 1]);
}

LS_SCALAR uint32_t mt19937_tempered(uint32_t x) {
    x ^= x >> 11;
    x ^= x << 7 & 0x9d2c5680u;
    x ^= x << 15 & 0xefc60000u;
    return x ^ x >> 18;
}

LS_SCALAR uint32_t word(Mt19937& g) {
    if (g.position >= kMt19937Words) {
        mt19937_block(g.key);
        g.position = 0;
    }
    return mt19937_tempered(g.key[g.position++]);
}

LS_SCALAR void open(Mt19937& g, BitState& s) { g.key = s.mt19937.key, g.position = s.mt19937.position; }
LS_SCALAR void close(const Mt19937& g, BitState& s) { s.mt19937.position = g.position; }

}  // namespace lockstep::scalar::random
