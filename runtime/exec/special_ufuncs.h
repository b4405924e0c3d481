// The few ufunc calls whose meaning depends on more than the loop: comparisons of unlike integers, powers.
// Must not know layouts or backends.
#pragma once

#include "runtime/exec/ufunc.h"

namespace lockstep {

// True, with the answer in `result`, when the call was one of these.
bool special_ufunc(Op op, std::span<const Array* const> inputs, const ufunc_options& options, Array& result);

// Throws value_error when power, computed in `loop`, a signed integer type, meets a negative exponent.
void check_exponents(std::span<const Array* const> inputs, DType loop, const ufunc_options& options);

}  // namespace lockstep
