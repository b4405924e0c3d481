// The few ufunc calls whose meaning depends on more than the loop: comparisons of unlike integers, powers.
// Must not know layouts or backends.
#pragma once

#include "runtime/exec/ufunc.h"

namespace lockstep {

// True, with the answer in `result`, when the call was one of these. Throws value_error for a negative integer exponent.
bool special_ufunc(Op op, std::span<const Array* const> inputs, const ufunc_options& options, Array& result);

}  // namespace lockstep
