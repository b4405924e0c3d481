// The map kernel of any strides: broadcast, sliced, reversed operands of any number of dimensions.
// Must not know operations. Freestanding: compiled by NVRTC, nvcc and the simulator's g++.
//
// Floor: every byte of the outputs and every sector that the inputs touch, once. Threads follow the innermost
// dimension, and rows follow one another without a gap, so that rows of 3 keep all threads busy and operands
// with unit stride are read in whole sectors. Per element and dimension but the outermost: a high
// multiplication, a shift, a multiply-subtract, and a widening multiply-add for each operand: about 20
// instructions for two dimensions and three operands. An H100 issues some 28e12 of them per second over all
// lanes: 0.7 ps per element, where a byte of memory takes 0.3 ps: a fifth of the time that a float32 addition
// needs anyhow, but nearly all of an int8 one. Where the innermost dimension is packed and aligned in all
// operands, units are vectors of up to 16 bytes, and the arithmetic is shared by their elements: that covers
// the small types. Blocks are one per stretch, as in map_flat.h.
#pragma once

#include "kernels/device/map_body.h"

namespace lockstep::device {

// Offsets in bytes of a thread's units, in each operand.
template <int operands, int unroll>
struct Offsets {
    int64_t of[operands][unroll];
};

// Adds a dimension's share; `rest` holds what is left of each index.
template <int operands, int unroll, int dims>
LS_DEVICE void add_dimension(Offsets<operands, unroll>& offsets, uint32_t (&rest)[unroll],
                             const StridedArguments<dims>& a, int d, bool outermost) {
    LS_UNROLL(unroll)
    for (int u = 0; u < unroll; ++u) {
        const uint32_t outer = outermost ? 0 : quotient(rest[u], a.extent[d]);
        const uint32_t coordinate = rest[u] - outer * a.extent[d].divisor;
        rest[u] = outer;
        LS_UNROLL(operands)
        for (int k = 0; k < operands; ++k) offsets.of[k][u] += offset_of(coordinate, a.stride[k][d]);
    }
}

template <int operands, int unroll, int dims>
LS_DEVICE void find_offsets(Offsets<operands, unroll>& offsets, uint32_t (&index)[unroll],
                            const StridedArguments<dims>& a) {
    LS_UNROLL(unroll)
    for (int u = 0; u < unroll; ++u) {
        LS_UNROLL(operands)
        for (int k = 0; k < operands; ++k) offsets.of[k][u] = 0;
    }
    if constexpr (dims == kAnyDims) {
        LS_UNROLL(1)
        for (int d = 0; d + 1 < a.ndim; ++d) add_dimension(offsets, index, a, d, false);
        add_dimension(offsets, index, a, a.ndim - 1, true);
    } else {
        LS_UNROLL(dims)
        for (int d = 0; d < dims; ++d) add_dimension(offsets, index, a, d, d + 1 == dims);
    }
}

template <class Body, int dims>
LS_DEVICE void strided(const StridedArguments<dims>& a) {
    constexpr int vector = Body::vector, unroll = Body::unroll;
    constexpr int inputs = inputs_of<Body>, outputs = outputs_of<Body>;
    const uint32_t first = blockIdx.x * (kMapThreads * unroll) + threadIdx.x;
    uint32_t index[unroll];
    LS_UNROLL(unroll)
    for (int u = 0; u < unroll; ++u) {  // past the end, the last unit is computed again, and not stored
        const uint32_t i = first + u * kMapThreads;
        index[u] = i < a.count ? i : a.count - 1;
    }
    Offsets<inputs + outputs, unroll> offsets;
    find_offsets(offsets, index, a);

    HeldInputs<Body, vector, unroll> in;
    load_fixed<Body, vector, unroll>(in, a.operands);
    for_each<inputs>([&]<int i>() {
        if constexpr (access_of<Body, i> != Access::fixed) {
            LS_UNROLL(unroll)
            for (int u = 0; u < unroll; ++u)
                load_unit<Body, i>(get<i>(in), u, a.operands.data[i] + offsets.of[i][u]);
        }
    });
    LS_UNROLL(Body::rolled ? 1 : unroll)
    for (int u = 0; u < unroll; ++u) {
        const OutputUnit<Body, vector> out = compute_unit<Body, vector, unroll>(in);
        for_each<outputs>([&]<int o>() {
            int64_t(&offset)[unroll] = offsets.of[inputs + o];
            if (first + u * kMapThreads < a.count)
                store_unit<Body, o>(a.operands.data[inputs + o] + offset[0], get<o>(out));
            LS_UNROLL(unroll)
            for (int next = 0; next + 1 < unroll; ++next) offset[next] = offset[next + 1];
        });
    }
}

}  // namespace lockstep::device
