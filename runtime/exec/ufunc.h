// Element-wise calls by NumPy's rules: which loop, which result, where and out, weak scalars.
// Must not know layouts or backends.
#pragma once

#include <span>

#include "runtime/array/array.h"
#include "runtime/array/scalar.h"
#include "runtime/exec/program.h"

namespace lockstep {

struct ufunc_options {
    const Array* out = nullptr;
    const Array* where = nullptr;  // bool; elements where it is false keep out's value (0 in a fresh result)
    DType dtype;                   // of the calculation and the result
    const char* casting = "same_kind";
};

// The first loop of `op` to which the inputs can be cast safely; throws type_error where there is none.
DType resolve_loop(Op op, std::span<const Array* const> inputs);

Array ufunc(Op op, std::span<const Array* const> inputs, const ufunc_options& options = {});

// A one-element array's value, on any device.
Scalar item(const Array& a);
// The element of a 0-d array in memory that the host reaches.
void set_item(const Array& a, const Scalar& value);
// The value as `to`, by NumPy's cast. A weak integer that does not fit throws overflow_error.
Scalar cast_scalar(const Scalar& s, DType to);

// Runs `program` over `inputs` into `out`, or into a fresh array of NumPy's axis order when out is null. `result` is the
// program's output type; out may be of another type that `casting` allows.
Array run_elementwise(Program& program, std::span<const Array* const> inputs, Register result,
                      const ufunc_options& options);

}  // namespace lockstep
