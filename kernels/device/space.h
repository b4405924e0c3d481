// The space that indexing kernels walk: from a linear index to an offset in each operand.
// Must not know what lies there. Freestanding, for host and device.
#pragma once

#include "kernels/device/reduce_arguments.h"

namespace lockstep::device {

inline constexpr int kIndexThreads = 256;             // of a block, in the kernels of indexing and searching
inline constexpr int kSpaceFew = 4, kSpaceMany = 65;  // any task and the units of an element

// Dimensions innermost first, so that indices count in C order. `Index` is 32 bits wide below 2^31 elements.
template <class Index_, int operands_, int dims_>
struct Space {
    using Index = Index_;
    static constexpr int operands = operands_, dims = dims_;
    Index count;
    int ndim;  // at least 1
    reduction::Divider<Index> extent[dims];
    int64_t stride[dims][operands];
};

}  // namespace lockstep::device
