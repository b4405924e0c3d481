// select on the device: how many elements of a mask are true, and the selected ones in C order.
// Must not know element types beyond their bytes. Freestanding: compiled by NVRTC and the simulator's g++.
//
// Floor: the mask twice (to count, to write), the selected elements once on either side. A warp votes on 32
// neighbours at a time, so both the array and what is packed are walked by neighbouring lanes.
#pragma once

#include "kernels/device/compact.h"
#include "kernels/device/reduce_monoid.h"
#include "kernels/device/space_walk.h"

namespace lockstep::device {

template <class A>
LS_DEVICE bool is_selected(const A& a, int64_t offset) {
    return *reinterpret_cast<const unsigned char*>(a.mask + offset) != 0;
}

template <class Index, int dims>
LS_DEVICE void count_selected(const SelectArguments<Index, dims>& a) {
    const Index tile = static_cast<Index>(blockIdx.x) * kSelectTile;
    unsigned mine = 0;
    if (a.packed_mask && a.space.count - tile >= kSelectTile) {
        uint64_t bytes = reinterpret_cast<const uint64_t*>(a.mask + tile)[threadIdx.x];
        bytes |= bytes >> 4;
        bytes |= bytes >> 2;
        bytes |= bytes >> 1;
        mine = static_cast<unsigned>(__popcll(bytes & 0x0101010101010101ull));
    } else {
        for (int k = 0; k < kSelectRounds; ++k) {
            const Index i = tile + k * kIndexThreads + threadIdx.x;
            if (i < a.space.count) mine += is_selected(a, offsets_at(a.space, i).of[0]);
        }
    }
    const unsigned all = sum_of_block(mine);
    if (threadIdx.x != 0) return;
    if (a.total)
        atomicAdd(a.total, static_cast<unsigned long long>(all));
    else
        a.tiles[blockIdx.x] = all;
}

// What stands before each entry, in place; by one block.
LS_DEVICE void scan_tiles(const ScanTilesArguments& a) {
    __shared__ unsigned long long warps[kScanThreads / 32];
    const int lane = reduction::lane_of_warp(), warp = reduction::warp_of_block();
    unsigned long long before = 0;
    for (int64_t first = 0; first < a.count; first += kScanThreads * kScanEach) {
        const int64_t own = first + static_cast<int64_t>(threadIdx.x) * kScanEach;
        unsigned long long item[kScanEach], sum = 0;
        for (int k = 0; k < kScanEach; ++k) {
            item[k] = sum;
            if (own + k < a.count) sum += a.tiles[own + k];
        }
        unsigned long long through = sum;  // up to this lane, then to this thread
        for (int distance = 1; distance < 32; distance *= 2) {
            const unsigned long long other =
                __shfl_up_sync(reduction::kAllLanes, through, static_cast<unsigned>(distance));
            if (lane >= distance) through += other;
        }
        if (lane == 31) warps[warp] = through;
        __syncthreads();
        unsigned long long all = 0;
        for (int w = 0; w < kScanThreads / 32; ++w) {
            if (w == warp) through += all;
            all += warps[w];
        }
        for (int k = 0; k < kScanEach; ++k)
            if (own + k < a.count) a.tiles[own + k] = before + through - sum + item[k];
        before += all;
        __syncthreads();
    }
}

// Calls write(element, rank) for the selected elements of this block's tile.
template <class A, class Write>
LS_DEVICE void for_selected(const A& a, const Write& write) {
    using Index = decltype(a.space.count);
    for_chosen<kSelectRounds>(
        a.space.count, static_cast<int64_t>(a.tiles[blockIdx.x]),
        [&](Index i) { return is_selected(a, offsets_at(a.space, i).of[0]); }, write);
}

// Unit is an element, or a part of one that is aligned.
template <class Unit, bool pack, class Index, int dims>
LS_DEVICE void select(const SelectArguments<Index, dims>& a) {
    for_selected(a, [&](Index i, int64_t rank) {
        Unit* const outside = reinterpret_cast<Unit*>(a.array + offsets_at(a.space, i).of[1]);
        Unit* const inside = reinterpret_cast<Unit*>(a.packed + rank * a.packed_stride);
        for (int u = 0; u < a.units; ++u) (pack ? inside : outside)[u] = (pack ? outside : inside)[u];
    });
}

// Coordinates, outermost dimension first: columns of `count`.
template <class Index, int dims>
LS_DEVICE void positions(const SelectArguments<Index, dims>& a) {
    for_selected(a, [&](Index i, int64_t rank) {
        int64_t* column = reinterpret_cast<int64_t*>(a.packed) + (a.space.ndim - 1) * a.count + rank;
        for (int d = 0; d + 1 < a.space.ndim; ++d, column -= a.count) {
            const Index outer = reduction::divided(i, a.space.extent[d]);
            *column = static_cast<int64_t>(i - outer * a.space.extent[d].size);
            i = outer;
        }
        *column = static_cast<int64_t>(i);
    });
}

}  // namespace lockstep::device
