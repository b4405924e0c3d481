// Matrix products through a vendor's CBLAS, which is opened on first use and never linked.
// Must not know arrays; sizes and strides are in elements.
#pragma once

#include <stdint.h>

#include <string>

namespace lockstep::host::vendor {

class BlasLibrary;

// The search, in this order: the path in the environment variable LOCKSTEP_BLAS ("none": no library at all);
// PyPI's scipy-openblas64 in $VIRTUAL_ENV, in the environments compiled in as LOCKSTEP_BLAS_HINTS, and beside
// this library; the system's OpenBLAS; MKL. A library that computes wrong is refused. The outcome is final
// for the process. All functions are thread-safe.

bool blas_loaded();
// The library itself; null when there is none.
const BlasLibrary* blas_library();
// One line for the library in use (or why there is none), and one for every path tried with its error.
std::string blas_report();

// C[m,n] = A[m,k] * B[k,n] as host/gemm/gemm.h has it, for float, double, complex64, complex128. False, with
// C untouched, when there is no library, k == 0, or a size or stride is above 2^31 - 1 and the library has
// 32-bit integers. Matrices that CBLAS cannot describe (no unit stride, negative or zero strides) are copied
// on the way. Results are within the same bound as ours but their bits depend on the library, its threads and
// the processor.
template <class T>
bool blas_gemm(int64_t m, int64_t n, int64_t k, const T* a, int64_t a_row, int64_t a_col, const T* b,
               int64_t b_row, int64_t b_col, T* c, int64_t c_row, int64_t c_col);

// The sum of the complex conjugate of x[i] times y[i], for complex64 and complex128; steps in elements.
// False, with `sum` untouched, when there is no library, it lacks the function, n or a step is too large for
// it, or a step is 0.
template <class T>
bool blas_conjugated_dot(int64_t n, const T* x, int64_t x_step, const T* y, int64_t y_step, T& sum);

}  // namespace lockstep::host::vendor
