// The `order` argument: in which axis order a new array lies in memory.
// Must not know what is put into it.
#pragma once

#include "runtime/array/array.h"
#include "runtime/exec/memory.h"

namespace lockstep {

// A fresh array of a's shape on a's device. order: C, F, A (F when a is Fortran contiguous, else C) or K (a's own order).
Array empty_in_order(DType dtype, const Array& a, char order, Contents contents = Contents::undefined);

// `a` with the strides that a copy in order K would have: for a reduction's order, not to be read.
Array packed_layout(const Array& a);

}  // namespace lockstep
