// The matrix product that the CPU backend uses: chooses between a vendor's BLAS and our own.
// Must not know how either computes.
#include "host/gemm/product.h"

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

#define LS_DTYPE(number, name, character, kind, bytes, T)                                             \
    template void product<T>(int64_t, int64_t, int64_t, const T*, int64_t, int64_t, const T*, int64_t, \
                            int64_t, T*, int64_t, int64_t);
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE

}  // namespace lockstep::host::gemm
