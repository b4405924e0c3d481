// transform(): checks, real rows in terms of complex ones, and the choice of plan.
// Must not know how complex rows are computed.
#include "host/fft/fft.h"

#include <cstring>
#include <stdexcept>
#include <string>

#include "host/fft/plan.h"
#include "host/fft/scratch.h"

namespace lockstep::host::fft {
namespace {

template <class T>
void transform_c2c(const Rows<T>& rows, int64_t n, int64_t howmany) {
    if (n == 1) {
        for (int64_t i = 0; i < howmany; ++i) {
            const T* const x = rows.in + i * rows.in_stride;
            const T re = x[0], im = rows.conjugate ? -x[1] : x[1];
            rows.out[i * rows.out_stride] = re * rows.scale_re;
            rows.out[i * rows.out_stride + 1] = im * rows.scale_im;
        }
        return;
    }
    run(*plan<T>(n), rows, howmany);
}

// Even n: the row read as n/2 complex values is transformed into `out`, then untangled there.
template <class T>
void real_forward_even(int64_t n, int64_t howmany, const T* in, int64_t in_stride, T* out, int64_t out_stride,
                       T scale) {
    transform_c2c<T>({in, in_stride, out, 2 * out_stride, false, scale, scale}, n / 2, howmany);
    const auto roots = real_roots<T>(n);
    for (int64_t i = 0; i < howmany; ++i)
        kernels<T>().real_post(out + 2 * i * out_stride, roots->data(), n / 2);
}

template <class T>
void real_backward_even(int64_t n, int64_t howmany, const T* in, int64_t in_stride, T* out,
                        int64_t out_stride, T scale) {
    const auto roots = real_roots<T>(n);
    for (int64_t i = 0; i < howmany; ++i)
        kernels<T>().real_pre(in + 2 * i * in_stride, out + i * out_stride, roots->data(), n / 2);
    transform_c2c<T>({out, out_stride, out, out_stride, true, scale, -scale}, n / 2, howmany);
}

// Odd n: no such trick, so the rows are widened to complex ones; a few at a time, so that scratch stays
// small.
template <class T>
int64_t odd_rows_at_once(int64_t n, int64_t howmany) {
    const int64_t fit = (int64_t{1} << 16) / n;
    return fit < 16 ? (howmany < 16 ? howmany : 16) : (howmany < fit ? howmany : fit);
}

template <class T>
void real_forward_odd(int64_t n, int64_t howmany, const T* in, int64_t in_stride, T* out, int64_t out_stride,
                      T scale) {
    const int64_t step = odd_rows_at_once<T>(n, howmany);
    const Scratch scratch(static_cast<size_t>(2 * n * step) * sizeof(T));
    T* const z = scratch.as<T>();
    for (int64_t first = 0; first < howmany; first += step) {
        const int64_t count = howmany - first < step ? howmany - first : step;
        for (int64_t i = 0; i < count; ++i)
            for (int64_t j = 0; j < n; ++j) {
                z[2 * (i * n + j)] = in[(first + i) * in_stride + j];
                z[2 * (i * n + j) + 1] = 0;
            }
        transform_c2c<T>({z, 2 * n, z, 2 * n, false, scale, scale}, n, count);
        for (int64_t i = 0; i < count; ++i) {
            z[2 * i * n + 1] = 0;  // exactly, as NumPy has it: Bluestein's leaves a rounding error there
            std::memcpy(out + 2 * (first + i) * out_stride, z + 2 * i * n,
                        static_cast<size_t>(n + 1) * sizeof(T));
        }
    }
}

template <class T>
void real_backward_odd(int64_t n, int64_t howmany, const T* in, int64_t in_stride, T* out, int64_t out_stride,
                       T scale) {
    const int64_t step = odd_rows_at_once<T>(n, howmany);
    const Scratch scratch(static_cast<size_t>(2 * n * step) * sizeof(T));
    for (int64_t first = 0; first < howmany; first += step) {
        const int64_t count = howmany - first < step ? howmany - first : step;
        for (int64_t i = 0; i < count; ++i) {
            const T* const x = in + 2 * (first + i) * in_stride;
            T* const z = scratch.as<T>() + 2 * i * n;
            z[0] = x[0];
            z[1] = 0;
            for (int64_t k = 1; k <= n / 2; ++k) {
                z[2 * k] = z[2 * (n - k)] = x[2 * k];
                z[2 * k + 1] = x[2 * k + 1];
                z[2 * (n - k) + 1] = -x[2 * k + 1];
            }
        }
        T* const z = scratch.as<T>();
        transform_c2c<T>({z, 2 * n, z, 2 * n, true, scale, -scale}, n, count);
        for (int64_t i = 0; i < count; ++i)
            for (int64_t j = 0; j < n; ++j) out[(first + i) * out_stride + j] = z[2 * (i * n + j)];
    }
}

template <class T>
void transform_rows(Kind kind, int64_t n, int64_t howmany, const T* in, int64_t in_stride, T* out,
                    int64_t out_stride, T scale) {
    if (n < 1)
        throw std::invalid_argument("fft: the length of a row is " + std::to_string(n) +
                                    ", it must be at least 1");
    if (howmany < 0) throw std::invalid_argument("fft: the number of rows is " + std::to_string(howmany));
    if (howmany == 0) return;
    const bool even = n % 2 == 0;
    switch (kind) {
        case Kind::c2c_forward:
            return transform_c2c<T>({in, 2 * in_stride, out, 2 * out_stride, false, scale, scale}, n,
                                    howmany);
        case Kind::c2c_backward:
            return transform_c2c<T>({in, 2 * in_stride, out, 2 * out_stride, true, scale, -scale}, n,
                                    howmany);
        case Kind::r2c:
            return (even ? real_forward_even<T> : real_forward_odd<T>)(n, howmany, in, in_stride, out,
                                                                       out_stride, scale);
        case Kind::c2r:
            return (even ? real_backward_even<T> : real_backward_odd<T>)(n, howmany, in, in_stride, out,
                                                                         out_stride, scale);
    }
    throw std::invalid_argument("fft: unknown kind of transform");
}

}  // namespace

void transform(Kind kind, int64_t n, int64_t howmany, const double* in, int64_t in_row_stride, double* out,
               int64_t out_row_stride, double scale) {
    transform_rows(kind, n, howmany, in, in_row_stride, out, out_row_stride, scale);
}
void transform(Kind kind, int64_t n, int64_t howmany, const float* in, int64_t in_row_stride, float* out,
               int64_t out_row_stride, float scale) {
    transform_rows(kind, n, howmany, in, in_row_stride, out, out_row_stride, scale);
}

}  // namespace lockstep::host::fft
