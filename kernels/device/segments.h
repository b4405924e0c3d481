// Folds of stretches of an axis on the device (ufunc.reduceat): a thread for each result, in the host's order.
// Must not know layouts beyond a space. Freestanding: compiled by NVRTC and the simulator's g++.
#pragma once

#include "kernels/device/index_read.h"
#include "kernels/device/reduce_geometry.h"
#include "kernels/device/reduce_monoid.h"
#include "kernels/device/segment_arguments.h"

namespace lockstep::device {

// Equally spaced elements.
template <class T_, bool aligned>
struct Stretch {
    using T = T_;
    const char* first;
    int64_t stride;
    LS_DEVICE T at(const Stretch& s, int64_t i) { return reduction::load<aligned, T>(s.first + i * s.stride); }
};

// From left to right. Sums and products of halves are carried in float and rounded once.
template <Op op, class T>
struct FoldInSequence {
    using Carry = reduction::Carried<T, scalar::is_half<T> && (op == Op::add || op == Op::multiply)>;

    template <class S>
    LS_DEVICE T fold(T first, const S& x, int64_t n) {
        auto all = Carry::lift(first);
        LS_UNROLLED_8
        for (int64_t i = 0; i < n; ++i) all = scalar::apply<op>(all, Carry::lift(S::at(x, i)));
        return Carry::lower(all);
    }
};

// first + the tree of runtime/exec/pairwise.h over the others.
template <class T>
struct FoldSum {
    using F = reduction::Folding<Monoid::add, T>;
    using P = typename F::Partial;
    static constexpr int lanes = scalar::is_complex<T> ? 4 : 8;  // accumulators of a leaf
    static constexpr int64_t leaf_elements = reduction::kLeafUnits * lanes;
    static constexpr int levels = 58;  // halvings of 2^63 elements until they are a leaf

    template <class S>
    LS_DEVICE P leaf(const S& x, int64_t first, int n) {
        P sum = F::empty_run();
        int k = 0;
        if (n >= lanes) {
            P r[lanes];
            LS_UNROLLED
            for (int j = 0; j < lanes; ++j) r[j] = F::lift(S::at(x, first + j), 0);
            LS_ROLLED
            for (k = lanes; k + lanes <= n; k += lanes) {
                LS_UNROLLED
                for (int j = 0; j < lanes; ++j) r[j] = F::join(r[j], F::lift(S::at(x, first + k + j), 0));
            }
            LS_UNROLLED
            for (int width = 1; width < lanes; width *= 2) {
                LS_UNROLLED
                for (int j = 0; j < lanes; j += 2 * width) r[j] = F::join(r[j], r[j + width]);
            }
            sum = r[0];
        }
        LS_ROLLED
        for (; k < n; ++k) sum = F::join(sum, F::lift(S::at(x, first + k), 0));
        return sum;
    }

    // From leaf to leaf, each found from the root: sums of left halves wait for those of the right ones.
    template <class S>
    LS_DEVICE P tree(const S& x, int64_t n) {
        P left[levels];
        uint64_t right = 0;  // bit l: left[l] is there, and the next leaf is in the right half
        int64_t first = 0;
        LS_ROLLED
        for (;;) {
            int64_t size = n;
            int level = 0;
            LS_ROLLED
            for (; size > leaf_elements; ++level) {
                const int64_t half = size / 2 - size / 2 % lanes;
                size = right >> level & 1 ? size - half : half;
            }
            P sum = leaf(x, first, static_cast<int>(size));
            first += size;
            LS_ROLLED
            for (; level > 0 && (right >> (level - 1) & 1); --level) {
                sum = F::join(left[level - 1], sum);
                right ^= uint64_t{1} << (level - 1);
            }
            if (level == 0) return sum;
            left[level - 1] = sum;
            right |= uint64_t{1} << (level - 1);
        }
    }

    template <class S>
    LS_DEVICE T fold(T first, const S& x, int64_t n) {
        return F::combine(first, tree(x, n));
    }
};

template <class Fold, class T, bool aligned, Op op, class A>
LS_DEVICE void fold_segments(const A& a) {
    const auto number = thread_number<decltype(a.space.count)>();
    if (number >= a.space.count) return;
    const auto offset = offsets_at(a.space, number);
    const int64_t* const index = reinterpret_cast<const int64_t*>(a.indices + offset.of[2]);
    const bool last = offset.of[2] / 8 + 1 == a.count;
    const uint64_t n = static_cast<uint64_t>(a.n);
    const int64_t begin = index[0], end = last ? a.n : index[1];
    if (static_cast<uint64_t>(begin) >= n)
        return report(a.word, kIndexError, static_cast<unsigned>(op), -1, begin, a.n);
    if (!last && static_cast<uint64_t>(end) >= n) return;  // reported where it begins a stretch
    using S = Stretch<T, aligned>;
    const S x{a.in + offset.of[0] + begin * a.in_stride, a.in_stride};
    T value = S::at(x, 0);
    if (end - begin > 1) value = Fold::fold(value, S{x.first + a.in_stride, a.in_stride}, end - begin - 1);
    reduction::store(a.out + offset.of[1], value, aligned);
}

}  // namespace lockstep::device
