// Singular values and eigenvalues by LAPACK.
// Must not know how a batch is shared among threads, nor where the library comes from.
#include <cmath>

#include "host/lapack_room.h"
#include "host/solve_lapack.h"

namespace lockstep::host {
namespace {

using scalar::complex128;
using vendor::Lapack;

// LAPACK gives the vectors of a conjugate pair as two columns, the real and the imaginary part.
void as_complex(int64_t n, const double* w, const double* v, complex128* values, complex128* vectors) {
    for (int64_t j = 0; j < n; ++j) values[j] = {w[j], w[n + j]};
    if (!vectors) return;
    for (int64_t j = 0; j < n; ++j) {
        const double* const re = v + j * n;
        complex128* const to = vectors + j * n;
        if (w[n + j] == 0 || j + 1 == n) {
            for (int64_t i = 0; i < n; ++i) to[i] = {re[i], 0};
            continue;
        }
        for (int64_t i = 0; i < n; ++i) {
            to[i] = {re[i], re[n + i]};
            to[n + i] = {re[i], -re[n + i]};
        }
        ++j;
    }
}

}  // namespace

template <class T, class I>
int64_t lapack_svd(const SolveTask& t, int64_t first, int64_t last) {
    const int64_t p = std::min(t.m, t.n), most = std::max(t.m, t.n);
    const I m = static_cast<I>(t.m), n = static_cast<I>(t.n);
    const int64_t u_columns = t.full ? t.m : p, vh_rows = t.full ? t.n : p;
    const char* const job = !t.x ? "N" : t.full ? "A" : "S";
    const I vh_lead = static_cast<I>(t.x ? vh_rows : 1);
    // The sizes that LAPACK's manual asks for, since 3.7 and before
    const int64_t reals = !std::is_same_v<T, complex128> ? 0
                          : t.x ? std::max(5 * p * p + 5 * p, 2 * most * p + 2 * p * p + p)
                                : 7 * p;
    T asked{};
    const LapackRoom<double> real_work(reals);
    const LapackRoom<I> integers(8 * p);
    Lapack<T, I>::gesdd(job, m, n, nullptr, nullptr, nullptr, nullptr, vh_lead, &asked, -1, real_work.get(),
                        integers.get());
    const I length = work_length<I>(asked);
    const LapackRoom<T> work(length);
    for (int64_t i = first; i < last; ++i) {
        const int64_t info =
            Lapack<T, I>::gesdd(job, m, n, matrix_of<T>(t.a, t.m * t.n, i), matrix_of<double>(t.values, p, i),
                                t.x ? matrix_of<T>(t.x, t.m * u_columns, i) : nullptr,
                                t.x ? matrix_of<T>(t.y, vh_rows * t.n, i) : nullptr, vh_lead, work.get(),
                                length, real_work.get(), integers.get());
        if (info != 0) return i;
    }
    return kSolved;
}

template <class T, class I>
int64_t lapack_eigh(const SolveTask& t, int64_t first, int64_t last) {
    const I n = static_cast<I>(t.n);
    T asked{};
    double real_asked = 0;
    I integers_asked = 0;
    Lapack<T, I>::heevd(t.vectors, t.upper, n, nullptr, nullptr, &asked, -1, &real_asked, -1, &integers_asked,
                        -1);
    const I length = work_length<I>(asked), reals = work_length<I>(real_asked);
    const I integer_length = std::max<I>(1, integers_asked);
    const LapackRoom<T> work(length);
    const LapackRoom<double> real_work(reals);
    const LapackRoom<I> integers(integer_length);
    for (int64_t i = first; i < last; ++i) {
        const int64_t info = Lapack<T, I>::heevd(t.vectors, t.upper, n, matrix_of<T>(t.a, t.n * t.n, i),
                                                 matrix_of<double>(t.values, t.n, i), work.get(), length,
                                                 real_work.get(), reals, integers.get(), integer_length);
        if (info != 0) return i;
    }
    return kSolved;
}

template <class T, class I>
int64_t lapack_eig(const SolveTask& t, int64_t first, int64_t last) {
    constexpr bool real = std::is_same_v<T, double>;
    const I n = static_cast<I>(t.n);
    T asked{};
    const LapackRoom<double> real_work(2 * t.n);
    Lapack<T, I>::geev(t.vectors, n, nullptr, nullptr, nullptr, &asked, -1, real_work.get());
    const I length = work_length<I>(asked);
    const LapackRoom<T> work(length), w(real ? 2 * t.n : 0), v(real && t.vectors ? t.n * t.n : 0);
    for (int64_t i = first; i < last; ++i) {
        T* const a = matrix_of<T>(t.a, t.n * t.n, i);
        complex128* const values = matrix_of<complex128>(t.values, t.n, i);
        complex128* const vectors = t.vectors ? matrix_of<complex128>(t.x, t.n * t.n, i) : nullptr;
        int64_t info;
        if constexpr (real) {
            info = Lapack<T, I>::geev(t.vectors, n, a, w.get(), v.get(), work.get(), length, nullptr);
            if (info == 0) as_complex(t.n, w.get(), v.get(), values, vectors);
        } else {
            info = Lapack<T, I>::geev(t.vectors, n, a, values, vectors, work.get(), length, real_work.get());
        }
        if (info != 0) return i;
    }
    return kSolved;
}

#define LS_INSTANTIATE(T, I)                                                \
    template int64_t lapack_svd<T, I>(const SolveTask&, int64_t, int64_t);  \
    template int64_t lapack_eigh<T, I>(const SolveTask&, int64_t, int64_t); \
    template int64_t lapack_eig<T, I>(const SolveTask&, int64_t, int64_t);
LS_INSTANTIATE(double, int64_t)
LS_INSTANTIATE(double, int32_t)
LS_INSTANTIATE(complex128, int64_t)
LS_INSTANTIATE(complex128, int32_t)
#undef LS_INSTANTIATE

}  // namespace lockstep::host
