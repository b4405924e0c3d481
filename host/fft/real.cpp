// Real rows in terms of complex ones: even rows at half the length, odd ones widened.
// Must not know how complex rows are computed.
#include "host/fft/real.h"

#include <algorithm>
#include <cstring>

#include "host/fft/pieces.h"
#include "host/fft/plan.h"
#include "host/fft/scratch.h"

namespace lockstep::host::fft {
namespace {

// Frequencies untangled at a time; fixed, since vectors start with each piece and the last bits with them.
constexpr int64_t untangled = 4096;

// work(k, end) over the frequencies 0 .. m / 2 of a row, two at a time.
template <class Work>
void untangle(int64_t m, const Work& work) {
    const int64_t count = m / 2 + 1;
    pieces((count + untangled - 1) / untangled, 8, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) work(i * untangled, std::min(count, (i + 1) * untangled));
    });
}

// work(first, count) over all rows, a few at a time so that they are still in the cache for the second step.
// How many depends on the shape only, and they fill whole batches.
template <class Work>
void by_rows(int64_t n, int64_t howmany, const Work& work) {
    const int64_t fit = std::max<int64_t>(1, points_per_task / n),
                  step = n <= 2048 ? (fit + 15) / 16 * 16 : fit;
    pieces((howmany + step - 1) / step, 1, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) work(i * step, std::min(step, howmany - i * step));
    });
}

template <class T>
void widen(const T* x, int64_t n, T* z) {
    for (int64_t j = 0; j < n; ++j) {
        z[2 * j] = x[j];
        z[2 * j + 1] = 0;
    }
}

template <class T>
void widen_spectrum(const T* x, int64_t n, T* z) {
    z[0] = x[0];
    z[1] = 0;
    for (int64_t k = 1; k <= n / 2; ++k) {
        z[2 * k] = z[2 * (n - k)] = x[2 * k];
        z[2 * k + 1] = x[2 * k + 1];
        z[2 * (n - k) + 1] = -x[2 * k + 1];
    }
}

}  // namespace

template <class T>
void real_forward(int64_t n, int64_t howmany, const T* in, int64_t in_stride, T* out, int64_t out_stride,
                  T scale) {
    if (n % 2 == 0) {
        const auto complex_plan = plan<T>(n / 2);
        const auto roots = real_roots<T>(n);
        return by_rows(n, howmany, [&](int64_t first, int64_t count) {
            T* const z = out + 2 * first * out_stride;
            run<T>(*complex_plan, {in + first * in_stride, in_stride, z, 2 * out_stride, false, scale, scale},
                   count);
            for (int64_t i = 0; i < count; ++i)
                untangle(n / 2, [&](int64_t k, int64_t end) {
                    kernels<T>().real_post(z + 2 * i * out_stride, roots->data(), n / 2, k, end);
                });
        });
    }
    const auto complex_plan = plan<T>(n);
    by_rows(n, howmany, [&](int64_t first, int64_t count) {
        const Scratch scratch(static_cast<size_t>(2 * n * count) * sizeof(T));
        T* const z = scratch.as<T>();
        for (int64_t i = 0; i < count; ++i) widen(in + (first + i) * in_stride, n, z + 2 * i * n);
        run<T>(*complex_plan, {z, 2 * n, z, 2 * n, false, scale, scale}, count);
        for (int64_t i = 0; i < count; ++i) {
            z[2 * i * n + 1] = 0;  // exactly, as NumPy has it: Bluestein's leaves a rounding error there
            std::memcpy(out + 2 * (first + i) * out_stride, z + 2 * i * n,
                        static_cast<size_t>(n + 1) * sizeof(T));
        }
    });
}

template <class T>
void real_backward(int64_t n, int64_t howmany, const T* in, int64_t in_stride, T* out, int64_t out_stride,
                   T scale) {
    if (n % 2 == 0) {
        const auto complex_plan = plan<T>(n / 2);
        const auto roots = real_roots<T>(n);
        return by_rows(n, howmany, [&](int64_t first, int64_t count) {
            T* const z = out + first * out_stride;
            for (int64_t i = 0; i < count; ++i)
                untangle(n / 2, [&](int64_t k, int64_t end) {
                    kernels<T>().real_pre(in + 2 * (first + i) * in_stride, z + i * out_stride, roots->data(),
                                          n / 2, k, end);
                });
            run<T>(*complex_plan, {z, out_stride, z, out_stride, true, scale, -scale}, count);
        });
    }
    const auto complex_plan = plan<T>(n);
    by_rows(n, howmany, [&](int64_t first, int64_t count) {
        const Scratch scratch(static_cast<size_t>(2 * n * count) * sizeof(T));
        T* const z = scratch.as<T>();
        for (int64_t i = 0; i < count; ++i)
            widen_spectrum(in + 2 * (first + i) * in_stride, n, z + 2 * i * n);
        run<T>(*complex_plan, {z, 2 * n, z, 2 * n, true, scale, -scale}, count);
        for (int64_t i = 0; i < count; ++i)
            for (int64_t j = 0; j < n; ++j) out[(first + i) * out_stride + j] = z[2 * (i * n + j)];
    });
}

template void real_forward(int64_t, int64_t, const double*, int64_t, double*, int64_t, double);
template void real_forward(int64_t, int64_t, const float*, int64_t, float*, int64_t, float);
template void real_backward(int64_t, int64_t, const double*, int64_t, double*, int64_t, double);
template void real_backward(int64_t, int64_t, const float*, int64_t, float*, int64_t, float);

}  // namespace lockstep::host::fft
