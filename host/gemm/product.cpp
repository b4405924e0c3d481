// The matrix product that the CPU backend uses: chooses between a vendor's BLAS and our own.
// Must not know how either computes.
#include "host/gemm/product.h"

#include <algorithm>
#include <type_traits>

#include "host/gemm/gemm.h"
#include "host/vendor/blas.h"

namespace lockstep::host::gemm {
namespace {

template <class T>
constexpr bool in_blas = std::is_same_v<T, float> || std::is_same_v<T, double> ||
                         std::is_same_v<T, scalar::complex64> || std::is_same_v<T, scalar::complex128>;

}  // namespace

template <class T>
void product(int64_t m, int64_t n, int64_t k, const T* a, int64_t a_row, int64_t a_col, const T* b,
             int64_t b_row, int64_t b_col, T* c, int64_t c_row, int64_t c_col) {
    if constexpr (in_blas<T>) {
        if (vendor::blas_gemm<T>(m, n, k, a, a_row, a_col, b, b_row, b_col, c, c_row, c_col)) {
            return;
        }
    }
    multiply<T>(m, n, k, a, a_row, a_col, b, b_row, b_col, c, c_row, c_col);
}

template <class T>
T conjugated_dot(int64_t n, const T* x, int64_t x_step, const T* y, int64_t y_step) {
    T sum{};
    if (vendor::blas_conjugated_dot<T>(n, x, x_step, y, y_step, sum)) return sum;
    constexpr int64_t kPiece = 512;
    T conjugate[kPiece], part;
    for (int64_t first = 0; first < n; first += kPiece) {
        const int64_t count = std::min(kPiece, n - first);
        for (int64_t i = 0; i < count; ++i) {
            const T z = x[(first + i) * x_step];
            conjugate[i] = {z.re, -z.im};
        }
        multiply<T>(1, 1, count, conjugate, count, 1, y + first * y_step, y_step, 1, &part, 1, 1);
        sum = {sum.re + part.re, sum.im + part.im};
    }
    return sum;
}

template scalar::complex64 conjugated_dot<scalar::complex64>(int64_t, const scalar::complex64*, int64_t,
                                                             const scalar::complex64*, int64_t);
template scalar::complex128 conjugated_dot<scalar::complex128>(int64_t, const scalar::complex128*, int64_t,
                                                               const scalar::complex128*, int64_t);

#define LS_DTYPE(number, name, character, kind, bytes, T)                                             \
    template void product<T>(int64_t, int64_t, int64_t, const T*, int64_t, int64_t, const T*, int64_t, \
                            int64_t, T*, int64_t, int64_t);
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE

}  // namespace lockstep::host::gemm
