// What the forms of functions that leave NaN out have in common.
// Must not know layouts or backends.
#pragma once

#include "runtime/array/array.h"
#include "runtime/array/axes.h"

namespace lockstep {

// How many elements over the given axes are not NaN, int64, of those where the mask (may be null) is true.
Array count_numbers(const Array& a, const Axes& axis, bool keepdims, const Array* where);

}  // namespace lockstep
