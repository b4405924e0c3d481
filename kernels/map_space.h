// The iteration space of a strided map on the device, and which kernel suits it.
// Must not know operations, streams or launches.
#pragma once

#include <cstdint>

#include "kernels/device/map_tile_shape.h"
#include "kernels/source/map_source.h"
#include "runtime/exec/backend.h"

namespace lockstep::cuda {

// Dimensions innermost first, none of size 1 (but for a space of one element).
struct MapSpace {
    int ndim, inputs, operands;
    int64_t extent[kMaxDims];  // elements; vectors in dimension 0 once a variant with vectors is chosen
    int64_t stride[kMaxOperands][kMaxDims];
    char* data[kMaxOperands];
    bool fixed[kMaxOperands];  // inputs of one element
};

void make_space(const MapTask& task, MapSpace& space);

// The dimension to halve because a stride or the number of elements takes more than 31 bits; -1 when all fit.
int dimension_to_split(const MapSpace& space, int64_t most = INT32_MAX);
// The first (0) or second (1) half of the space along a dimension.
void take_half(const MapSpace& space, int dimension, int half, MapSpace& part);

// Turns the space into the form that the variant's kernel wants.
MapVariant choose_variant(const Program& program, MapSpace& space);

inline bool is_aligned(const void* p, int64_t bytes) {
    return (reinterpret_cast<uintptr_t>(p) & static_cast<uintptr_t>(bytes - 1)) == 0;
}
// Of operand k: an input, or an output.
inline int64_t itemsize_of(const Program& p, int k) {
    return k < p.inputs ? p.input_type[k].itemsize() : p.type(p.output[k - p.inputs]).itemsize();
}

}  // namespace lockstep::cuda
