// Walking a Space on the device, and reading indices of an axis.
// Must not know elements. Freestanding: compiled by NVRTC and the simulator's g++.
#pragma once

#include "kernels/device/reduce_layout.h"
#include "kernels/device/space.h"
#include "kernels/device/vector.h"

namespace lockstep::device {

template <int operands>
struct SpaceOffsets {
    int64_t of[operands];
};

template <class S>
LS_DEVICE SpaceOffsets<S::operands> offsets_at(const S& space, typename S::Index index) {
    SpaceOffsets<S::operands> offsets;
    LS_UNROLL(S::operands)
    for (int k = 0; k < S::operands; ++k) offsets.of[k] = 0;
    const auto add = [&](int d, typename S::Index coordinate) {
        LS_UNROLL(S::operands)
        for (int k = 0; k < S::operands; ++k)
            offsets.of[k] += static_cast<int64_t>(coordinate) * space.stride[d][k];
    };
    LS_UNROLL(1)
    for (int d = 0; d + 1 < space.ndim; ++d) {
        const typename S::Index outer = reduction::divided(index, space.extent[d]);
        add(d, index - outer * space.extent[d].size);
        index = outer;
    }
    add(space.ndim - 1, index);
    return offsets;
}

// The number of this thread in the grid.
template <class Index>
LS_DEVICE Index thread_number() {
    return static_cast<Index>(blockIdx.x) * blockDim.x + threadIdx.x;
}

}  // namespace lockstep::device
