// Reshaping without a copy: whether strides exist for it.
// Must not know memory or devices.
#pragma once

#include <span>

#include "runtime/array/array.h"

namespace lockstep {

// The shape with its one -1 replaced; throws value_error when the sizes cannot match.
Dims complete_shape(const Array& a, std::span<const int64_t> shape);

// Strides that show a's elements, taken in C (or Fortran) order, under `shape`; false when only a copy can.
bool reshape_strides(const Array& a, const Dims& shape, bool fortran, Dims& strides);

}  // namespace lockstep
