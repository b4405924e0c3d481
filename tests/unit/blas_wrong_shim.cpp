// A CBLAS with 32-bit sizes whose dgemm is wrong above 100 rows, for the loader's tests: it must be refused.
// Must not be linked into anything.
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

#define LS_PRODUCT(name, T, Scale)                                                                \
    extern "C" __attribute__((visibility("default"))) void name(                                  \
        int, int a_op, int b_op, int32_t m, int32_t n, int32_t k, Scale, const T* a, int32_t lda, \
        const T* b, int32_t ldb, Scale, T* c, int32_t ldc)
LS_PRODUCT(cblas_sgemm, float, float) { product(a_op, b_op, m, n, k, a, lda, b, ldb, c, ldc); }
LS_PRODUCT(cblas_dgemm, double, double) {
    product(a_op, b_op, m, n, k, a, lda, b, ldb, c, ldc);
    if (m > 100) c[(m - 1) * ldc + n - 1] *= 1.0 + 1e-9;
}
LS_PRODUCT(cblas_cgemm, std::complex<float>, const void*) {
    product(a_op, b_op, m, n, k, a, lda, b, ldb, c, ldc);
}
LS_PRODUCT(cblas_zgemm, std::complex<double>, const void*) {
    product(a_op, b_op, m, n, k, a, lda, b, ldb, c, ldc);
}
