// Sorting, choosing by rank and binary search along the last axis.
// Must not know any particular backend, nor NumPy's functions.
#pragma once

#include <span>

#include "runtime/array/array.h"
#include "runtime/exec/backend.h"

namespace lockstep {

// Sorts along the last axis of `a` (any layout, at least 1-D): into `values` (of a's shape and dtype), `positions` (int64, of
// a's shape), or both; the other is null. Order and stability: SortTask. `ranks` (ascending, distinct, within the axis):
// only those need be in place. Either result may be a itself or any layout.
void run_sort(const Array& a, const Array* values, const Array* positions, std::span<const int64_t> ranks = {});

// Where `values` (any shape) belong in the 1-D `sorted` of one dtype with them: int64 of values' shape, fresh. `sorter` (1-D int64)
// or null gives sorted's order.
Array run_search(const Array& sorted, const Array& values, bool right, const Array* sorter = nullptr);

}  // namespace lockstep
