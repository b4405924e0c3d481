// NumPy's pairwise summation tree over one contiguous run: its constants, its split and its leaf, in plain
// form. Must not know layouts (reduce_order.h cuts an array into runs), dtypes beyond + and backends.
#pragma once

#include <cstdint>

namespace lockstep {

// All counts are in scalars: a complex run of n elements is a tree over its 2n interleaved parts, where real
// and imaginary parts keep apart sums. Every leaf but the last starts a multiple of eight scalars after the
// run's start.
inline constexpr int64_t kPairwiseLeaf = 128;  // longer runs are split
inline constexpr int kPairwiseLanes = 8;  // accumulators of a leaf: scalar k of it goes to accumulator k % 8

// Where a run of n > kPairwiseLeaf scalars is split: half, rounded down to a multiple of eight. Its sum is
// then sum(first split scalars) + sum(the rest).
constexpr int64_t pairwise_split(int64_t n) { return n / 2 - n / 2 % kPairwiseLanes; }

// One leaf, n <= kPairwiseLeaf: sum[0] for Parts = 1 (real), sum[0] + i sum[1] for Parts = 2 (complex).
// Fewer than eight scalars are added one after the other from -0.0, which changes no sum, not even one of
// -0.0s.
template <int Parts, class T>
constexpr void pairwise_leaf(const T* x, int n, T* sum) {
    static_assert(Parts == 1 || Parts == 2);
    int k = 0;
    for (int p = 0; p < Parts; ++p) sum[p] = -T{0};
    if (n >= kPairwiseLanes) {
        T r[kPairwiseLanes]{};
        for (int j = 0; j < kPairwiseLanes; ++j) r[j] = x[j];
        for (k = kPairwiseLanes; k + kPairwiseLanes <= n; k += kPairwiseLanes)
            for (int j = 0; j < kPairwiseLanes; ++j) r[j] += x[k + j];
        if constexpr (Parts == 1) {
            sum[0] = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
        } else {
            for (int p = 0; p < Parts; ++p) sum[p] = (r[p] + r[p + 2]) + (r[p + 4] + r[p + 6]);
        }
    }
    for (; k < n; k += Parts)
        for (int p = 0; p < Parts; ++p) sum[p] += x[k + p];
}

// The whole tree over n scalars (a multiple of Parts). Depth log2(n / 64) at most.
template <int Parts, class T>
constexpr void pairwise_sum(const T* x, int64_t n, T* sum) {
    if (n <= kPairwiseLeaf) return pairwise_leaf<Parts>(x, static_cast<int>(n), sum);
    const int64_t first = pairwise_split(n);
    T rest[Parts]{};
    pairwise_sum<Parts>(x, first, sum);
    pairwise_sum<Parts>(x + first, n - first, rest);
    for (int p = 0; p < Parts; ++p) sum[p] += rest[p];
}

}  // namespace lockstep
