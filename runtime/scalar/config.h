// Freestanding ground for scalar code: the function qualifier, fixed-width integers, element types, exact primitives.
// Compiled by g++, nvcc and NVRTC; includes nothing but <stdint.h>/<stddef.h> on the host and nothing at all in NVRTC.
#pragma once

#ifndef __CUDACC_RTC__
#include <stddef.h>
#include <stdint.h>
#else
typedef signed char int8_t;
typedef unsigned char uint8_t;
typedef short int16_t;
typedef unsigned short uint16_t;
typedef int int32_t;
typedef unsigned int uint32_t;
typedef long int64_t;
typedef unsigned long uint64_t;
#define INT32_C(x) x
#define UINT32_C(x) x##u
#define INT64_C(x) x##l
#define UINT64_C(x) x##ul
#endif

// Internal linkage and forced inlining: one source is compiled once per instruction set, and the linker must never
// replace the copy of one set by that of another.
#if defined(__CUDACC__)
#define LS_SCALAR static __host__ __device__ __forceinline__
#else
#define LS_SCALAR [[maybe_unused]] static inline __attribute__((always_inline))
#endif

namespace lockstep::scalar {

template <class A, class B>
inline constexpr bool is_same = false;
template <class A>
inline constexpr bool is_same<A, A> = true;

// Element types without native arithmetic: storage only, so that no operator can round twice by accident.
struct float16 {
    uint16_t bits;
};
struct bfloat16 {
    uint16_t bits;
};
struct complex64 {
    float re, im;
};
struct complex128 {
    double re, im;
};

template <class To, class From>
LS_SCALAR To bit_cast(const From& x) {
    static_assert(sizeof(To) == sizeof(From));
    return __builtin_bit_cast(To, x);
}

// NVRTC has no __builtin_huge_val.
inline constexpr double positive_infinity = __builtin_bit_cast(double, (uint64_t)0x7ff0000000000000ull);

// a * b + c with one rounding. Without FMA hardware this is libm's correct software fma: slow, same bits.
#if defined(__CUDA_ARCH__)
LS_SCALAR float fma(float a, float b, float c) { return __fmaf_rn(a, b, c); }
LS_SCALAR double fma(double a, double b, double c) { return __fma_rn(a, b, c); }
#else
LS_SCALAR float fma(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
LS_SCALAR double fma(double a, double b, double c) { return __builtin_fma(a, b, c); }
#endif

// Correctly rounded square root (IEEE 754).
#if defined(__CUDA_ARCH__)
LS_SCALAR float sqrt(float x) { return __fsqrt_rn(x); }
LS_SCALAR double sqrt(double x) { return __dsqrt_rn(x); }
#else
LS_SCALAR float sqrt(float x) { return __builtin_sqrtf(x); }
LS_SCALAR double sqrt(double x) { return __builtin_sqrt(x); }
#endif

}  // namespace lockstep::scalar
