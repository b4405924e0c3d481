// The map kernel of turned operands: inputs packed along another dimension than the outputs, as in a + b.T.
// Must not know operations. Freestanding: compiled by NVRTC, nvcc and the simulator's g++.
//
// Floor: every moving operand's bytes once. A block takes a tile of `inner` elements along the outputs'
// packed dimension and `across` along the inputs'. Turned inputs are read along `across` into shared memory,
// whose rows are padded by 4 bytes or one element, so that neither the lanes that write along rows nor those
// that read along columns share a bank; everything else goes along `inner`. A row of a tile is 64 bytes of
// 1-byte elements, else 128 to 512: whole sectors on both sides. A thread has all its loads, 4 to 16 elements
// of each input, in flight before the barrier, and six to eight blocks of other phases share its
// multiprocessor: 32 to 64 KB in flight.
#pragma once

#include "kernels/device/map_body.h"
#include "kernels/device/map_tile_shape.h"

namespace lockstep::device {

// The widest turned input of a body.
template <class Body, int... i>
LS_DEVICE constexpr int turned_size(Indices<i...>) {
    int widest = 1;
    ((access_of<Body, i> == Access::turned && int(sizeof(InputType<Body, i>)) > widest
          ? void(widest = int(sizeof(InputType<Body, i>)))
          : void()),
     ...);
    return widest;
}

// Where a block's tile lies: its first coordinates in the plane, and each operand's address there.
template <int operands>
struct TilePlace {
    uint32_t inner, across;
    char* data[operands];
};

template <int operands, int dims>
LS_DEVICE TilePlace<operands> tile_place(const StridedArguments<dims>& a, TileShape shape) {
    TilePlace<operands> place;
    uint32_t rest = blockIdx.x;
    int64_t offset[operands];
    LS_UNROLL(dims == kAnyDims ? 1 : dims)
    for (int d = 0; d < (dims == kAnyDims ? a.ndim : dims); ++d) {
        const uint32_t outer = quotient(rest, a.extent[d]);
        uint32_t coordinate = rest - outer * a.extent[d].divisor;
        rest = outer;
        if (d == 0) coordinate = place.inner = coordinate * uint32_t(shape.inner);
        if (d == 1) coordinate = place.across = coordinate * uint32_t(shape.across);
        LS_UNROLL(operands)
        for (int k = 0; k < operands; ++k)
            offset[k] = (d ? offset[k] : 0) + offset_of(coordinate, a.stride[k][d]);
    }
    LS_UNROLL(operands)
    for (int k = 0; k < operands; ++k) place.data[k] = a.operands.data[k] + offset[k];
    return place;
}

// Element e of a thread: lanes along the dimension of `width` elements, warps along the other.
struct TilePoint {
    int along, beside;
};
LS_DEVICE TilePoint tile_point(int e, int width) {
    const int lanes = width / 32;
    return {int(threadIdx.x % 32) + e % lanes * 32, int(threadIdx.x / 32) + e / lanes * (kMapThreads / 32)};
}

// Coordinates past the edge read its last element.
LS_DEVICE int64_t tile_offset(int along, int beside, uint32_t most_along, uint32_t most_beside,
                              int32_t stride_along, int32_t stride_beside) {
    const uint32_t x = uint32_t(along) < most_along ? uint32_t(along) : most_along - 1;
    const uint32_t y = uint32_t(beside) < most_beside ? uint32_t(beside) : most_beside - 1;
    return offset_of(x, stride_along) + offset_of(y, stride_beside);
}

// Tells the inputs of a kernel apart: each has shared memory of its own.
template <class Body, int i>
struct InputOf {};

// An input's elements, loaded with lanes along `across`, come out with lanes along `inner`. Every thread of
// the block calls.
template <class Which, class T, int elements, int inner, int across>
LS_DEVICE void turn(Held<T, Access::turned, 1, elements>& x) {
    constexpr int pitch = tile_pitch(sizeof(T), across);
    __shared__ Vector<T, 1> memory[inner][pitch];
    LS_UNROLL(elements)
    for (int e = 0; e < elements; ++e) {
        const TilePoint p = tile_point(e, across);
        memory[p.beside][p.along] = x.unit[e];
    }
    __syncthreads();
    LS_UNROLL(elements)
    for (int e = 0; e < elements; ++e) {
        const TilePoint p = tile_point(e, inner);
        x.unit[e] = memory[p.along][p.beside];
    }
}

template <class Body, int dims>
LS_DEVICE void tile(const StridedArguments<dims>& a) {
    constexpr int inputs = inputs_of<Body>, outputs = outputs_of<Body>;
    constexpr int widest = turned_size<Body>(Count<inputs>{});
    constexpr TileShape shape = tile_shape(widest);
    constexpr int elements = shape.inner * shape.across / kMapThreads;
    const TilePlace<inputs + outputs> place = tile_place<inputs + outputs>(a, shape);
    const uint32_t inner = a.plane[0] - place.inner, across = a.plane[1] - place.across;  // left of the plane

    HeldInputs<Body, 1, elements> in;
    load_fixed<Body, 1, elements>(in, a.operands);
    for_each<inputs>([&]<int i>() {
        constexpr bool turned = access_of<Body, i> == Access::turned;
        if constexpr (access_of<Body, i> != Access::fixed) {
            LS_UNROLL(elements)
            for (int e = 0; e < elements; ++e) {
                const TilePoint p = tile_point(e, turned ? shape.across : shape.inner);
                const int64_t offset =
                    turned ? tile_offset(p.along, p.beside, across, inner, a.stride[i][1], a.stride[i][0])
                           : tile_offset(p.along, p.beside, inner, across, a.stride[i][0], a.stride[i][1]);
                load_unit<Body, i>(get<i>(in), e, place.data[i] + offset);
            }
        }
    });
    for_each<inputs>([&]<int i>() {
        if constexpr (access_of<Body, i> == Access::turned)
            turn<InputOf<Body, i>, InputType<Body, i>, elements, shape.inner, shape.across>(get<i>(in));
    });
    LS_UNROLL(Body::rolled ? 1 : elements)
    for (int e = 0; e < elements; ++e) {
        const OutputUnit<Body, 1> out = compute_unit<Body, 1, elements>(in);
        const TilePoint p = tile_point(e, shape.inner);
        if (uint32_t(p.along) >= inner || uint32_t(p.beside) >= across) continue;
        for_each<outputs>([&]<int o>() {
            const int64_t offset = offset_of(uint32_t(p.along), a.stride[inputs + o][0]) +
                                   offset_of(uint32_t(p.beside), a.stride[inputs + o][1]);
            store_unit<Body, o>(place.data[inputs + o] + offset, get<o>(out));
        });
    }
}

}  // namespace lockstep::device
