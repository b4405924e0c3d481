// Stockham passes over rows of W lanes, between scratch and the caller's interleaved rows. For kernels.cpp
// only. Must not know how a transform is split or who called: a Vertical, where to read, where to write.
#pragma once

#include "host/fft/butterfly.h"
#include "host/fft/kernels.h"

namespace lockstep::host::fft::LS_ISA {

template <class T>
inline constexpr int64_t lanes = Lanes<T>::count;
template <class T>
inline constexpr int64_t row_size = 2 * Lanes<T>::count;  // reals in a row of scratch

// Where a pass reads or writes: row i lies at p + i * stride.
template <class T>
struct ScratchIn {
    const T* p;
    static constexpr int64_t stride = row_size<T>;
    LS_FFT_INLINE Complex<T> get(const ScratchIn&, const T* at) { return {load(at), load(at + lanes<T>)}; }
};
template <class T>
struct UserIn {
    const T* p;
    int64_t stride;
    typename Lanes<T>::Bits conjugate;
    LS_FFT_INLINE Complex<T> get(const UserIn& self, const T* at) {
        const Complex<T> x = load_interleaved(at);
        // The next block of columns: a long row's columns are too far apart for the processor to foresee.
        __builtin_prefetch(at + row_size<T>);
        __builtin_prefetch(at + row_size<T> + lanes<T>);
        return {x.re, flip<T>(x.im, self.conjugate)};
    }
};
template <class T>
struct ScratchOut {
    T* p;
    static constexpr int64_t stride = row_size<T>;
    LS_FFT_INLINE void put(const ScratchOut&, T* at, Complex<T> x) {
        store(at, x.re);
        store(at + lanes<T>, x.im);
    }
};
template <class T>
struct UserOut {
    T* p;
    int64_t stride;
    Vec<T> scale_re, scale_im;
    bool past_cache;
    LS_FFT_INLINE void put(const UserOut& self, T* at, Complex<T> x) {
        const Complex<T> y = {x.re * self.scale_re, x.im * self.scale_im};
        if (can_stream && self.past_cache)
            stream_interleaved<T>(at, y);
        else
            store_interleaved<T>(at, y);
    }
};

template <class T, int R, bool Twiddled, class In, class Out>
LS_FFT_INLINE void butterfly_rows(int64_t count, const T* from, int64_t from_step, T* to, int64_t to_step,
                                  const T* w, const In& in, const Out& out) {
    for (int64_t q = 0; q < count; ++q) {
        Complex<T> x[R];
        const T* at = from;
        unroll<R>([&](auto k) LS_FFT_LAMBDA {
            x[decltype(k)::value] = In::get(in, at);
            at += from_step;
        });
        butterfly<R, T>(x);
        T* dest = to;
        unroll<R>([&](auto kk) LS_FFT_LAMBDA {
            constexpr int k = decltype(kk)::value;
            if constexpr (Twiddled && k > 0)
                Out::put(out, dest, multiply<T>(x[k], broadcast(w[2 * k - 2]), broadcast(w[2 * k - 1])));
            else
                Out::put(out, dest, x[k]);
            dest += to_step;
        });
        from += in.stride;
        to += out.stride;
    }
}

// Rows q + s (p + m k), k < R, become rows q + s (R p + k), for all q < s and p < m.
template <class T, int R, class In, class Out>
[[gnu::noinline]] static void pass(const Stage<T>& st, const In& in, const Out& out) {
    const int64_t s = st.s, from_step = s * st.m * in.stride, to_step = s * out.stride;
    butterfly_rows<T, R, false>(s, in.p, from_step, out.p, to_step, nullptr, in, out);
    for (int64_t p = 1; p < st.m; ++p)
        butterfly_rows<T, R, true>(s, in.p + s * p * in.stride, from_step, out.p + s * R * p * out.stride,
                                   to_step, st.twiddle + 2 * (R - 1) * p, in, out);
}

inline constexpr int max_half = 30;  // half of the largest prime with a pass of its own

// Results j, ..., j + 3 and their mirror images of an odd prime radix: four cosine and four sine sums at
// once.
template <class T, class In, class Out>
LS_FFT_INLINE void generic_results(int64_t radix, int64_t j, const Complex<T>* sum, const Complex<T>* dif,
                                   Complex<T> first, const T* trig, const T* w, T* to, int64_t to_step,
                                   const Out& out) {
    const int64_t half = radix / 2;
    Complex<T> a[4] = {first, first, first, first}, b[4] = {};
    for (int64_t k = 0; k < half; ++k, trig += 8)
        unroll<4>([&](auto ii) LS_FFT_LAMBDA {
            constexpr int i = decltype(ii)::value;
            const Vec<T> c = broadcast(trig[i]), s = broadcast(trig[4 + i]);
            a[i] = {fma(c, sum[k].re, a[i].re), fma(c, sum[k].im, a[i].im)};
            b[i] = {fma(s, dif[k].re, b[i].re), fma(s, dif[k].im, b[i].im)};
        });
    unroll<4>([&](auto ii) LS_FFT_LAMBDA {
        constexpr int i = decltype(ii)::value;
        const int64_t lo = j + i, hi = radix - lo;
        if (lo > half) return;
        const Complex<T> y = {a[i].re + b[i].im, a[i].im - b[i].re},
                         z = {a[i].re - b[i].im, a[i].im + b[i].re};
        Out::put(out, to + lo * to_step, multiply<T>(y, broadcast(w[2 * lo - 2]), broadcast(w[2 * lo - 1])));
        Out::put(out, to + hi * to_step, multiply<T>(z, broadcast(w[2 * hi - 2]), broadcast(w[2 * hi - 1])));
    });
}

// The same for an odd prime radix without a butterfly of its own.
template <class T, class In, class Out>
[[gnu::noinline]] static void pass_generic(const Stage<T>& st, const In& in, const Out& out) {
    const int64_t s = st.s, radix = st.radix, half = radix / 2;
    const int64_t from_step = s * st.m * in.stride, to_step = s * out.stride;
    for (int64_t p = 0; p < st.m; ++p) {
        const T* w = st.twiddle + 2 * (radix - 1) * p;
        for (int64_t q = 0; q < s; ++q) {
            const T* from = in.p + (q + s * p) * in.stride;
            T* to = out.p + (q + s * radix * p) * out.stride;
            Complex<T> sum[max_half], dif[max_half];
            const Complex<T> first = In::get(in, from);
            Complex<T> total = first;
            for (int64_t k = 1; k <= half; ++k) {
                const Complex<T> a = In::get(in, from + k * from_step),
                                 b = In::get(in, from + (radix - k) * from_step);
                sum[k - 1] = a + b;
                dif[k - 1] = a - b;
                total = total + sum[k - 1];
            }
            Out::put(out, to, total);
            for (int64_t j = 1; j <= half; j += 4)
                generic_results<T, In>(radix, j, sum, dif, first, st.trig + 2 * (j - 1) * half, w, to,
                                       to_step, out);
        }
    }
}

template <class T, class In, class Out>
LS_FFT_INLINE void any_pass(const Stage<T>& st, const In& in, const Out& out) {
    switch (st.radix) {
        case 2:
            return pass<T, 2>(st, in, out);
        case 3:
            return pass<T, 3>(st, in, out);
        case 4:
            return pass<T, 4>(st, in, out);
        case 5:
            return pass<T, 5>(st, in, out);
        case 6:
            return pass<T, 6>(st, in, out);
        case 7:
            return pass<T, 7>(st, in, out);
        case 8:
            return pass<T, 8>(st, in, out);
        case 9:
            return pass<T, 9>(st, in, out);
        case 10:
            return pass<T, 10>(st, in, out);
        case 11:
            return pass<T, 11>(st, in, out);
        case 12:
            return pass<T, 12>(st, in, out);
        case 13:
            return pass<T, 13>(st, in, out);
        case 16:
            return pass<T, 16>(st, in, out);
        default:
            return pass_generic<T>(st, in, out);
    }
}

// Stages [begin, end) from scratch to scratch; returns where the result lies: in `a` or `b`, never in `from`.
template <class T>
[[gnu::noinline]] static const T* middle(const Vertical<T>& v, int begin, int end, const T* from, T* a,
                                         T* b) {
    for (int i = begin; i < end; ++i) {
        T* to = from == a ? b : a;
        any_pass<T>(v.stage[i], ScratchIn<T>{from}, ScratchOut<T>{to});
        from = to;
    }
    return from;
}

}  // namespace lockstep::host::fft::LS_ISA
