// A CBLAS with 32-bit sizes for the loader's tests; its dgemm is off by LS_SHIM_ERROR above 100 rows.
// Must not be included but by a *_shim.cpp.
#pragma once

#include <stdint.h>

#include <complex>

namespace {

constexpr int transposed = 112;

template <class T>
void product(int a_op, int b_op, int32_t m, int32_t n, int32_t k, const T* a, int32_t lda, const T* b,
             int32_t ldb, T* c, int32_t ldc) {
    for (int32_t i = 0; i < m; ++i) {
        for (int32_t j = 0; j < n; ++j) {
            T sum{};
            for (int32_t p = 0; p < k; ++p) {
                sum += (a_op == transposed ? a[p * lda + i] : a[i * lda + p]) *
                       (b_op == transposed ? b[j * ldb + p] : b[p * ldb + j]);
            }
            c[i * ldc + j] = sum;
        }
    }
}

}  // namespace

#define LS_EXPORT extern "C" __attribute__((visibility("default")))
#define LS_WRONG_BLAS(letter, T, Scale)                                                                    \
    LS_EXPORT void cblas_##letter##gemm(int, int a_op, int b_op, int32_t m, int32_t n, int32_t k, Scale,   \
                                        const T* a, int32_t lda, const T* b, int32_t ldb, Scale, T* c,     \
                                        int32_t ldc) {                                                     \
        product(a_op, b_op, m, n, k, a, lda, b, ldb, c, ldc);                                              \
        if (#letter[0] == 'd' && m > 100) c[(m - 1) * ldc + n - 1] *= 1.0 + LS_SHIM_ERROR;                 \
    }                                                                                                      \
    LS_EXPORT void cblas_##letter##gemv(int, int op, int32_t m, int32_t n, Scale, const T* a, int32_t lda, \
                                        const T* x, int32_t, Scale, T* y, int32_t) {                       \
        product(op, 111, op == transposed ? n : m, 1, op == transposed ? m : n, a, lda, x, 1, y, 1);       \
    }
LS_WRONG_BLAS(s, float, float)
LS_WRONG_BLAS(d, double, double)
LS_WRONG_BLAS(c, std::complex<float>, const void*)
LS_WRONG_BLAS(z, std::complex<double>, const void*)

LS_EXPORT float cblas_sdot(int32_t n, const float* x, int32_t, const float* y, int32_t) {
    float sum = 0;
    product(111, 111, 1, 1, n, x, n, y, 1, &sum, 1);
    return sum;
}
LS_EXPORT double cblas_ddot(int32_t n, const double* x, int32_t, const double* y, int32_t) {
    double sum = 0;
    product(111, 111, 1, 1, n, x, n, y, 1, &sum, 1);
    return sum;
}
LS_EXPORT void cblas_cdotu_sub(int32_t n, const std::complex<float>* x, int32_t, const std::complex<float>* y,
                               int32_t, std::complex<float>* sum) {
    product(111, 111, 1, 1, n, x, n, y, 1, sum, 1);
}
LS_EXPORT void cblas_zdotu_sub(int32_t n, const std::complex<double>* x, int32_t,
                               const std::complex<double>* y, int32_t, std::complex<double>* sum) {
    product(111, 111, 1, 1, n, x, n, y, 1, sum, 1);
}
