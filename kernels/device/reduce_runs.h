// Reductions in the contract's order under a mask, along units of one output: each maximal run of selected elements of a chunk
// is a pairwise tree of its own, the runs are added one after the other. A block has an output.
// Must not know what is folded. Freestanding, for the device only.
#pragma once

#include "kernels/device/reduce_trees.h"

namespace lockstep::device::reduction {

// 256 elements' flags, a bit each; in every thread of the block.
struct Flags {
    unsigned word[kReduceWarps];
};

LS_DEVICE Flags block_flags(bool flag) {
    __shared__ unsigned words[kReduceWarps];
    const unsigned word = __ballot_sync(kAllLanes, flag);
    __syncthreads();
    if (lane_of_warp() == 0) words[warp_of_block()] = word;
    __syncthreads();
    Flags all;
    LS_UNROLLED
    for (int w = 0; w < kReduceWarps; ++w) all.word[w] = words[w];
    return all;
}

// The first flag that is set at or after `from`, 256 for none; with `inverted`, that is not set.
LS_DEVICE int first_flag(const Flags& flags, int from, bool inverted) {
    int found = kReduceThreads;
    LS_UNROLLED
    for (int w = kReduceWarps - 1; w >= 0; --w) {
        unsigned bits = inverted ? ~flags.word[w] : flags.word[w];
        if (from >= 32 * (w + 1)) bits = 0;
        else if (from > 32 * w) bits &= ~0u << (from - 32 * w);
        if (bits != 0) found = 32 * w + __ffs(static_cast<int>(bits)) - 1;
    }
    return found;
}

// A run that is one leaf, by one thread.
template <class Body, bool linear, class Layout, class Index>
LS_DEVICE auto short_run(const Layout& layout, const Addresses<Body::operands>& unit, Index first, int n) {
    using F = typename Body::F;
    using P = typename F::Partial;
    constexpr int width = kLeafLanes<typename Body::Value>;
    auto c = cursor<linear>(layout, unit, first, Index{1});
    P sum = F::empty_run();
    int k = 0;
    if (n >= width) {
        P lane[width];
        LS_ROLLED
        for (; k + width <= n; k += width) {
            LS_UNROLLED
            for (int j = 0; j < width; ++j) {
                const P p = F::lift(Body::value(here<linear>(layout, c)), 0);
                lane[j] = k == 0 ? p : F::join(lane[j], p);
                step<linear>(c);
            }
        }
        LS_UNROLLED
        for (int distance = 1; distance < width; distance *= 2)
            LS_UNROLLED
            for (int j = 0; j < width; j += 2 * distance) lane[j] = F::join(lane[j], lane[j + distance]);
        sum = lane[0];
    }
    LS_ROLLED
    for (; k < n; ++k) {
        sum = F::join(sum, F::lift(Body::value(here<linear>(layout, c)), 0));
        step<linear>(c);
    }
    return sum;
}

// A run of any length by the block: eight subtrees at a time, joined like the digits of a counter. In thread 0.
template <class Body, bool linear, class A>
LS_DEVICE auto long_run(const A& a, const Addresses<Body::operands>& unit, typename A::Index first, typename A::Index n) {
    using Index = typename A::Index;
    using F = typename Body::F;
    using P = typename F::Partial;
    constexpr Index width = kLeafLanes<typename Body::Value>;
    constexpr int spread = width == 4 ? 3 : 2, most = width == 4 ? 8 : 7;  // levels that a warp does
    __shared__ P of_warp[kReduceWarps];
    __shared__ P pending[64];
    const int depth = tree_depth<Index>(n / width, n % width != 0);
    const int piece_depth = piece_depth_of(depth, depth > most + 3 ? depth - most : 3);
    Chunk<Body::operands, Index> chunk{unit, first, n, depth};
    const Index pieces = Index{1} << piece_depth;
    const int together = piece_depth < 3 ? piece_depth : 3;
    P sum{};
    LS_ROLLED
    for (Index pass = 0; pass << 3 < pieces; ++pass) {
        const Index piece = (pass << 3) + static_cast<Index>(warp_of_block());
        if (piece < pieces) sum = piece_of<Body, linear>(a, chunk, piece, piece_depth, spread);
        if (lane_of_warp() == 0) of_warp[warp_of_block()] = sum;
        __syncthreads();
        if (warp_of_block() == 0) {
            sum = of_warp[lane_of_warp() & (kReduceWarps - 1)];
            LS_ROLLED
            for (int b = 0; b < together; ++b) sum = joined_across<F>(sum, 1 << b);
            if (threadIdx.x == 0) {
                int digit = 0;
                for (; pass >> digit & 1; ++digit) sum = F::join(pending[digit], sum);
                pending[digit] = sum;
            }
        }
        __syncthreads();
    }
    return sum;
}

// One chunk into the sum, which thread 0 has.
template <class Body, bool linear, class A, class C>
LS_DEVICE typename Body::Value add_runs(const A& a, const C& chunk, typename Body::Value sum) {
    using Index = typename A::Index;
    using F = typename Body::F;
    constexpr int longest = kLeafUnits * kLeafLanes<typename Body::Value>;
    __shared__ typename F::Partial of_start[kReduceThreads];
    const auto flags_at = [&](Index at) {
        const Index i = at + threadIdx.x;
        const auto c = cursor<linear>(a.layout, chunk.unit, chunk.first + i, Index{1});
        return block_flags(i < chunk.size && Body::selected(here<linear>(a.layout, c)));
    };
    LS_ROLLED
    for (Index at = 0; at < chunk.size;) {  // no run is open here
        const Flags selected = flags_at(at);
        const int own = static_cast<int>(threadIdx.x);
        const bool starts = first_flag(selected, own, false) == own && (own == 0 || first_flag(selected, own - 1, true) == own - 1);
        const int stop = first_flag(selected, own, true);
        const bool leaves = stop == kReduceThreads && chunk.size - at > kReduceThreads;
        const bool is_long = starts && (leaves || stop - own > longest);
        if (starts && !is_long)
            of_start[own] = short_run<Body, linear>(a.layout, chunk.unit, chunk.first + at + threadIdx.x, stop - own);
        const int long_at = first_flag(block_flags(is_long), 0, false);
        const Flags starting = block_flags(starts);  // and of_start is written
        if (threadIdx.x == 0)
            for (int s = first_flag(starting, 0, false); s < long_at; s = first_flag(starting, s + 1, false))
                sum = F::combine(sum, of_start[s]);
        if (long_at == kReduceThreads) {
            at += kReduceThreads;
            continue;
        }
        const Index begin = at + static_cast<Index>(long_at);
        Index end = begin;
        for (int n = kReduceThreads; n == kReduceThreads;) {
            n = first_flag(flags_at(end), 0, true);
            end += static_cast<Index>(n);
        }
        const auto run = long_run<Body, linear>(a, chunk.unit, chunk.first + begin, end - begin);
        if (threadIdx.x == 0) sum = F::combine(sum, run);
        at = end;
    }
    return sum;
}

template <class Body, bool linear, class A>
LS_DEVICE void runs(const A& a) {
    using Index = typename A::Index;
    const Index output = static_cast<Index>(blockIdx.x);
    const auto at = moved(a.layout, a.layout.outer, a.layout.ndim, output, origin<Body::operands>(a.layout));
    typename Body::Value sum = initial_value<Body>(a);
    LS_ROLLED
    for (Index number = 0; number < a.units * a.chunks.size; ++number)
        sum = add_runs<Body, linear>(a, chunk_at<Body>(a, at, number), sum);
    if (threadIdx.x != 0) return;
    char* const out = output_address(a.layout, a.layout.outer, a.layout.ndim, output, a.layout.out);
    store(out, sum, a.layout.out_aligned);
}

}  // namespace lockstep::device::reduction
