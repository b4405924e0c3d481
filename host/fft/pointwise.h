// Kernels that go along rows once: products with a table, and the two that turn complex spectra into those of
// real rows. For kernels.cpp only; must not know passes.
#pragma once

#include "host/fft/simd.h"

namespace lockstep::host::fft::LS_ISA {

template <class T>
static void multiply_rows(const T* in, const T* w, T* out, int64_t n, bool conjugate, T scale_re,
                          T scale_im) {
    const T sign = conjugate ? T(-1) : T(1);
    const auto mask = sign_mask<T>(conjugate);
    const Vec<T> sre = broadcast(scale_re), sim = broadcast(scale_im);
    int64_t j = 0;
    for (; j + Lanes<T>::count <= n; j += Lanes<T>::count) {
        const Complex<T> x = load_interleaved(in + 2 * j), t = load_interleaved(w + 2 * j);
        const Complex<T> y = multiply<T>({x.re, flip<T>(x.im, mask)}, t.re, t.im);
        store_interleaved<T>(out + 2 * j, {y.re * sre, y.im * sim});
    }
    for (; j < n; ++j) {
        const T re = in[2 * j], im = in[2 * j + 1] * sign;
        const T wre = w[2 * j], wim = w[2 * j + 1];
        out[2 * j] = (re * wre - im * wim) * scale_re;
        out[2 * j + 1] = (re * wim + im * wre) * scale_im;
    }
}

// Z is the transform of even + i odd values: X[k] = E + w^k O and X[m-k] = conj(E - w^k O), with E = (Z[k] +
// conj Z[m-k]) / 2 and O = (Z[k] - conj Z[m-k]) / 2i.
template <class T>
static void real_post(T* z, const T* w, int64_t m, int64_t k, int64_t end) {
    if (k == 0) {
        const T re = z[0], im = z[1];
        z[0] = re + im;
        z[1] = 0;
        z[2 * m] = re - im;
        z[2 * m + 1] = 0;
        k = 1;
    }
    const Vec<T> half = broadcast(T(0.5));
    for (; k + Lanes<T>::count <= end; k += Lanes<T>::count) {
        T *const lo = z + 2 * k, *const hi = z + 2 * (m - k - Lanes<T>::count + 1);
        const Complex<T> a = load_interleaved(lo), h = load_interleaved(hi), t = load_interleaved(w + 2 * k);
        const Complex<T> b = {reverse(h.re, LaneSequence<T>{}), -reverse(h.im, LaneSequence<T>{})};
        const Complex<T> e = {(a.re + b.re) * half, (a.im + b.im) * half};
        const Complex<T> o = multiply<T>({(a.im - b.im) * half, (b.re - a.re) * half}, t.re, t.im);
        store_interleaved<T>(lo, e + o);
        store_interleaved<T>(
            hi, {reverse(e.re - o.re, LaneSequence<T>{}), reverse(o.im - e.im, LaneSequence<T>{})});
    }
    for (; k < end; ++k) {
        T *const lo = z + 2 * k, *const hi = z + 2 * (m - k);
        const T are = lo[0], aim = lo[1], bre = hi[0], bim = -hi[1], tre = w[2 * k], tim = w[2 * k + 1];
        const T ere = (are + bre) * T(0.5), eim = (aim + bim) * T(0.5);
        const T dre = (aim - bim) * T(0.5), dim = (bre - are) * T(0.5);
        const T ore = dre * tre - dim * tim, oim = dre * tim + dim * tre;
        hi[0] = ere - ore;
        hi[1] = oim - eim;
        lo[0] = ere + ore;
        lo[1] = eim + oim;
    }
}

// Z[k] = E + i O with E = X[k] + conj X[m-k] and O = w^-k (X[k] - conj X[m-k]); Z[m-k] = conj(E) + i conj(O).
template <class T>
static void real_pre(const T* x, T* z, const T* w, int64_t m, int64_t k, int64_t end) {
    if (k == 0) {
        z[0] = x[0] + x[2 * m];
        z[1] = x[0] - x[2 * m];
        k = 1;
    }
    for (; k + Lanes<T>::count <= end; k += Lanes<T>::count) {
        const int64_t mirror = m - k - Lanes<T>::count + 1;
        const Complex<T> a = load_interleaved(x + 2 * k), h = load_interleaved(x + 2 * mirror);
        const Complex<T> t = load_interleaved(w + 2 * k);
        const Complex<T> b = {reverse(h.re, LaneSequence<T>{}), -reverse(h.im, LaneSequence<T>{})};
        const Complex<T> e = a + b, o = multiply<T>(a - b, t.re, -t.im);
        store_interleaved<T>(z + 2 * k, {e.re - o.im, e.im + o.re});
        store_interleaved<T>(z + 2 * mirror, {reverse(e.re + o.im, LaneSequence<T>{}),
                                              reverse(o.re - e.im, LaneSequence<T>{})});
    }
    for (; k < end; ++k) {
        const T *const lo = x + 2 * k, *const hi = x + 2 * (m - k);
        const T ere = lo[0] + hi[0], eim = lo[1] - hi[1], dre = lo[0] - hi[0], dim = lo[1] + hi[1];
        const T tre = w[2 * k], tim = -w[2 * k + 1];
        const T ore = dre * tre - dim * tim, oim = dre * tim + dim * tre;
        z[2 * (m - k)] = ere + oim;
        z[2 * (m - k) + 1] = ore - eim;
        z[2 * k] = ere - oim;
        z[2 * k + 1] = eim + ore;
    }
}

}  // namespace lockstep::host::fft::LS_ISA
