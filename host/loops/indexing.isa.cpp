// The CPU's loops over packed masks and positions: counting, compacting, the range of an index.
// Must not know element types: only item sizes. Masks are random where their speed matters: no branch depends on one
// element.
#include "host/loops/tile_loop.h"

namespace lockstep::host::LS_ISA {
namespace {

using Bytes = const unsigned char*;

int64_t count_true(const char* mask, int64_t n) {
    constexpr int64_t kLanes = 64, kRows = 255;  // as many rows as a byte can count
    Bytes m = reinterpret_cast<Bytes>(mask);
    int64_t total = 0, i = 0;
    while (i + kLanes <= n) {
        unsigned char lane[kLanes] = {};
        const int64_t rows = (n - i) / kLanes < kRows ? (n - i) / kLanes : kRows;
        for (int64_t r = 0; r < rows; ++r, i += kLanes)
            for (int64_t j = 0; j < kLanes; ++j) lane[j] = static_cast<unsigned char>(lane[j] + (m[i + j] != 0));
        for (int64_t j = 0; j < kLanes; ++j) total += lane[j];
    }
    for (; i < n; ++i) total += m[i] != 0;
    return total;
}

// A bit for each of `n` <= 64 bytes that is not 0.
inline __attribute__((always_inline)) uint64_t bits_of(Bytes m, int64_t n) {
    uint64_t bits = 0;
    if (n < 64) {
        for (int64_t j = 0; j < n; ++j) bits |= static_cast<uint64_t>(m[j] != 0) << j;
        return bits;
    }
#if defined(__AVX512BW__)
    const __m512i v = _mm512_loadu_si512(m);
    bits = _mm512_test_epi8_mask(v, v);
#elif defined(__AVX2__)
    for (int k = 0; k < 2; ++k) {
        const __m256i v = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(m + 32 * k));
        const __m256i zero = _mm256_cmpeq_epi8(v, _mm256_setzero_si256());
        bits |= static_cast<uint64_t>(~static_cast<uint32_t>(_mm256_movemask_epi8(zero))) << (32 * k);
    }
#elif defined(__x86_64__)
    for (int k = 0; k < 4; ++k) {
        const __m128i v = _mm_loadu_si128(reinterpret_cast<const __m128i*>(m + 16 * k));
        const __m128i zero = _mm_cmpeq_epi8(v, _mm_setzero_si128());
        bits |= static_cast<uint64_t>(~_mm_movemask_epi8(zero) & 0xffff) << (16 * k);
    }
#else
    for (int64_t j = 0; j < 64; ++j) bits |= static_cast<uint64_t>(m[j] != 0) << j;
#endif
    return bits;
}

// Calls take(k, i) for the k-th true element i. Where many of 64 are true, take is called for all of them, and every
// call but the last with its k is in vain; few are walked bit by bit. k stays below `room`, at least their number. On
// two threads a mask over 10^7 float64 takes 3.8 ms with half of them true (NumPy: 48) and 1.6 with 1 % (NumPy: 8).
template <class Take>
inline __attribute__((always_inline)) int64_t walk_true(const char* mask, int64_t n, int64_t room, Take take) {
    constexpr int kFew = 10;
    Bytes m = reinterpret_cast<Bytes>(mask);
    int64_t k = 0;
    for (int64_t i = 0; i < n && k < room; i += 64) {
        uint64_t bits = bits_of(m + i, n - i < 64 ? n - i : 64);
        const int some = __builtin_popcountll(bits);
        if (k + some > room) return k;  // the mask changed meanwhile
        if (some <= kFew || i + 64 > n || k + 64 > room) {
            for (; bits; bits &= bits - 1) take(k++, i + __builtin_ctzll(bits));
            continue;
        }
        for (int64_t j = 0; j < 64; ++j) {
            take(k, i + j);
            k += static_cast<int64_t>(bits >> j & 1);
        }
    }
    return k;
}

template <class T>
int64_t pack(const char* mask, const char* from, int64_t n, char* to, int64_t room) {
    return walk_true(mask, n, room, [=](int64_t k, int64_t i) __attribute__((always_inline)) {
        constexpr int64_t kItem = sizeof(T);
        __builtin_memcpy(to + k * kItem, from + i * kItem, sizeof(T));
    });
}

template <class P>
int64_t positions(const char* mask, int64_t n, int64_t first, P* out, int64_t room) {
    return walk_true(mask, n, room,
                     [=](int64_t k, int64_t i) __attribute__((always_inline)) { out[k] = static_cast<P>(first + i); });
}

void range(const int64_t* index, int64_t n, int64_t* low, int64_t* high) {
    int64_t a = *low, b = *high;
    for (int64_t i = 0; i < n; ++i) {
        const int64_t v = index[i];
        a = v < a ? v : a;
        b = v > b ? v : b;
    }
    *low = a;
    *high = b;
}

struct Item16 {
    uint64_t a, b;
};

}  // namespace

void fill_indexing(LoopTable& table) {
    table.indexing = {count_true,     range,          positions<int32_t>, positions<int64_t>,
                      {pack<uint8_t>, pack<uint16_t>, pack<uint32_t>,     pack<uint64_t>,     pack<Item16>}};
}

}  // namespace lockstep::host::LS_ISA
