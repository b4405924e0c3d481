// Vectors of one instruction set: load, store, fma, (de)interleaving and square transposition, for
// kernels.cpp only. Must not know transforms; everything is internal to the namespace LS_ISA and forced
// inline, so that no copy is shared by sets.
#pragma once

#include <cstdint>
#include <utility>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#define LS_FFT_INLINE [[maybe_unused]] static inline __attribute__((always_inline))
#define LS_FFT_LAMBDA __attribute__((always_inline))

namespace lockstep::host::fft::LS_ISA {

#if defined(__AVX512F__)
inline constexpr int vector_bytes = 64;
#elif defined(__AVX2__)
inline constexpr int vector_bytes = 32;
#else
inline constexpr int vector_bytes = 16;
#endif

template <class T>
struct Lanes;
template <>
struct Lanes<double> {
    static constexpr int count = vector_bytes / 8;
    typedef double Vec __attribute__((vector_size(vector_bytes)));
    typedef double Loose __attribute__((vector_size(vector_bytes), aligned(8), may_alias));
    typedef int64_t Bits __attribute__((vector_size(vector_bytes)));
    static constexpr int64_t sign = INT64_MIN;
};
template <>
struct Lanes<float> {
    static constexpr int count = vector_bytes / 4;
    typedef float Vec __attribute__((vector_size(vector_bytes)));
    typedef float Loose __attribute__((vector_size(vector_bytes), aligned(4), may_alias));
    typedef int32_t Bits __attribute__((vector_size(vector_bytes)));
    static constexpr int32_t sign = INT32_MIN;
};

template <class T>
using Vec = typename Lanes<T>::Vec;

// W complex numbers.
template <class T>
struct Complex {
    Vec<T> re, im;
};

template <class T>
LS_FFT_INLINE Vec<T> load(const T* p) {
    return *reinterpret_cast<const typename Lanes<T>::Loose*>(p);
}
template <class T>
LS_FFT_INLINE void store(T* p, Vec<T> v) {
    *reinterpret_cast<typename Lanes<T>::Loose*>(p) = v;
}

// Stores past the caches, to an address aligned to the vector; worth it only for whole cache lines that
// nobody reads soon. stream_fence() makes them visible to other threads.
#if defined(__AVX512F__)
inline constexpr bool can_stream = true;
LS_FFT_INLINE void stream(double* p, Vec<double> v) { _mm512_stream_pd(p, v); }
LS_FFT_INLINE void stream(float* p, Vec<float> v) { _mm512_stream_ps(p, v); }
LS_FFT_INLINE void stream_fence() { _mm_sfence(); }
#elif defined(__AVX2__)
inline constexpr bool can_stream = true;
LS_FFT_INLINE void stream(double* p, Vec<double> v) { _mm256_stream_pd(p, v); }
LS_FFT_INLINE void stream(float* p, Vec<float> v) { _mm256_stream_ps(p, v); }
LS_FFT_INLINE void stream_fence() { _mm_sfence(); }
#else
inline constexpr bool can_stream = false;
template <class T>
LS_FFT_INLINE void stream(T* p, Vec<T> v) {
    store(p, v);
}
LS_FFT_INLINE void stream_fence() {}
#endif

template <class T>
LS_FFT_INLINE Vec<T> broadcast(T x) {
    return x - Vec<T>{};
}

// a * b + c, fused where the set has it: a transform promises an error bound, not bits, so sets may differ.
#if defined(__AVX512F__)
LS_FFT_INLINE Vec<double> fma(Vec<double> a, Vec<double> b, Vec<double> c) {
    return _mm512_fmadd_pd(a, b, c);
}
LS_FFT_INLINE Vec<float> fma(Vec<float> a, Vec<float> b, Vec<float> c) { return _mm512_fmadd_ps(a, b, c); }
#elif defined(__FMA__)
LS_FFT_INLINE Vec<double> fma(Vec<double> a, Vec<double> b, Vec<double> c) {
    return _mm256_fmadd_pd(a, b, c);
}
LS_FFT_INLINE Vec<float> fma(Vec<float> a, Vec<float> b, Vec<float> c) { return _mm256_fmadd_ps(a, b, c); }
#else
LS_FFT_INLINE Vec<double> fma(Vec<double> a, Vec<double> b, Vec<double> c) { return a * b + c; }
LS_FFT_INLINE Vec<float> fma(Vec<float> a, Vec<float> b, Vec<float> c) { return a * b + c; }
#endif

template <class T>
LS_FFT_INLINE Complex<T> operator+(Complex<T> a, Complex<T> b) {
    return {a.re + b.re, a.im + b.im};
}
template <class T>
LS_FFT_INLINE Complex<T> operator-(Complex<T> a, Complex<T> b) {
    return {a.re - b.re, a.im - b.im};
}
template <class T>
LS_FFT_INLINE Complex<T> multiply(Complex<T> a, Vec<T> re, Vec<T> im) {
    return {fma(a.re, re, -(a.im * im)), fma(a.re, im, a.im * re)};
}

// f(Index<0>), ..., f(Index<N - 1>), unrolled before the optimiser looks: arrays of vectors then live in
// registers.
template <int I>
struct Index {
    static constexpr int value = I;
};
template <class F, int... I>
LS_FFT_INLINE void unroll_sequence(const F& f, std::integer_sequence<int, I...>) {
    (f(Index<I>{}), ...);
}
template <int N, class F>
LS_FFT_INLINE void unroll(const F& f) {
    unroll_sequence(f, std::make_integer_sequence<int, N>{});
}

template <class T>
using LaneSequence = std::make_integer_sequence<int, Lanes<T>::count>;

template <class V, int... I>
LS_FFT_INLINE V take_even(V a, V b, std::integer_sequence<int, I...>) {
    return __builtin_shufflevector(a, b, (2 * I)...);
}
template <class V, int... I>
LS_FFT_INLINE V take_odd(V a, V b, std::integer_sequence<int, I...>) {
    return __builtin_shufflevector(a, b, (2 * I + 1)...);
}
template <int Half, class V, int... I>
LS_FFT_INLINE V zip(V a, V b, std::integer_sequence<int, I...>) {
    constexpr int w = sizeof...(I);
    return __builtin_shufflevector(a, b, (I / 2 + (I % 2) * w + Half * w / 2)...);
}
template <class V, int... I>
LS_FFT_INLINE V reverse(V a, std::integer_sequence<int, I...>) {
    constexpr int w = sizeof...(I);
    return __builtin_shufflevector(a, a, (w - 1 - I)...);
}
// One round of a transposition: exchanges the off-diagonal blocks of H lanes between two rows.
template <int H, class V, int... I>
LS_FFT_INLINE void exchange(V& a, V& b, std::integer_sequence<int, I...>) {
    constexpr int w = sizeof...(I);
    const V lo = __builtin_shufflevector(a, b, (I / H % 2 == 0 ? I : w + I - H)...);
    const V hi = __builtin_shufflevector(a, b, (I / H % 2 == 0 ? I + H : w + I)...);
    a = lo;
    b = hi;
}

// W interleaved complex numbers at p <-> their real and imaginary parts.
template <class T>
LS_FFT_INLINE Complex<T> load_interleaved(const T* p) {
    const Vec<T> a = load(p), b = load(p + Lanes<T>::count);
    return {take_even(a, b, LaneSequence<T>{}), take_odd(a, b, LaneSequence<T>{})};
}
template <class T>
LS_FFT_INLINE void store_interleaved(T* p, Complex<T> x) {
    store(p, zip<0>(x.re, x.im, LaneSequence<T>{}));
    store(p + Lanes<T>::count, zip<1>(x.re, x.im, LaneSequence<T>{}));
}
template <class T>
LS_FFT_INLINE void stream_interleaved(T* p, Complex<T> x) {
    stream(p, zip<0>(x.re, x.im, LaneSequence<T>{}));
    stream(p + Lanes<T>::count, zip<1>(x.re, x.im, LaneSequence<T>{}));
}

// Flips the sign of the lanes in which mask has the sign bit.
template <class T>
LS_FFT_INLINE Vec<T> flip(Vec<T> a, typename Lanes<T>::Bits mask) {
    return reinterpret_cast<Vec<T>>(reinterpret_cast<typename Lanes<T>::Bits>(a) ^ mask);
}
template <class T>
LS_FFT_INLINE typename Lanes<T>::Bits sign_mask(bool set) {
    return (set ? Lanes<T>::sign : 0) - typename Lanes<T>::Bits{};
}

// Transposes the W x W matrix of the rows v[0..W-1].
template <int H, class T>
LS_FFT_INLINE void transpose_rounds(Vec<T>* v) {
    if constexpr (H < Lanes<T>::count) {
        unroll<Lanes<T>::count>([&](auto i) LS_FFT_LAMBDA {
            constexpr int row = decltype(i)::value;
            if constexpr (row / H % 2 == 0) exchange<H>(v[row], v[row + H], LaneSequence<T>{});
        });
        transpose_rounds<2 * H, T>(v);
    }
}
template <class T>
LS_FFT_INLINE void transpose(Vec<T>* v) {
    transpose_rounds<1, T>(v);
}

}  // namespace lockstep::host::fft::LS_ISA
