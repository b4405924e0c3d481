// What a map kernel is told by the host: addresses, sizes, strides.
// Must not know operations. Freestanding: host code fills what device code reads.
#pragma once

#include "kernels/device/index.h"

namespace lockstep::device {

inline constexpr int kMapThreads = 256;  // of every map kernel's blocks
inline constexpr int kMapOperands = 9, kMapInputs = 6;

struct alignas(16) Immediate {
    unsigned char bytes[16];
};

// Inputs, then outputs. An input that is one element for the whole call is a value of the call itself where
// its bit is set in `immediates`, else it lies at its address.
struct MapOperands {
    Immediate immediate[kMapInputs];
    char* data[kMapOperands];
    uint32_t immediates;
};

struct FlatArguments {
    MapOperands operands;
    int64_t size;  // elements
};

// Dimensions innermost first. The index of an element, or of a vector of elements along the innermost
// dimension, counts through all of them; everything is below 2^31, but offsets in bytes are 64 bits wide.
// Tile kernels have the plane of their tiles in dimensions 0 and 1: there, `extent` counts tiles, and `plane`
// elements.
template <int dims>
struct StridedArguments {
    MapOperands operands;
    uint32_t count;  // indices; blocks of a tile kernel
    int32_t ndim;    // at most `dims`; equal to it below kAnyDims
    uint32_t plane[2];
    Divider extent[dims];
    int32_t stride[kMapOperands][dims];  // bytes
};

inline constexpr int kAnyDims = 64;  // the class of `dims` for everything above 4: 3 KB of arguments

}  // namespace lockstep::device
