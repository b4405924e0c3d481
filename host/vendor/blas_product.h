// A strided product in terms of CBLAS calls: what needs a copy, which function fits, which block goes to
// which thread. Must not know where the library comes from.
#pragma once

#include <stdint.h>

#include "host/vendor/blas_library.h"

namespace lockstep::host::vendor {

template <class T>
struct Strided {
    T* data;
    int64_t row, col;  // in elements

    Strided transposed() const { return {data, col, row}; }
    Strided at(int64_t i, int64_t j) const { return {data + i * row + j * col, row, col}; }
};

// C[m,n] = A[m,k] * B[k,n] for positive sizes that the library's integers can hold, and as CBLAS cannot do
// everything: matrices without unit stride, or with zero, negative or overlapping strides, are copied. T:
// float, double, complex64, complex128.
template <class T>
void blas_product(const BlasLibrary& blas, int64_t m, int64_t n, int64_t k, Strided<const T> a,
                  Strided<const T> b, Strided<T> c);

// BlasLibrary::dot() of first elements and nonzero steps, shared between threads in pieces whose borders n
// alone decides.
template <class T>
T long_dot(const BlasLibrary& blas, int64_t n, const T* x, int64_t x_step, const T* y, int64_t y_step,
           bool conjugate);

}  // namespace lockstep::host::vendor
