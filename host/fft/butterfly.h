// Butterflies: transforms of 2 to 16 points held in registers, forward, in natural order. For kernels.cpp
// only. Must not know memory, stages or twiddles between stages.
#pragma once

#include "host/fft/simd.h"

namespace lockstep::host::fft::LS_ISA {

// cos and sin of 2 pi k / n at compile time: octant reduction on integers, then Taylor (error below 1e-19).
struct TurnValue {
    long double cos, sin;
};
constexpr TurnValue turn_series(long double x) {
    long double c = 0, s = 0, term = 1;
    for (int i = 0; i < 30; i += 2) {
        c += term;
        term *= x / (i + 1);
        s += term;
        term *= -x / (i + 2);
    }
    return {c, s};
}
constexpr TurnValue turn(int64_t k, int64_t n) {
    k = (k % n + n) % n;
    if (8 * k > 4 * n) {
        const TurnValue t = turn(n - k, n);
        return {t.cos, -t.sin};
    }
    if (8 * k >
        2 * n) {  // a quarter turn less: cos(x) = -sin(x - pi/2), with x - pi/2 = 2 pi (4k - n) / (4n)
        const TurnValue t = turn(4 * k - n, 4 * n);
        return {-t.sin, t.cos};
    }
    if (8 * k > n) {
        const TurnValue t = turn(n - 4 * k, 4 * n);
        return {t.sin, t.cos};
    }
    return turn_series(6.283185307179586476925286766559005768L * k / n);
}

// a * exp(-2 pi i K / N) with the cheap cases cheap.
template <int K, int N, class T>
LS_FFT_INLINE Complex<T> rotate(Complex<T> a) {
    constexpr int k = K % N;
    if constexpr (k == 0) {
        return a;
    } else if constexpr (4 * k == N) {
        return {a.im, -a.re};
    } else if constexpr (2 * k == N) {
        return {-a.re, -a.im};
    } else if constexpr (8 * k == N) {
        const Vec<T> h = broadcast(static_cast<T>(turn(1, 8).cos));
        return {(a.re + a.im) * h, (a.im - a.re) * h};
    } else if constexpr (8 * k == 3 * N) {
        const Vec<T> h = broadcast(static_cast<T>(turn(1, 8).cos));
        return {(a.im - a.re) * h, (a.re + a.im) * -h};
    } else {
        constexpr TurnValue t = turn(k, N);
        return multiply<T>(a, broadcast(static_cast<T>(t.cos)), broadcast(static_cast<T>(-t.sin)));
    }
}

// Odd prime: pairs x_k +- x_{P-k}, one cosine sum and one sine sum per pair of results.
template <int P, class T>
LS_FFT_INLINE void butterfly_prime(Complex<T>* x) {
    constexpr int half = P / 2;
    Complex<T> sum[half], dif[half];
    unroll<half>([&](auto i) LS_FFT_LAMBDA {
        constexpr int k = decltype(i)::value;
        sum[k] = x[k + 1] + x[P - 1 - k];
        dif[k] = x[k + 1] - x[P - 1 - k];
    });
    const Complex<T> first = x[0];
    unroll<half>([&](auto i) LS_FFT_LAMBDA { x[0] = x[0] + sum[decltype(i)::value]; });
    unroll<half>([&](auto jj) LS_FFT_LAMBDA {
        constexpr int j = decltype(jj)::value + 1;
        Complex<T> a = first, b{};
        unroll<half>([&](auto kk) LS_FFT_LAMBDA {
            constexpr int k = decltype(kk)::value;
            constexpr TurnValue t = turn(j * (k + 1), P);
            const Vec<T> c = broadcast(static_cast<T>(t.cos)), s = broadcast(static_cast<T>(t.sin));
            a = {fma(c, sum[k].re, a.re), fma(c, sum[k].im, a.im)};
            b = k == 0 ? Complex<T>{s * dif[k].re, s * dif[k].im}
                       : Complex<T>{fma(s, dif[k].re, b.re), fma(s, dif[k].im, b.im)};
        });
        x[j] = {a.re + b.im, a.im - b.re};
        x[P - j] = {a.re - b.im, a.im + b.re};
    });
}

template <int R, class T>
LS_FFT_INLINE void butterfly(Complex<T>* x);

// R = A * B: B butterflies of A points, constant twiddles, A butterflies of B points.
template <int A, int B, class T>
LS_FFT_INLINE void butterfly_product(Complex<T>* x) {
    Complex<T> column[B][A];
    unroll<B>([&](auto bb) LS_FFT_LAMBDA {
        constexpr int b = decltype(bb)::value;
        unroll<A>([&](auto aa)
                      LS_FFT_LAMBDA { column[b][decltype(aa)::value] = x[b + B * decltype(aa)::value]; });
        butterfly<A, T>(column[b]);
    });
    unroll<A>([&](auto aa) LS_FFT_LAMBDA {
        constexpr int a = decltype(aa)::value;
        Complex<T> row[B];
        unroll<B>([&](auto bb) LS_FFT_LAMBDA {
            constexpr int b = decltype(bb)::value;
            row[b] = rotate<a * b, A * B, T>(column[b][a]);
        });
        butterfly<B, T>(row);
        unroll<B>([&](auto bb) LS_FFT_LAMBDA { x[a + A * decltype(bb)::value] = row[decltype(bb)::value]; });
    });
}

template <int R, class T>
LS_FFT_INLINE void butterfly(Complex<T>* x) {
    if constexpr (R == 2) {
        const Complex<T> a = x[0], b = x[1];
        x[0] = a + b;
        x[1] = a - b;
    } else if constexpr (R == 4) {
        const Complex<T> a = x[0] + x[2], b = x[0] - x[2], c = x[1] + x[3], d = x[1] - x[3];
        x[0] = a + c;
        x[1] = {b.re + d.im, b.im - d.re};
        x[2] = a - c;
        x[3] = {b.re - d.im, b.im + d.re};
    } else if constexpr (R == 6 || R == 10) {
        butterfly_product<R / 2, 2, T>(x);
    } else if constexpr (R == 8 || R == 12 || R == 16) {
        butterfly_product<R / 4, 4, T>(x);
    } else if constexpr (R == 9) {
        butterfly_product<3, 3, T>(x);
    } else {
        butterfly_prime<R, T>(x);
    }
}

}  // namespace lockstep::host::fft::LS_ISA
