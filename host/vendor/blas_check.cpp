// Whether a CBLAS computes right: small products of each type against our own.
// Must not know how the library was found.
#include "host/vendor/blas_check.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
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
enum class Function { gemm, gemv, dot, conjugated_dot };

template <class T>
bool agrees(const BlasLibrary& blas, Function function, Transposed a_op, Transposed b_op, int64_t m,
            int64_t n, int64_t k) {
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
    if (function == Function::gemm) {
        blas.gemm<T>(a_op, b_op, m, n, k, as(a), a_t ? m : k, as(b), b_t ? k : n, as(theirs), n);
    } else if (function == Function::gemv) {
        std::fill(theirs.begin(), theirs.end(), Real(0));  // as our calls do
        blas.gemv<T>(a_op, a_t ? k : m, a_t ? m : k, as(a), a_t ? m : k, as(b), 1, as(theirs), 1);
    } else {
        const bool conjugate = function == Function::conjugated_dot;
        *as(theirs) = blas.dot<T>(k, as(a), 1, as(b), 1, conjugate);
        for (size_t i = 1; conjugate && i < a.size(); i += 2) a[i] = -a[i];
    }
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

// Adds what is wrong for one type. The first size of gemm (above 10^6 multiply-adds) takes OpenBLAS's blocked
// and threaded kernels, the second those for small matrices.
template <class T>
void find_wrong(const BlasLibrary& blas, const std::string& type, std::string& wrong) {
    constexpr Transposed no = Transposed::no, both[] = {Transposed::no, Transposed::yes};
    bool gemm = agrees<T>(blas, Function::gemm, no, no, 131, 129, 137), gemv = true;
    for (const Transposed a : both) {
        for (const Transposed b : both) gemm &= agrees<T>(blas, Function::gemm, a, b, 67, 41, 53);
        gemv &= agrees<T>(blas, Function::gemv, a, no, 167, 1, 141);
    }
    bool dot = agrees<T>(blas, Function::dot, no, no, 1, 1, 1003);
    if (Parts<T>::count == 2 && blas.has_conjugated_dot())
        dot &= agrees<T>(blas, Function::conjugated_dot, no, no, 1, 1, 1003);
    for (const auto& [right, name] :
         {std::pair(gemm, "gemm"), std::pair(gemv, "gemv"), std::pair(dot, "dot")}) {
        if (!right) wrong += (wrong.empty() ? "" : ", ") + type + " " + name;
    }
}

}  // namespace

std::string wrong_products(const BlasLibrary& blas) {
    std::string wrong;
    find_wrong<float>(blas, "float32", wrong);
    find_wrong<double>(blas, "float64", wrong);
    find_wrong<complex64>(blas, "complex64", wrong);
    find_wrong<complex128>(blas, "complex128", wrong);
    return wrong;
}

}  // namespace lockstep::host::vendor
