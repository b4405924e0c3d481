// Sorting records by an unsigned key in one thread: stable, radix passes over the leading bits that differ.
// Must not know element types, threads or tasks.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>
#include <utility>

namespace lockstep::host {

// An element's key with its position. Twelve bytes for 64-bit keys and 32-bit positions.
#pragma pack(push, 4)
template <class K, class P>
struct Placed {
    K key;
    P position;
};
#pragma pack(pop)

template <class K>
inline K key_of(K key) {
    return key;
}
template <class K, class P>
inline K key_of(const Placed<K, P>& r) {
    return r.key;
}
template <class R>
using KeyOf = decltype(key_of(R{}));

inline constexpr int64_t kInsertion = 24;

template <class R>
void insertion_sort(R* a, int64_t n) {
    for (int64_t i = 1; i < n; ++i) {
        const R r = a[i];
        int64_t j = i;
        for (; j > 0 && key_of(r) < key_of(a[j - 1]); --j) a[j] = a[j - 1];
        a[j] = r;
    }
}

inline constexpr int kDigitBits = 8;
inline constexpr int kDigits = 8;

// Windows of a key that hold bits which differ, from the top down, until `wanted` bits are covered.
struct Digits {
    int count = 0;
    int shift[kDigits];
    bool rest = false;  // whether bits differ below the last one

    Digits(uint64_t varying, int wanted) {
        int covered = 0;
        while (varying != 0 && covered < wanted && count < kDigits) {
            const int top = 63 - std::countl_zero(varying);
            const int low = top < kDigitBits ? 0 : top - kDigitBits + 1;
            shift[count++] = low;
            covered += kDigitBits;
            varying &= (uint64_t{1} << low) - 1;
        }
        rest = varying != 0;
    }
};

template <class R>
R* radix_sort(R* a, R* b, int64_t n);

// `a` is sorted but for the bits below `shift`: sorts the groups that agree in those above.
template <class R>
void sort_groups(R* a, R* b, int64_t n, int shift) {
    for (int64_t i = 0; i < n;) {
        const auto leading = key_of(a[i]) >> shift;
        int64_t j = i + 1;
        while (j < n && key_of(a[j]) >> shift == leading) ++j;
        if (j - i > 1) {
            const R* sorted = radix_sort(a + i, b + i, j - i);
            if (sorted != a + i) std::memcpy(a + i, sorted, static_cast<size_t>(j - i) * sizeof(R));
        }
        i = j;
    }
}

// Sorts n (less than 2^31) records at `a`, with room for as many at `b`; says which of the two has them.
template <class R>
R* radix_sort(R* a, R* b, int64_t n) {
    if (n <= kInsertion) {
        insertion_sort(a, n);
        return a;
    }
    uint64_t varying = 0;
    bool unsorted = false;
    for (int64_t i = 1; i < n; ++i) {
        varying |= static_cast<uint64_t>(key_of(a[i]) ^ key_of(a[i - 1]));
        unsorted |= key_of(a[i]) < key_of(a[i - 1]);
    }
    if (!unsorted) return a;
    // Random numbers are told apart by little more than log2(n) bits; twelve are for sign and exponent.
    const int wanted = 64 - std::countl_zero(static_cast<uint64_t>(n)) + 8;
    const Digits digits(varying, wanted);
    uint32_t counts[kDigits][1 << kDigitBits];
    std::memset(counts, 0, static_cast<size_t>(digits.count) * sizeof counts[0]);
    constexpr uint32_t mask = (1 << kDigitBits) - 1;
    for (int64_t i = 0; i < n; ++i)
        for (int d = 0; d < digits.count; ++d) ++counts[d][static_cast<uint32_t>(key_of(a[i]) >> digits.shift[d]) & mask];
    for (int d = digits.count - 1; d >= 0; --d) {
        uint32_t sum = 0;
        for (uint32_t& c : counts[d]) {
            const uint32_t here = c;
            c = sum;
            sum += here;
        }
        const int shift = digits.shift[d];
        uint32_t* const place = counts[d];
        for (int64_t i = 0; i < n; ++i) b[place[static_cast<uint32_t>(key_of(a[i]) >> shift) & mask]++] = a[i];
        R* const swapped = a;
        a = b;
        b = swapped;
    }
    if (digits.rest) sort_groups(a, b, n, digits.shift[digits.count - 1]);
    return a;
}

}  // namespace lockstep::host
