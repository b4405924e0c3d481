// Reductions by monoids whose order does not matter, along elements of one output: lanes fold what they meet, then join.
// Must not know what is folded. Freestanding, for the device only.
#pragma once

#include "kernels/device/reduce_layout.h"
#include "kernels/device/reduce_monoid.h"

namespace lockstep::device::reduction {

// Elements first, first + step, ... below end, a batch of loads in flight.
template <class Body, bool linear, class Layout, class P, class Index>
LS_DEVICE P fold_elements(const Layout& layout, const Addresses<Body::operands>& at, P sum, Index first, Index end,
                          Index stride) {
    using F = typename Body::F;
    auto c = cursor<linear>(layout, at, first, stride);
    LS_ROLLED
    for (Index i = first; i < end; i += stride * Body::batch) {
        typename Body::Value x[Body::batch]{};
        bool there[Body::batch];
        LS_UNROLLED
        for (int k = 0; k < Body::batch; ++k) {
            there[k] = i + stride * k < end;
            if (there[k]) {
                const auto p = here<linear>(layout, c);
                if constexpr (Body::masked) there[k] = Body::selected(p);
                x[k] = Body::value(p);
            }
            step<linear>(c);
        }
        LS_UNROLLED
        for (int k = 0; k < Body::batch; ++k) {
            const P joined = F::join(sum, F::lift(x[k], static_cast<int64_t>(i + stride * k)));
            if (there[k]) sum = joined;
        }
    }
    return sum;
}

template <class T, int n>
struct alignas(16) Packed {
    T element[n];
};

// The same where the one operand's elements, first .. end, are neighbours in memory: 16 bytes a load. Small types would need
// more instructions for single loads than the memory's speed leaves time for.
template <class Body, class P, class Index>
LS_DEVICE P fold_packed(const char* base, P sum, Index first, Index end, Index lane, Index lanes) {
    using F = typename Body::F;
    using T = typename Body::Stored;
    constexpr Index width = 16 / sizeof(T);
    const T* const x = reinterpret_cast<const T*>(base);
    const auto add = [&](T element, Index i) { sum = F::join(sum, F::lift(Body::evaluate(element), static_cast<int64_t>(i))); };
    Index head = static_cast<Index>((0 - reinterpret_cast<uint64_t>(x + first)) % 16 / sizeof(T));
    head = end - first < head ? end - first : head;
    const Index start = first + head, stop = end - (end - start) % width;
    LS_ROLLED
    for (Index i = first + lane; i < start; i += lanes) add(x[i], i);
    LS_ROLLED
    for (Index i = stop + lane; i < end; i += lanes) add(x[i], i);
    LS_ROLLED
    for (Index i = start + lane * width; i < stop; i += lanes * width * 2) {
        const Index next = i + lanes * width;
        Packed<T, width> a = *reinterpret_cast<const Packed<T, width>*>(x + i), b = a;
        if (next < stop) b = *reinterpret_cast<const Packed<T, width>*>(x + next);
        LS_UNROLLED
        for (Index k = 0; k < width; ++k) add(a.element[k], i + k);
        if (next >= stop) break;
        LS_UNROLLED
        for (Index k = 0; k < width; ++k) add(b.element[k], next + k);
    }
    return sum;
}

// Joins what the threads of a block have; in thread 0.
template <class F, class P>
LS_DEVICE P join_block(P sum) {
    __shared__ P of_warp[kReduceWarps];
    LS_ROLLED
    for (int b = 0; b < 5; ++b) sum = joined_across<F>(sum, 1 << b);
    __syncthreads();
    if (lane_of_warp() == 0) of_warp[warp_of_block()] = sum;
    __syncthreads();
    if (threadIdx.x == 0)
        for (int w = 1; w < kReduceWarps; ++w) sum = F::join(sum, of_warp[w]);
    return sum;
}

template <class Body, bool linear, class A>
LS_DEVICE void folds(const A& a) {
    using Index = typename A::Index;
    using F = typename Body::F;
    using P = typename F::Partial;
    const typename Body::Value initial = initial_value<Body>(a);
    const unsigned lanes = a.wide ? unsigned{kReduceThreads} : 1u << a.lane_bits;
    const uint64_t group = (uint64_t{blockIdx.x} * kReduceThreads + threadIdx.x) >> a.lane_bits;
    const Index output = a.wide ? a.first_output + blockIdx.y : group < a.outputs ? static_cast<Index>(group) : a.outputs - 1;
    const Index begin = a.wide ? blockIdx.x * a.span : Index{0};
    const Index end = a.count - begin < a.span ? a.count : begin + a.span;
    const auto at = moved(a.layout, a.layout.outer, a.layout.ndim, output, origin<Body::operands>(a.layout));
    const unsigned lane = threadIdx.x & (lanes - 1);
    P sum = F::nothing(initial);
    bool folded = false;
    if constexpr (Body::packable && linear) {
        folded = a.packed;
        if (folded) sum = fold_packed<Body>(at.at[0], sum, begin, end, Index{lane}, Index{lanes});
    }
    if (!folded) sum = fold_elements<Body, linear>(a.layout, at, sum, begin + lane, end, static_cast<Index>(lanes));
    if (!a.wide) {
        LS_ROLLED
        for (int b = 0; b < a.lane_bits; ++b) sum = joined_across<F>(sum, 1 << b);
        if (group >= a.outputs) return;
    } else {
        sum = join_block<F>(sum);
        if (gridDim.x > 1) {
            P* const partials = reinterpret_cast<P*>(a.partials) + uint64_t{blockIdx.y} * gridDim.x;
            if (threadIdx.x == 0) partials[blockIdx.x] = sum;
            if (!is_last_block(a.counters + blockIdx.y, gridDim.x)) return;
            sum = F::nothing(initial);
            LS_UNROLLED_8
            for (unsigned i = threadIdx.x; i < gridDim.x; i += kReduceThreads) sum = F::join(sum, partials[i]);
            sum = join_block<F>(sum);
        }
    }
    if (lane != 0) return;
    char* const out = output_address(a.layout, a.layout.outer, a.layout.ndim, output, a.layout.out);
    store(out, F::finish(initial, sum), a.layout.out_aligned);
}

}  // namespace lockstep::device::reduction
