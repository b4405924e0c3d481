// Cumulative folds along an axis, and folds of its stretches.
// Must not know any particular backend, nor NumPy's functions.
#pragma once

#include "runtime/array/array.h"
#include "runtime/exec/backend.h"

namespace lockstep {

// out[..., i, ...] = in[..., 0, ...] op ... op in[..., i, ...] along `axis`, in the order of scan_order.h. One dtype, one shape;
// they may overlap.
void run_scan(Op op, const Array& in, int axis, const Array& out);

// ufunc.reduceat: see SegmentTask. `indices` is 1-D int64; `out` has in's shape but for the axis, of indices' size.
void run_segments(Op op, const Array& in, int axis, const Array& indices, const Array& out);

}  // namespace lockstep
