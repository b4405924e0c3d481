// Reductions in the contract's order whose units go to one output: each chunk is a pairwise tree, the chunks of an output are
// added one after the other. Rows: the lanes of an output do all of its chunks. Wide: an output's chunks, or subtrees of them,
// are warps' work all over the device, and the last block that is done with an output adds them.
// Must not know what is folded. Freestanding, for the device only.
#pragma once

#include "kernels/device/reduce_tree.h"

namespace lockstep::device::reduction {

// Chunk number `index` of an output: its unit's addresses, first element, size and depth.
template <int operands, class Index>
struct Chunk {
    Addresses<operands> unit;
    Index first, size;
    int depth;
};

template <class Body, class A>
LS_DEVICE auto chunk_at(const A& a, const Addresses<Body::operands>& output, typename A::Index number) {
    const typename A::Index unit = divided(number, a.chunks), c = number - unit * a.chunks.size;
    Chunk<Body::operands, typename A::Index> chunk{output, c * a.chunk, a.chunk, a.depth};
    if (a.units > 1) chunk.unit = moved(a.layout, a.layout.inner, a.layout.outer, unit, output);
    if (c == a.chunks.size - 1) {
        chunk.size = a.unit - chunk.first;
        chunk.depth = a.last_depth;
    }
    return chunk;
}

// Subtree `piece` of the chunk, of 2^piece_depth.
template <class Body, bool linear, class A, class C>
LS_DEVICE auto piece_of(const A& a, const C& chunk, typename A::Index piece, int piece_depth, int spread) {
    using Index = typename A::Index;
    constexpr Index width = kLeafLanes<typename Body::Value>;
    const int rest = static_cast<int>(chunk.size % width);
    const TreeNode<Index> run{0, chunk.size / width, rest > 0};
    const TreeNode<Index> root = descendant(run, piece, piece_depth);
    return subtree<Body, linear>(a.layout, chunk.unit, chunk.first, root, rest, chunk.depth - piece_depth, spread);
}

// Joins the partials of every chunk, one for each eight pieces, to one each, 32 at a time, into the room behind them. Returns
// where they are. For a whole block.
template <class F, class A, class P>
LS_DEVICE P* join_partials(const A& a, P* from) {
    using Index = typename A::Index;
    const Index chunks = a.units * a.chunks.size;
    const int lane = lane_of_warp(), last_depth = piece_depth_of(a.last_depth, a.piece_depth);
    int levels = a.piece_depth < 3 ? 0 : a.piece_depth - 3, last_levels = last_depth < 3 ? 0 : last_depth - 3;
    P* to = from + (chunks << levels);
    LS_ROLLED
    while (levels > 0) {
        const int taken = levels < 5 ? levels : 5, left = levels - taken;
        LS_ROLLED
        for (Index i = static_cast<Index>(warp_of_block()); i < chunks << left; i += kReduceWarps) {
            const Index chunk = i >> left, group = i - (chunk << left);
            const bool last = chunk - divided(chunk, a.chunks) * a.chunks.size == a.chunks.size - 1;
            const int there = last ? last_levels : levels, joined = there < taken ? there : taken;
            if (group << taken >= Index{1} << there) continue;
            P v{};
            if (lane < 1 << joined) v = from[(i << taken) + static_cast<Index>(lane)];
            LS_ROLLED
            for (int b = 0; b < joined; ++b) v = joined_across<F>(v, 1 << b);
            if (lane == 0) to[i] = v;
        }
        __syncthreads();
        P* const former = from;
        from = to;
        to = former;
        levels = left;
        last_levels = last_levels > taken ? last_levels - taken : 0;
    }
    return from;
}

// Adds one partial of each chunk, in order, to the initial value; the result in thread 0. The next 256 are on their way while
// one thread adds these.
template <class Body, class P>
LS_DEVICE typename Body::Value add_in_order(const P* partials, uint64_t count, typename Body::Value sum) {
    using F = typename Body::F;
    __shared__ P staged[kReduceThreads];
    P mine{};
    if (threadIdx.x < count) mine = partials[threadIdx.x];
    LS_ROLLED
    for (uint64_t first = 0; first < count; first += kReduceThreads) {
        __syncthreads();
        staged[threadIdx.x] = mine;
        __syncthreads();
        const uint64_t next = first + kReduceThreads + threadIdx.x;
        if (next < count) mine = partials[next];
        if (threadIdx.x == 0) {
            const int n = count - first < kReduceThreads ? static_cast<int>(count - first) : kReduceThreads;
            LS_UNROLLED_8
            for (int k = 0; k < n; ++k) sum = F::combine(sum, staged[k]);
        }
    }
    return sum;
}

// What a warp, or each of its equal parts, works on: the chunks first .. last of an output, or one piece of one chunk.
template <class Index>
struct TreeWork {
    Index output, first, last, piece;
    int spread;
    bool exists;
};

template <class Value, class A>
LS_DEVICE TreeWork<typename A::Index> tree_work(const A& a) {
    using Index = typename A::Index;
    constexpr int width = kLeafLanes<Value>, whole_warp = width == 4 ? 3 : 2;
    const Index chunks = a.units * a.chunks.size;
    if (a.wide) {
        const Index item = static_cast<Index>(blockIdx.x) * kReduceWarps + static_cast<Index>(warp_of_block());
        const Index number = a.first_chunk + (item >> a.piece_depth);
        const bool exists = number < a.last_chunk;
        return {a.first_output + blockIdx.y, number, number + exists, item & ((Index{1} << a.piece_depth) - 1), whole_warp, exists};
    }
    const uint64_t lane = uint64_t{blockIdx.x} * kReduceThreads + threadIdx.x;
    const uint64_t group = a.spread < 0 ? lane : lane >> ((width == 4 ? 2 : 3) + a.spread);
    const bool exists = group < a.outputs;  // all lanes take part in shuffles
    return {exists ? static_cast<Index>(group) : a.outputs - 1, 0, chunks, 0, a.spread, exists};
}

// The partials that this block's warps have of one chunk, joined; written where the last block looks for them. `pieces`: how
// many the warp's chunk has, 0 for a warp without work.
template <class F, class A, class P>
LS_DEVICE void gather_partials(const A& a, const TreeWork<typename A::Index>& work, typename A::Index pieces, P sum,
                               P* partials) {
    using Index = typename A::Index;
    __shared__ P of_warp[kReduceWarps];
    if (lane_of_warp() == 0) of_warp[warp_of_block()] = sum;
    __syncthreads();
    const int levels = a.piece_depth < 3 ? a.piece_depth : 3;
    const Index most = Index{1} << levels;
    if ((work.piece & (most - 1)) != 0 || work.piece >= pieces) return;
    const int count = static_cast<int>(pieces < most ? pieces : most);
    if (lane_of_warp() < count) sum = of_warp[warp_of_block() + lane_of_warp()];
    LS_ROLLED
    for (int distance = 1; distance < count; distance *= 2) sum = joined_across<F>(sum, distance);
    if (lane_of_warp() == 0) partials[((work.first << a.piece_depth) + work.piece) >> levels] = sum;
}

// A chunk of less elements than a leaf has lanes, by one thread: all are loaded before the first is used.
template <class Body, bool linear, class A, class C>
LS_DEVICE auto tiny_chunk(const A& a, const C& chunk) {
    using F = typename Body::F;
    constexpr int most = kLeafLanes<typename Body::Value> - 1, batch = most < Body::batch ? most : Body::batch;
    typename F::Partial sum = F::empty_run();
    auto c = cursor<linear>(a.layout, chunk.unit, chunk.first, typename A::Index{1});
    const int n = static_cast<int>(chunk.size);
    LS_ROLLED
    for (int first = 0; first < n; first += batch) {
        typename Body::Value x[batch]{};
        LS_UNROLLED
        for (int k = 0; k < batch; ++k) {
            if (first + k < n) x[k] = Body::value(here<linear>(a.layout, c));
            step<linear>(c);
        }
        LS_UNROLLED
        for (int k = 0; k < batch; ++k)
            if (first + k < n) sum = F::join(sum, F::lift(x[k], 0));
    }
    return sum;
}

template <class Body, bool linear, class A>
LS_DEVICE void trees(const A& a) {
    using Index = typename A::Index;
    using F = typename Body::F;
    using P = typename F::Partial;
    const TreeWork<Index> work = tree_work<typename Body::Value>(a);
    const auto at = moved(a.layout, a.layout.outer, a.layout.ndim, work.output, origin<Body::operands>(a.layout));
    typename Body::Value sum = initial_value<Body>(a);
    P partial{};
    Index pieces = 0;
    LS_ROLLED
    for (Index number = work.first; number < work.last; ++number) {
        const auto chunk = chunk_at<Body>(a, at, number);
        const int piece_depth = a.wide ? piece_depth_of(chunk.depth, a.piece_depth) : 0;
        pieces = Index{1} << piece_depth;
        if (work.piece >= pieces) continue;
        partial = work.spread < 0 ? tiny_chunk<Body, linear>(a, chunk)
                                  : piece_of<Body, linear>(a, chunk, work.piece, piece_depth, work.spread);
        if (!a.wide) sum = F::combine(sum, partial);
    }
    const unsigned lanes = work.spread < 0 ? 1u : unsigned{kLeafLanes<typename Body::Value>} << work.spread;
    bool writes = work.exists && (threadIdx.x & (lanes - 1)) == 0;
    if (a.wide) {
        const Index chunks = a.units * a.chunks.size;
        P* const partials = reinterpret_cast<P*>(a.partials) + blockIdx.y * a.partials_per_output;
        gather_partials<F>(a, work, pieces, partial, partials);
        const bool last_launch = a.last_chunk == chunks, early = a.first_chunk > 0 && blockIdx.x == 0;
        typename Body::Value* const running = reinterpret_cast<typename Body::Value*>(partials + chunks);
        Index first = a.added, last = a.first_chunk;
        const P* from = partials;
        // at most twice: what former launches left, then, by the last block that is done, this launch's
        LS_ROLLED
        for (int round = early ? 0 : 1; round < 2; ++round) {
            if (round == 1) {
                if (!last_launch || !is_last_block(a.counters + blockIdx.y, gridDim.x)) return;
                from = join_partials<F>(a, partials);
                first = last;
                last = chunks;
            }
            if (first > 0) sum = *running;
            sum = add_in_order<Body>(from + first, last - first, sum);
            if (threadIdx.x == 0) *running = sum;
        }
        writes = threadIdx.x == 0;
    }
    if (!writes) return;
    char* const out = output_address(a.layout, a.layout.outer, a.layout.ndim, work.output, a.layout.out);
    store(out, sum, a.layout.out_aligned);
}

}  // namespace lockstep::device::reduction
