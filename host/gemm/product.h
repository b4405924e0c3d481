// The matrix product that the CPU backend uses: a vendor's BLAS where that is faster, else our own.
// Must not know arrays; sizes and strides are in elements.
#pragma once

#include <stdint.h>

#include "runtime/scalar/config.h"

namespace lockstep::host::gemm {

// C[m,n] = A[m,k] * B[k,n]: arguments, types and bounds as multiply() in gemm.h. LOCKSTEP_BLAS=none in the
// environment makes it our own code always; only then are results independent of the number of threads for
// float, double, complex64 and complex128 (for all other types they always are).
template <class T>
void product(int64_t m, int64_t n, int64_t k, const T* a, int64_t a_row, int64_t a_col, const T* b,
             int64_t b_row, int64_t b_col, T* c, int64_t c_row, int64_t c_col);

// The sum of the complex conjugate of x[i] times y[i], i from 0 to n - 1; steps in elements. T: complex64 or
// complex128.
template <class T>
T conjugated_dot(int64_t n, const T* x, int64_t x_step, const T* y, int64_t y_step);

}  // namespace lockstep::host::gemm
