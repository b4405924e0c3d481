// Vector registers of the instruction set being compiled, and what each element type does with its lanes.
// Compiled once per instruction set: all is internal to the object, and no std template is used.
#pragma once

#include <stdint.h>
#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "runtime/scalar/config.h"
#include "runtime/scalar/half.h"

namespace lockstep::host::gemm::LS_ISA {
namespace {

#if defined(__AVX512F__)
constexpr int vector_bytes = 64;
#elif defined(__AVX2__)
constexpr int vector_bytes = 32;
#else
constexpr int vector_bytes = 16;
#endif

template <class L>
struct Lanes {
    static constexpr int count = vector_bytes / int(sizeof(L));
    typedef L Vector __attribute__((vector_size(vector_bytes), may_alias));
    typedef L Unaligned __attribute__((vector_size(vector_bytes), may_alias, aligned(sizeof(L))));
};
template <class L>
using Vector = typename Lanes<L>::Vector;

template <class L>
LS_SCALAR Vector<L> load(const L* p) {
    return *reinterpret_cast<const typename Lanes<L>::Unaligned*>(p);
}
template <class L>
LS_SCALAR void store(L* p, Vector<L> v) {
    *reinterpret_cast<typename Lanes<L>::Unaligned*>(p) = v;
}
template <class L>
LS_SCALAR Vector<L> broadcast(L x) {
    return x - Vector<L>{};
}

// a * b + c, for one lane and for a vector: fused where the instruction set fuses, since contraction is off.
template <class X>
LS_SCALAR X multiply_add(X a, X b, X c) {
    return X(a * b + c);
}
LS_SCALAR uint16_t multiply_add(uint16_t a, uint16_t b, uint16_t c) {
    return uint16_t(uint32_t(a) * b + c);  // promoted to int, the product would overflow
}
// c - a * b
template <class X>
LS_SCALAR X multiply_subtract(X a, X b, X c) {
    return X(c - a * b);
}
#if defined(__AVX512F__)
LS_SCALAR Vector<float> multiply_add(Vector<float> a, Vector<float> b, Vector<float> c) {
    return _mm512_fmadd_ps(a, b, c);
}
LS_SCALAR Vector<float> multiply_subtract(Vector<float> a, Vector<float> b, Vector<float> c) {
    return _mm512_fnmadd_ps(a, b, c);
}
LS_SCALAR Vector<double> multiply_add(Vector<double> a, Vector<double> b, Vector<double> c) {
    return _mm512_fmadd_pd(a, b, c);
}
LS_SCALAR Vector<double> multiply_subtract(Vector<double> a, Vector<double> b, Vector<double> c) {
    return _mm512_fnmadd_pd(a, b, c);
}
#elif defined(__AVX2__)
LS_SCALAR Vector<float> multiply_add(Vector<float> a, Vector<float> b, Vector<float> c) {
    return _mm256_fmadd_ps(a, b, c);
}
LS_SCALAR Vector<float> multiply_subtract(Vector<float> a, Vector<float> b, Vector<float> c) {
    return _mm256_fnmadd_ps(a, b, c);
}
LS_SCALAR Vector<double> multiply_add(Vector<double> a, Vector<double> b, Vector<double> c) {
    return _mm256_fmadd_pd(a, b, c);
}
LS_SCALAR Vector<double> multiply_subtract(Vector<double> a, Vector<double> b, Vector<double> c) {
    return _mm256_fnmadd_pd(a, b, c);
}
#endif
#if defined(__FMA__)
LS_SCALAR float multiply_add(float a, float b, float c) { return __builtin_fmaf(a, b, c); }
LS_SCALAR double multiply_add(double a, double b, double c) { return __builtin_fma(a, b, c); }
LS_SCALAR float multiply_subtract(float a, float b, float c) { return __builtin_fmaf(-a, b, c); }
LS_SCALAR double multiply_subtract(double a, double b, double c) { return __builtin_fma(-a, b, c); }
#endif

// Element types. Lane: what a register holds; planes: 2 for re and im; lane(x, plane): one lane of an
// element; Result: the type of C while it accumulates; add(c, re, im): *c += the lanes; finish(re, im): lanes
// as an element; accumulate(a, b, c): c + a * b; combine(a, b): a + b.
template <class L>
struct Real {
    using Element = L;
    using Lane = L;
    using Result = L;
    static constexpr int planes = 1, k_unit = 1;
    static constexpr bool direct = true;    // a register of lanes is a run of elements of C
    static constexpr bool in_place = true;  // and one of A and B
    LS_SCALAR Lane lane(const Element& x, int) { return x; }
    LS_SCALAR void add(Result* c, Lane re, Lane) { *c = Result(*c + re); }
    LS_SCALAR Element finish(Lane re, Lane) { return re; }
    template <class X>
    LS_SCALAR X accumulate(X a, X b, X c) {
        return multiply_add(a, b, c);
    }
    template <class X>
    LS_SCALAR X combine(X a, X b) {
        return X(a + b);
    }
};

// No instruction multiplies bytes; the low byte of a 16-bit product is the same.
struct Byte : Real<uint16_t> {
    using Element = uint8_t;
    using Result = uint8_t;
    static constexpr bool direct = false, in_place = false;
    LS_SCALAR Lane lane(const Element& x, int) { return x; }
    LS_SCALAR void add(Result* c, Lane re, Lane) { *c = Result(*c + re); }
    LS_SCALAR Element finish(Lane re, Lane) { return Element(re); }
};

struct Boolean : Real<uint8_t> {
    static constexpr bool direct = false, in_place = false;
    LS_SCALAR Lane lane(const Element& x, int) { return x != 0; }
    LS_SCALAR Element finish(Lane re, Lane) { return re != 0; }
    template <class X>
    LS_SCALAR X accumulate(X a, X b, X c) {
        return X(c | (a & b));
    }
    template <class X>
    LS_SCALAR X combine(X a, X b) {
        return X(a | b);
    }
};

// 64 elements along k as the bits of one word: one AND covers 512 elements of an AVX-512 register.
struct BooleanWord : Real<uint64_t> {
    using Element = uint8_t;
    using Result = uint8_t;
    static constexpr int k_unit = 64;
    static constexpr bool direct = false, in_place = false;
    LS_SCALAR void add(Result* c, Lane re, Lane) { *c = Result(*c | (re != 0)); }
    template <class X>
    LS_SCALAR X accumulate(X a, X b, X c) {
        return X(c | (a & b));
    }
};

struct Float16 : Real<float> {
    using Element = scalar::float16;
    static constexpr bool in_place = false;
    LS_SCALAR Lane lane(const Element& x, int) { return scalar::to_float(x); }
    LS_SCALAR Element finish(Lane re, Lane) { return scalar::to_float16(re); }
};
struct BFloat16 : Real<float> {
    using Element = scalar::bfloat16;
    static constexpr bool in_place = false;
    LS_SCALAR Lane lane(const Element& x, int) { return scalar::to_float(x); }
    LS_SCALAR Element finish(Lane re, Lane) { return scalar::to_bfloat16(re); }
};

template <class L, class C>
struct Complex : Real<L> {
    using Element = C;
    using Lane = L;
    using Result = C;
    static constexpr int planes = 2;
    static constexpr bool direct = false, in_place = false;
    LS_SCALAR Lane lane(const Element& x, int plane) { return plane == 0 ? x.re : x.im; }
    LS_SCALAR void add(Result* c, Lane re, Lane im) { *c = {c->re + re, c->im + im}; }
    LS_SCALAR Element finish(Lane re, Lane im) { return {re, im}; }
};

}  // namespace
}  // namespace lockstep::host::gemm::LS_ISA
