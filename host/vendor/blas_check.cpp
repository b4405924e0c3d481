// Whether a CBLAS computes right: small products of each type against our own.
// Must not know how the library was found.
#include "host/vendor/blas_check.h"

#include <cmath>
#include <limits>
#include <vector>

#include "host/gemm/gemm.h"
#include "host/vendor/blas_library.h"

namespace lockstep::host::vendor {
namespace {

using scalar::complex128;
using scalar::complex64;

template <class T>
struct Parts {
    using Real = T;
    static constexpr int count = 1;
};
template <>
struct Parts<complex64> {
    using Real = float;
    static constexpr int count = 2;
};
template <>
struct Parts<complex128> {
    using Real = double;
    static constexpr int count = 2;
};

// Whether one product agrees with ours within twice the bound k * eps * (|A||B|) (four times that for complex
// types).
template <class T>
bool agrees(const BlasLibrary& blas, Transposed a_op, Transposed b_op, int64_t m, int64_t n, int64_t k) {
    using Real = typename Parts<T>::Real;
    constexpr int parts = Parts<T>::count;
    uint32_t state = 12345;
    const auto fill = [&](std::vector<Real>& to) {
        for (Real& x : to) {
            state = state * 1664525u + 1013904223u;
            x = Real(int32_t(state)) / Real(2147483648.0);
        }
    };
    std::vector<Real> a(size_t(m * k * parts)), b(size_t(k * n * parts));
    std::vector<Real> theirs(size_t(m * n * parts), std::numeric_limits<Real>::quiet_NaN()), ours(theirs);
    fill(a);
    fill(b);
    const auto as = [](std::vector<Real>& v) { return reinterpret_cast<T*>(v.data()); };
    const bool a_t = a_op == Transposed::yes, b_t = b_op == Transposed::yes;
    const int64_t a_row = a_t ? 1 : k, a_col = a_t ? m : 1, b_row = b_t ? 1 : n, b_col = b_t ? k : 1;
    blas.gemm<T>(a_op, b_op, m, n, k, as(a), a_t ? m : k, as(b), b_t ? k : n, as(theirs), n);
    gemm::multiply<T>(m, n, k, as(a), a_row, a_col, as(b), b_row, b_col, as(ours), n, 1);

    std::vector<Real> a_size(size_t(m * k)), b_size(size_t(k * n)), size(size_t(m * n));
    for (size_t i = 0; i < a.size(); ++i) a_size[i / parts] += std::fabs(a[i]);
    for (size_t i = 0; i < b.size(); ++i) b_size[i / parts] += std::fabs(b[i]);
    gemm::multiply<Real>(m, n, k, a_size.data(), a_row, a_col, b_size.data(), b_row, b_col, size.data(), n,
                         1);
    const Real bound = Real(2 * parts * parts) * Real(k) * std::numeric_limits<Real>::epsilon();
    for (size_t i = 0; i < ours.size(); ++i) {
        if (!(std::fabs(theirs[i] - ours[i]) <= bound * size[i / parts])) return false;
    }
    return true;
}

// The first size takes OpenBLAS's kernels for small matrices, the second (above 10^6 multiply-adds) its
// blocked and threaded ones.
template <class T>
bool passes(const BlasLibrary& blas) {
    for (const Transposed a : {Transposed::no, Transposed::yes}) {
        for (const Transposed b : {Transposed::no, Transposed::yes}) {
            if (!agrees<T>(blas, a, b, 67, 41, 53)) return false;
        }
    }
    return agrees<T>(blas, Transposed::no, Transposed::no, 131, 129, 137);
}

}  // namespace

std::string wrong_product(const BlasLibrary& blas) {
    if (!passes<float>(blas)) return "cblas_sgemm";
    if (!passes<double>(blas)) return "cblas_dgemm";
    if (!passes<complex64>(blas)) return "cblas_cgemm";
    if (!passes<complex128>(blas)) return "cblas_zgemm";
    return {};
}

}  // namespace lockstep::host::vendor
