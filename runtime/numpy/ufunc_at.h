// NumPy's ufunc.at: an operation on the elements an index names, repeated ones as often as they are named.
// Must not know backends.
#pragma once

#include <span>

#include "runtime/array/array.h"
#include "runtime/array/index.h"

namespace lockstep {

// `name` is a ufunc's; b is null for one of one input.
void ufunc_at(const char* name, const Array& a, std::span<const Index> index, const Array* b);

}  // namespace lockstep
