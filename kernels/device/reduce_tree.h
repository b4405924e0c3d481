// One run of elements folded in the order of NumPy's pairwise tree by a warp, or by equal parts of a warp a run each.
// Must not know outputs, units or launches. Freestanding.
#pragma once

#include "kernels/device/reduce_geometry.h"
#include "kernels/device/reduce_layout.h"
#include "kernels/device/reduce_monoid.h"

namespace lockstep::device::reduction {

// Lanes that share a leaf: its accumulators.
template <class T>
inline constexpr int kLeafLanes = scalar::is_complex<T> ? 4 : 8;

// What a lane has of a leaf's elements: number `lane`, `lane + width`, ... All of a batch are loaded before the first is used:
// 16 loads of 4 bytes in flight for each of 1024 threads are 64 KB per multiprocessor, and HBM3 needs 32 to 48 KB.
template <class Body, bool linear, class Layout, class C>
LS_DEVICE auto leaf_lane(const Layout& layout, C& cursor, int units) {
    using F = typename Body::F;
    typename F::Partial sum{};
    static_assert(kLeafUnits % Body::batch == 0);
    LS_ROLLED
    for (int first = 0; first < kLeafUnits; first += Body::batch) {
        if (first > 0 && first >= units) break;
        typename Body::Value x[Body::batch]{};
        LS_UNROLLED
        for (int k = 0; k < Body::batch; ++k) {
            if (first + k < units) x[k] = Body::value(here<linear>(layout, cursor));
            step<linear>(cursor);
        }
        LS_UNROLLED
        for (int k = 0; k < Body::batch; ++k) {
            const typename F::Partial p = F::lift(x[k], 0);
            if (first + k == 0) sum = p;
            else if (first + k < units) sum = F::join(sum, p);
        }
    }
    return sum;
}

// A leaf by each kLeafLanes lanes; `rest` elements follow its last full unit. In all of its lanes.
template <class Body, bool linear, class Layout, class Index>
LS_DEVICE auto leaf(const Layout& layout, const Addresses<Body::operands>& unit, Index first, const TreeNode<Index>& node,
                    bool exists, int rest) {
    using F = typename Body::F;
    constexpr int width = kLeafLanes<typename Body::Value>;
    const int lane = lane_of_warp() & (width - 1);
    const int units = exists ? static_cast<int>(node.units) : 0;
    const Index start = first + node.first * width + static_cast<Index>(lane);
    auto c = cursor<linear>(layout, unit, start, static_cast<Index>(width));
    typename F::Partial sum = leaf_lane<Body, linear>(layout, c, units);
    LS_UNROLLED
    for (int distance = 1; distance < width; distance *= 2) sum = joined_across<F>(sum, distance);
    if (units == 0) sum = F::empty_run();
    if (rest > 0) {  // the same for all lanes of the warp; only one leaf of a run has one
        const bool mine = exists && node.rest;
        typename Body::Value x{};
        if (mine && lane < rest) {
            const Index at = start + node.units * width;
            x = Body::value(here<linear>(layout, cursor<linear>(layout, unit, at, static_cast<Index>(width))));
        }
        const typename F::Partial p = F::lift(x, 0);
        LS_ROLLED
        for (int k = 0; k < rest; ++k) {
            const typename F::Partial next = from_lane(p, (lane_of_warp() & ~(width - 1)) + k);
            if (mine) sum = F::join(sum, next);
        }
    }
    return sum;
}

// The subtree of `levels` levels at `root`, of the run whose elements start at `first` of the unit and end `rest` elements
// after its last full unit. Each 2^spread leaves' lanes work on a run of their own, and all of a warp on runs of one shape:
// 2^spread leaves at a time, and a lane keeps what a time gave, so at most kLeafLanes << 2 * spread leaves.
// In all lanes of the run.
template <class Body, bool linear, class Layout, class Index>
LS_DEVICE auto subtree(const Layout& layout, const Addresses<Body::operands>& unit, Index first, const TreeNode<Index>& root,
                       int rest, int levels, int spread) {
    using F = typename Body::F;
    constexpr int width = kLeafLanes<typename Body::Value>;
    const int own_lane = lane_of_warp() & ((width << spread) - 1);
    const int parallel = spread < levels ? spread : levels;  // levels that lie across lanes
    const int times = 1 << (levels - parallel);
    const bool idle = (own_lane / width) >> parallel != 0;
    typename F::Partial kept{};
    bool kept_paired = false;
    LS_ROLLED
    for (int t = 0; t < times; ++t) {
        const unsigned slot = static_cast<unsigned>((t << parallel) + ((own_lane / width) & ((1 << parallel) - 1)));
        TreeNode<Index> node = root;
        bool exists = !idle, paired = false;
        if (levels > 0) {
            node = descendant(root, static_cast<Index>(slot >> 1), levels - 1);
            paired = splits(node);
            if (paired) node = half_of(node, slot & 1);
            else exists = exists && !(slot & 1);
        }
        const bool holds_rest = root.rest && t == times - 1;
        typename F::Partial sum = leaf<Body, linear>(layout, unit, first, node, exists, holds_rest ? rest : 0);
        LS_ROLLED
        for (int b = 0; b < parallel; ++b) {
            sum = joined_across<F>(sum, width << b, b > 0 || paired);
        }
        if (own_lane == t) {
            kept = sum;
            kept_paired = paired;
        }
    }
    LS_ROLLED
    for (int b = parallel; b < levels; ++b) {
        kept = joined_across<F>(kept, 1 << (b - parallel), b > 0 || kept_paired);
    }
    return from_lane(kept, lane_of_warp() & ~((width << spread) - 1));
}

}  // namespace lockstep::device::reduction
