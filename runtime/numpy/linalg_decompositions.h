// What numpy.linalg's functions on stacked matrices share: types, checks, results in C order.
// Must not know backends.
#pragma once

#include <span>

#include "runtime/exec/solve.h"

namespace lockstep::numpy {

// NumPy's _commonType: computed in float64 or complex128 whatever comes in; the result is single where all
// inputs are.
struct LinalgTypes {
    DType work, result, real;  // real: of the result's magnitudes
};
LinalgTypes linalg_types(std::span<const Array* const> arrays);  // throws type_error for float16 and bfloat16

void check_matrices(const Array& a);         // at least two dimensions: linalg_error
void check_square_matrices(const Array& a);  // and the last two alike

// Throws linalg_error with NumPy's text where a matrix failed.
void check_solved(const Solved& solved, const char* text);

// A solver's result, or any other array, as `type` and C-contiguous; itself where it is that.
Array in_c_order(const Array& a, DType type);

// Axes exchanged, one added: the last two, at the end.
Array transposed(const Array& matrices);
Array with_last_axis(const Array& a);

// One number on the host: waits for the device.
bool is_true(const Array& zero_dimensional);

}  // namespace lockstep::numpy
