// Axis arguments made non-negative and checked.
// Must not know what is done along the axes.
#pragma once

#include "runtime/array/axes.h"

namespace lockstep {

// 0 .. ndim-1; throws axis_error naming the argument.
int normalize_axis(int64_t axis, int ndim, const char* argument = "axis");
// Distinct axes in the caller's order; all of them when not given. Throws axis_error or, for a repeated one, value_error.
Dims normalize_axes(const Axes& axes, int ndim, const char* argument = "axis");

}  // namespace lockstep
