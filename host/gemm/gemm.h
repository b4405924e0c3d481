// Lockstep's own matrix product: every numeric element type, any strides, no library behind it.
// Must not know arrays, devices or vendor libraries; sizes and strides are in elements.
#pragma once

#include <stdint.h>

#include "runtime/scalar/config.h"

namespace lockstep::host::gemm {

// C[m,n] = A[m,k] * B[k,n]. Element (i, j) of C lies at c + i*c_row + j*c_col, and so for A and B; strides
// are in elements and may be zero or negative. C does not overlap A or B, and its elements are distinct. k ==
// 0 writes zeros.
//
// T: bool (OR of ANDs), int8..int64 and uint8..uint64 (wrapping), float16 and bfloat16 (summed in float,
// rounded once), float, double, complex64, complex128. Floats: |error| <= (k + 1) * eps * (|A| |B|), element
// by element (complex: 4 times that; half types: their own eps / 2 more for the last rounding). The result
// does not depend on the number of threads, but may differ in the last bits between instruction sets.
template <class T>
void multiply(int64_t m, int64_t n, int64_t k, const T* a, int64_t a_row, int64_t a_col, const T* b,
              int64_t b_row, int64_t b_col, T* c, int64_t c_row, int64_t c_col);

}  // namespace lockstep::host::gemm
