// What the kernel of reduceat is launched with.
// Must not know element types. Freestanding, for host and device.
#pragma once

#include "kernels/device/error.h"
#include "kernels/device/space.h"

namespace lockstep::device {

// One result each for every index and every point of the other dimensions. Operands of the space: the input
// without the axis, the results, the indices.
template <class Index, int dims>
struct SegmentArguments {
    Space<Index, 3, dims> space;
    const char* in;
    char* out;
    const char* indices;  // int64, packed
    int64_t n, count;     // of the axis; of indices
    int64_t in_stride;    // bytes, along the axis
    ErrorWord* word;
};

}  // namespace lockstep::device
