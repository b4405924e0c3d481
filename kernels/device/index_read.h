// Reading an index on the device: held against its axis, wrapped, clipped or reported.
// Must not know elements. Freestanding: compiled by NVRTC and the simulator's g++.
#pragma once

#include "kernels/device/index_arguments.h"
#include "kernels/device/space_walk.h"

namespace lockstep::device {

inline constexpr unsigned kIndexError = 202;  // of errors.def

// False where the index is out of range and mode is raise, or the axis is empty: it is 0 then, so that its place is memory of the
// array.
LS_DEVICE bool place_index(int64_t& i, const IndexedAxis& axis, IndexMode mode, const IndexErrors& errors) {
    if (static_cast<uint64_t>(i) < static_cast<uint64_t>(axis.size)) return true;
    if (mode == IndexMode::clip && axis.size > 0) {
        i = i < 0 ? 0 : axis.size - 1;
        return true;
    }
    if (mode == IndexMode::wrap && axis.size > 0) {
        i %= axis.size;
        if (i < 0) i += axis.size;
        return true;
    }
    if (i < 0 && i >= -axis.size) {
        i += axis.size;
        return true;
    }
    report(errors.word, kIndexError, errors.op, axis.axis, i, axis.size);
    if (errors.bad) *errors.bad = 1;
    i = 0;
    return false;
}

// Adds the indices' shares to `place`. `offset` has theirs from `first` on.
template <int indices, int operands>
LS_DEVICE bool add_indices(int64_t& place, const SpaceOffsets<operands>& offset, int first,
                           const IndexedAxis (&index)[indices], IndexMode mode, const IndexErrors& errors) {
    bool good = true;
    LS_UNROLL(indices)
    for (int k = 0; k < indices; ++k) {
        int64_t i = *reinterpret_cast<const int64_t*>(index[k].data + offset.of[first + k]);
        good &= place_index(i, index[k], mode, errors);
        place += i * index[k].stride;
    }
    return good;
}

}  // namespace lockstep::device
