// Complex arithmetic with NumPy's formulas, so with NumPy's bits.
// Knows nothing of arrays or of transcendental functions.
#pragma once

#include "runtime/scalar/config.h"
#include "runtime/scalar/polar.h"

namespace lockstep::scalar {

// One statement for both widths. C is the complex type and R its real type.
#define LS_COMPLEX_ARITHMETIC(C, R)                                                                            \
    LS_SCALAR C add(C a, C b) { return {a.re + b.re, a.im + b.im}; }                                           \
    LS_SCALAR C subtract(C a, C b) { return {a.re - b.re, a.im - b.im}; }                                      \
    LS_SCALAR C negative(C a) { return {-a.re, -a.im}; }                                                       \
    LS_SCALAR C multiply(C a, C b) { return complex_multiply(a, b); }                                          \
    LS_SCALAR C square(C a) { return complex_square(a); }                                                      \
    LS_SCALAR C divide(C a, C b) { return complex_divide<C, R>(a, b); }                                        \
    LS_SCALAR C reciprocal(C a) { return complex_reciprocal<C, R>(a); }                                        \
    LS_SCALAR R absolute(C a) { return complex_absolute<C, R>(a); }                                            \
    LS_SCALAR C sign(C a) { return complex_sign<C, R>(a); }

// NumPy's vector loops contract these products (on every processor with FMA), and say so with one rounding fewer: ar br is
// exact, ai bi rounded.
template <class C>
LS_SCALAR C complex_multiply(C a, C b) {
    return {fma(a.re, b.re, -(a.im * b.im)), fma(a.re, b.im, a.im * b.re)};
}

// But NumPy's square does not contract the imaginary part.
template <class C>
LS_SCALAR C complex_square(C a) {
    return {fma(a.re, a.re, -(a.im * a.im)), a.re * a.im + a.re * a.im};
}

// -x, which g++ does not see as one. From a sum beside a difference of products GCC 12.2 makes an instruction that adds and
// subtracts with one rounding, -ffp-contract=off or not (GCC bug 107647); two sums it leaves alone.
LS_SCALAR float hidden_negative(float x) { return bit_cast<float>(bit_cast<uint32_t>(x) ^ 0x80000000u); }
LS_SCALAR double hidden_negative(double x) { return bit_cast<double>(bit_cast<uint64_t>(x) ^ 0x8000000000000000ull); }

// Smith's algorithm. A zero divisor divides by its magnitude, so that the signs are the dividend's.
template <class C, class R>
LS_SCALAR C complex_divide(C a, C b) {
    const R re_size = absolute_of(b.re), im_size = absolute_of(b.im);
    const bool by_real = re_size >= im_size;
    const R ratio = by_real ? b.im / b.re : b.re / b.im;
    const R scale = R(1) / (by_real ? b.re + b.im * ratio : b.im + b.re * ratio);
    const R re = by_real ? a.re + a.im * ratio : a.re * ratio + a.im;
    const R im = by_real ? a.im + hidden_negative(a.re * ratio) : a.im * ratio + hidden_negative(a.re);
    const bool zero = (re_size == 0) & (im_size == 0);
    return {zero ? a.re / re_size : re * scale, zero ? a.im / re_size : im * scale};
}

template <class C, class R>
LS_SCALAR C complex_reciprocal(C a) {
    const bool by_real = absolute_of(a.im) <= absolute_of(a.re);
    const R ratio = by_real ? a.im / a.re : a.re / a.im;
    const R size = by_real ? a.re + a.im * ratio : a.re * ratio + a.im;
    return {(by_real ? R(1) : ratio) / size, (by_real ? -ratio : R(-1)) / size};
}

// large * sqrt(1 + (small / large)^2), NumPy's vector loop: 1.3 ULP at most. An infinite part beats a NaN.
template <class C, class R>
LS_SCALAR R complex_absolute(C a) {
    constexpr R infinity = (R)positive_infinity;
    const R x = absolute_of(a.re), y = absolute_of(a.im);
    const R large = x > y ? x : y, small = x > y ? y : x;
    const R ratio = small / (large == 0 ? R(1) : large);
    const R value = large * sqrt(fma(ratio, ratio, R(1)));
    const R ordered = x == x ? (y == y ? value : y) : x;
    return ((x == infinity) | (y == infinity)) ? infinity : ordered;
}

// z / |z|. Where |z| is infinite, or overflows, NumPy returns the direction of the one infinite part, NaN for two, and the
// imaginary direction if neither is infinite.
template <class C, class R>
LS_SCALAR C complex_sign(C a) {
    constexpr R infinity = (R)positive_infinity;
    const R nan = infinity - infinity;
    const bool re_infinite = absolute_of(a.re) == infinity, im_infinite = absolute_of(a.im) == infinity;
    const R size = hypot(a.re, a.im);
    if (re_infinite && im_infinite) return {nan, nan};
    if (re_infinite) return {a.re > 0 ? R(1) : R(-1), R(0)};
    if (size == infinity) return {R(0), a.im > 0 ? R(1) : R(-1)};
    if (size == 0) return {R(0), R(0)};
    return size == size ? C{a.re / size, a.im / size} : C{nan, nan};
}

LS_COMPLEX_ARITHMETIC(complex64, float)
LS_COMPLEX_ARITHMETIC(complex128, double)
#undef LS_COMPLEX_ARITHMETIC

}  // namespace lockstep::scalar
