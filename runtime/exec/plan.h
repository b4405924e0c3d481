// The layout of a map, decided once for every backend: broadcast, axis order, merged dimensions, overlap.
// Must not know operations or backends.
#pragma once

#include <cstdint>
#include <span>

#include "runtime/array/array.h"
#include "runtime/exec/backend.h"

namespace lockstep {

// The shape to which all arrays broadcast; throws value_error naming the shapes.
Dims broadcast_shapes(std::span<const Array* const> arrays);

// Byte strides of `a` seen under `shape` (0 on repeated axes); false where a does not broadcast to it.
bool broadcast_strides(const Array& a, std::span<const int64_t> shape, int64_t* strides);

// Axes from the smallest stride to the largest, as NumPy's iterator sorts them: operands vote in their order, ties and
// strides of 0 keep C order. `strides[k]` holds ndim byte strides of operand k. An insertion sort from C order, and no
// other sort will do: a stride of 0 compares with nothing, so the comparison is not transitive.
void sort_axes(int ndim, std::span<const int64_t* const> strides, int* order);

// Axis order (smallest stride first) that NumPy gives to a fresh result of these inputs.
Dims result_order(std::span<const Array* const> inputs, std::span<const int64_t> shape);

struct MapPlan {
    int ndim;
    int64_t size;
    int operands;
    int64_t shape[kMaxDims];
    int64_t strides[kMaxOperands][kMaxDims];
    Operand operand[kMaxOperands];
};

// Fills `plan` for arrays that all broadcast to `shape`. `outputs` of them, the last ones, decide the axis order first.
// Operands with size 1 are marked scalar. Where the size is 0, nothing else is set. The plan points into itself: do not copy
// it.
void make_plan(MapPlan& plan, std::span<const Array* const> arrays, int outputs, std::span<const int64_t> shape);

// Whether writing `out` while reading `in` could read a changed element: they share memory and do not walk it alike.
bool overlaps(const Array& in, const Array& out);

}  // namespace lockstep
