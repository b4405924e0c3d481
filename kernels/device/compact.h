// Elements that a question picks, moved together in order: how many a tile has, then the number of each.
// Must not know what is asked. Freestanding: compiled by NVRTC and the simulator's g++.
//
// Between the two stands a scan of the tiles' counts (select.h). A warp votes on 32 neighbours at a time.
#pragma once

#include "kernels/device/kernel.h"
#include "kernels/device/select_arguments.h"
#include "kernels/device/vector.h"

namespace lockstep::device {

// The sum over a block of kIndexThreads, in thread 0.
LS_DEVICE unsigned sum_of_block(unsigned x) {
    __shared__ unsigned sums[kIndexThreads / 32];
    for (int distance = 16; distance > 0; distance /= 2) x += __shfl_xor_sync(0xffffffffu, x, distance);
    if (threadIdx.x % 32 == 0) sums[threadIdx.x / 32] = x;
    __syncthreads();
    unsigned all = 0;
    if (threadIdx.x == 0)
        for (unsigned w = 0; w < kIndexThreads / 32; ++w) all += sums[w];
    return all;
}

// Calls write(element, rank) for the elements of this block's tile that is_chosen(element) picks, of `count` in all;
// `before`: how many are picked in front of the tile. Returns how many up to its end.
// `unrolled`: copies of both, 1 where they are long: NVRTC then takes 0.1 s, not 0.3 to 0.5.
template <int unrolled, class Index, class IsChosen, class Write>
LS_DEVICE int64_t for_chosen(Index count, int64_t before, const IsChosen& is_chosen, const Write& write) {
    __shared__ unsigned warps[kIndexThreads / 32];
    const unsigned lane = threadIdx.x % 32, warp = threadIdx.x / 32;
    const Index first = static_cast<Index>(blockIdx.x) * kSelectTile + (warp * 32 * kSelectRounds + lane);
    unsigned chosen[kSelectRounds], mine = 0;
    LS_UNROLL(unrolled)
    for (int k = 0; k < kSelectRounds; ++k) {
        const Index i = first + k * 32;
        const bool here = i < count && is_chosen(i);
        chosen[k] = __ballot_sync(0xffffffffu, here);
        mine += static_cast<unsigned>(__popc(chosen[k]));
    }
    if (lane == 0) warps[warp] = mine;
    __syncthreads();
    int64_t rank = before, all = before;
    for (unsigned w = 0; w < kIndexThreads / 32; ++w) {
        if (w < warp) rank += warps[w];
        all += warps[w];
    }
    LS_UNROLL(unrolled)
    for (int k = 0; k < kSelectRounds; ++k) {
        const unsigned below = chosen[k] & ((1u << lane) - 1);
        if (chosen[k] >> lane & 1) write(first + k * 32, rank + __popc(below));
        rank += __popc(chosen[k]);
    }
    return all;
}

}  // namespace lockstep::device
