// Systems of equations and factorisations by LAPACK: LU, Cholesky, QR, least squares.
// Must not know how a batch is shared among threads, nor where the library comes from.
#include "host/solve_lapack.h"

#include <cmath>

#include "host/lapack_room.h"

namespace lockstep::host {
namespace {

using scalar::complex128;
using vendor::Lapack;

template <class T>
void zero_below(int64_t rows, int64_t columns, T* a, int64_t lead) {
    for (int64_t j = 0; j < columns; ++j)
        for (int64_t i = j + 1; i < rows; ++i) a[i + j * lead] = T{};
}

bool is_finite(double x) { return std::isfinite(x); }
bool is_finite(complex128 x) { return std::isfinite(x.re) && std::isfinite(x.im); }

}  // namespace

template <class T, class I>
int64_t lapack_lu(const SolveTask& t, int64_t first, int64_t last) {
    const LapackRoom<I> pivots(t.n);
    for (int64_t i = first; i < last; ++i) {
        Lapack<T, I>::getrf(static_cast<I>(t.n), static_cast<I>(t.n), matrix_of<T>(t.a, t.n * t.n, i),
                            pivots.get());
        int64_t* const rows = matrix_of<int64_t>(t.values, t.n, i);
        for (int64_t k = 0; k < t.n; ++k) rows[k] = pivots.get()[k] - 1;
    }
    return kSolved;
}

template <class T, class I>
int64_t lapack_solve(const SolveTask& t, int64_t first, int64_t last) {
    const LapackRoom<I> pivots(t.n);
    const I n = static_cast<I>(t.n), k = static_cast<I>(t.k);
    for (int64_t i = first; i < last; ++i) {
        T* const a = matrix_of<T>(t.a, t.n * t.n, i);
        if (Lapack<T, I>::getrf(n, n, a, pivots.get()) != 0) return i;
        Lapack<T, I>::getrs(n, k, a, pivots.get(), matrix_of<T>(t.x, t.n * t.k, i));
    }
    return kSolved;
}

template <class T, class I>
int64_t lapack_inverse(const SolveTask& t, int64_t first, int64_t last) {
    const I n = static_cast<I>(t.n);
    T asked{};
    Lapack<T, I>::getri(n, nullptr, nullptr, &asked, -1);
    const I length = work_length<I>(asked);
    const LapackRoom<I> pivots(n);
    const LapackRoom<T> work(length);
    for (int64_t i = first; i < last; ++i) {
        T* const a = matrix_of<T>(t.a, t.n * t.n, i);
        if (Lapack<T, I>::getrf(n, n, a, pivots.get()) != 0) return i;
        Lapack<T, I>::getri(n, a, pivots.get(), work.get(), length);
    }
    return kSolved;
}

template <class T, class I>
int64_t lapack_cholesky(const SolveTask& t, int64_t first, int64_t last) {
    const int64_t n = t.n;
    for (int64_t i = first; i < last; ++i) {
        T* const a = matrix_of<T>(t.a, n * n, i);
        if (Lapack<T, I>::potrf(t.upper, static_cast<I>(n), a) != 0) return i;
        if (t.upper)
            zero_below(n, n, a, n);
        else
            for (int64_t j = 1; j < n; ++j) std::fill_n(a + j * n, j, T{});
    }
    return kSolved;
}

template <class T, class I>
int64_t lapack_qr(const SolveTask& t, int64_t first, int64_t last) {
    const bool raw = t.kind == Solver::qr_raw;
    const int64_t p = std::min(t.m, t.n), columns = t.full ? t.m : p;  // of q, rows of r
    const I m = static_cast<I>(t.m), n = static_cast<I>(t.n), q_columns = static_cast<I>(columns);
    T asked[2] = {};
    Lapack<T, I>::geqrf(m, n, nullptr, nullptr, &asked[0], -1);
    if (t.x) Lapack<T, I>::orgqr(m, q_columns, static_cast<I>(p), nullptr, nullptr, &asked[1], -1);
    const I length = std::max(work_length<I>(asked[0]), work_length<I>(asked[1]));
    const LapackRoom<T> work(length), factors(raw ? 0 : p);
    for (int64_t i = first; i < last; ++i) {
        T* const a = matrix_of<T>(t.a, t.m * t.n, i);
        T* const tau = raw ? matrix_of<T>(t.values, p, i) : factors.get();
        if (Lapack<T, I>::geqrf(m, n, a, tau, work.get(), length) != 0) return i;
        if (raw) continue;
        T* const r = matrix_of<T>(t.y, columns * t.n, i);
        for (int64_t j = 0; j < t.n; ++j) std::copy_n(a + j * t.m, columns, r + j * columns);
        zero_below(columns, t.n, r, columns);
        if (!t.x) continue;
        T* const q = matrix_of<T>(t.x, t.m * columns, i);
        std::copy_n(a, t.m * p, q);
        if (Lapack<T, I>::orgqr(m, q_columns, static_cast<I>(p), q, tau, work.get(), length) != 0) return i;
    }
    return kSolved;
}

template <class T, class I>
int64_t lapack_lstsq(const SolveTask& t, int64_t first, int64_t last) {
    const int64_t p = std::min(t.m, t.n), rows = std::max(t.m, t.n);
    const I m = static_cast<I>(t.m), n = static_cast<I>(t.n), k = static_cast<I>(t.k);
    T asked{};
    double real_asked = 0;
    I integers_asked = 0, rank = 0;
    Lapack<T, I>::gelsd(m, n, k, nullptr, nullptr, static_cast<I>(rows), nullptr, t.rcond, &rank, &asked, -1,
                        &real_asked, &integers_asked);
    const I length = work_length<I>(asked);
    const LapackRoom<T> work(length);
    const LapackRoom<double> real_work(std::is_same_v<T, complex128> ? work_length<I>(real_asked) : 0);
    const LapackRoom<I> integers(integers_asked);
    for (int64_t i = first; i < last; ++i) {
        T* const a = matrix_of<T>(t.a, t.m * t.n, i);
        // LAPACK would write to the terminal
        if (!std::all_of(a, a + t.m * t.n, [](T x) { return is_finite(x); })) return i;
        const int64_t info =
            Lapack<T, I>::gelsd(m, n, k, a, matrix_of<T>(t.x, rows * t.k, i), static_cast<I>(rows),
                                matrix_of<double>(t.values, p, i), t.rcond, &rank, work.get(), length,
                                real_work.get(), integers.get());
        if (info != 0) return i;
        *matrix_of<int64_t>(t.y, 1, i) = rank;
    }
    return kSolved;
}

#define LS_INSTANTIATE(T, I)                                                    \
    template int64_t lapack_lu<T, I>(const SolveTask&, int64_t, int64_t);       \
    template int64_t lapack_solve<T, I>(const SolveTask&, int64_t, int64_t);    \
    template int64_t lapack_inverse<T, I>(const SolveTask&, int64_t, int64_t);  \
    template int64_t lapack_cholesky<T, I>(const SolveTask&, int64_t, int64_t); \
    template int64_t lapack_qr<T, I>(const SolveTask&, int64_t, int64_t);       \
    template int64_t lapack_lstsq<T, I>(const SolveTask&, int64_t, int64_t);
LS_INSTANTIATE(double, int64_t)
LS_INSTANTIATE(double, int32_t)
LS_INSTANTIATE(complex128, int64_t)
LS_INSTANTIATE(complex128, int32_t)
#undef LS_INSTANTIATE

}  // namespace lockstep::host
