// What the forms of functions that leave NaN out have in common.
// Must not know layouts or backends.
#pragma once

#include <optional>

#include "runtime/array/array.h"
#include "runtime/array/axes.h"
#include "runtime/array/scalar.h"
#include "runtime/exec/program.h"

namespace lockstep {

// How many elements over the given axes are not NaN, int64, of those where the mask (may be null) is true.
Array count_numbers(const Array& a, const Axes& axis, bool keepdims, const Array* where);

namespace numpy {

// argmax or argmin, of `a` with another number, of a's type, in place of NaN where one is given.
Array arg_extremum(Monoid monoid, const Array& a, std::optional<int64_t> axis, const Array* out, bool keepdims,
                   const Scalar* for_nan);

}  // namespace numpy
}  // namespace lockstep
