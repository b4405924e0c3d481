// The order in which a sum is added so that it equals NumPy 2.4's bit for bit, stated once for all backends.
// Must not know backends, threads, element types or how a run is added (pairwise.h says that).
#pragma once

#include <cstdint>
#include <span>

#include "runtime/array/dims.h"

namespace lockstep {

// NumPy's buffer, in elements: what is copied before it is added comes in pieces of at most this many.
inline constexpr int64_t kReduceBuffer = 8192;

// How a reduction walks its input. Dimensions are innermost first, sorted and merged; strides are in bytes,
// may be negative, and are 0 where the operand does not move. The rule, complete:
//
//     for each position of dimensions unit_dims .. ndim-1 (the last slowest, each from 0 upwards):
//         the unit is the run of `unit` elements that dimensions 0 .. unit_dims-1 span there, dimension 0
//         fastest; for each chunk of `chunk` consecutive elements of the unit (the last one shorter), in
//         order:
//             for each maximal run of selected elements of the chunk (without a mask: the chunk), in order:
//                 out = round(out + pairwise_sum(run))
//
// The output does not move inside a unit. Outer dimensions may be kept or reduced, so one output gets many
// units; kept ones are independent of each other and may go in any order or together. `out` starts at the
// initial value (+0). float16 sums are added in float: out and the run's elements are widened, and `round` is
// where float16 is rounded; for all other types it does nothing. When !horizontal the output moves along
// dimension 0 and a unit is one element: out = round(out + x), which is what pairwise_sum of one element
// gives.
struct ReduceOrder {
    int ndim;         // at least 1
    bool horizontal;  // the output stands still along dimension 0
    int unit_dims;    // 0 when !horizontal, else at least 1
    int64_t unit;     // product of size[0 .. unit_dims)
    int64_t chunk;    // in [1, unit], or 1
    // Only the first ndim entries are set.
    int64_t size[kMaxDims];
    int64_t in_stride[kMaxDims];
    int64_t out_stride[kMaxDims];
    int64_t mask_stride[kMaxDims];  // 0 without a mask
};

// `in_strides`, `out_strides` and `mask_strides` have an entry for each axis of `shape`; out_strides is 0 on
// reduced axes and the output's own stride elsewhere; mask_strides (of `where=`, broadcast: 0 where it
// repeats) is empty without a mask. `cast`: the input is not stored in the type the sum is taken in, or is
// unaligned or byte-swapped. The output must be stored in the sum's type and must not overlap the input.
// Needs no heap memory.
ReduceOrder reduce_order(std::span<const int64_t> shape, std::span<const int64_t> in_strides,
                         std::span<const int64_t> out_strides, std::span<const int64_t> mask_strides,
                         bool cast);

// The strides NumPy gives a freshly made result: packed, in the order of the input's axes (an input in
// Fortran order gives a result in Fortran order). Writes one stride for each axis of `shape`; on a reduced
// axis it is the one that axis has with keepdims (its size is 1 there), and must become 0 before
// reduce_order. All are 0 where the result is empty. Bit k of `reduced`: axis k is reduced.
void fresh_strides(std::span<const int64_t> shape, std::span<const int64_t> in_strides,
                   std::span<const int64_t> mask_strides, uint64_t reduced, int64_t itemsize,
                   std::span<int64_t> strides);

}  // namespace lockstep
