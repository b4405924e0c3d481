// The shape of NumPy's pairwise tree (runtime/exec/pairwise.h) as a GPU walks it: by depth, node by node, without recursion.
// Must not know monoids or layouts. Freestanding; the host plans with it, too.
#pragma once

#include "kernels/device/reduce_unroll.h"
#include "runtime/scalar/config.h"

namespace lockstep::device::reduction {

// Lengths are counted in units of a leaf's accumulators: 8 real or 4 complex elements. A run of n elements is n / width units
// and a rest, which stays with the last node. A node splits where it has more than 16 units, or 16 and a rest: first half
// rounded down, so a split is at floor(units / 2) whatever the rest. The largest node of a depth is therefore the last, with
// ceil(units / 2^depth), and no node has less than floor(units / 2^depth). Where the largest of depth D - 1 still splits, and
// that of depth D does not, every node of depth D - 2 has at least 30 units and splits: depth D - 1 is complete, and each of
// its nodes is a leaf or a pair of leaves. D is the run's depth.
inline constexpr int kLeafUnits = 16;

template <class Index>
struct TreeNode {
    Index first, units;
    bool rest;  // the run's rest is this node's
};

template <class Index>
LS_SCALAR bool splits(const TreeNode<Index>& n) {
    return n.units > kLeafUnits || (n.units == kLeafUnits && n.rest);
}

template <class Index>
LS_SCALAR int tree_depth(Index units, bool rest) {
    int depth = 0;
    while (units > kLeafUnits || (units == kLeafUnits && rest)) {
        units -= units / 2;
        ++depth;
    }
    return depth;
}

template <class Index>
LS_SCALAR TreeNode<Index> half_of(const TreeNode<Index>& n, bool second) {
    const Index half = n.units / 2;
    if (second) return {n.first + half, n.units - half, n.rest};
    return {n.first, half, false};
}

// Node `path` (its bits, highest first, say second half or first) `levels` below n.
template <class Index>
LS_SCALAR TreeNode<Index> descendant(TreeNode<Index> n, Index path, int levels) {
    LS_ROLLED
    for (int b = levels - 1; b >= 0; --b) n = half_of(n, path >> b & 1);
    return n;
}

// Pieces of a run that are evaluated apart: subtrees at one depth, 2^piece_depth at most, fewer where the run is short. A
// piece is never the missing half of a leaf.
LS_SCALAR int piece_depth_of(int depth, int piece_depth) {
    const int most = depth > 0 ? depth - 1 : 0;
    return piece_depth < most ? piece_depth : most;
}

}  // namespace lockstep::device::reduction
