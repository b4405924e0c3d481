// sqrt, exp, log, sin and cos of complex numbers, with C99 Annex G's special values.
// Knows nothing of arrays; no libm. Branches where a number is special or an angle is large.
#pragma once

#include "runtime/scalar/complex_arithmetic.h"
#include "runtime/scalar/exponential.h"
#include "runtime/scalar/power.h"
#include "runtime/scalar/trigonometric.h"

namespace lockstep::scalar {

LS_SCALAR bool is_nan(double x) { return x != x; }
LS_SCALAR bool is_infinite(double x) { return absolute_of(x) == positive_infinity; }
LS_SCALAR bool is_finite(double x) { return absolute_of(x) < positive_infinity; }
LS_SCALAR double copy_sign(double size, double sign) {
    return bit_cast<double>((bit_cast<uint64_t>(size) & 0x7fffffffffffffffull) |
                            (bit_cast<uint64_t>(sign) & 0x8000000000000000ull));
}

// The sine and the cosine of one finite angle, each as a signed sum of two parts good to 2^-57.
struct SineAndCosine {
    DoubleDouble sine, cosine;
};

LS_SCALAR DoubleDouble signed_sine_parts(Angle a, bool flip) {
    const DoubleDouble parts = sine_parts(a);
    const DoubleDouble s = fast_two_sum(parts.hi, parts.lo);
    return ((a.quarter_turns >> 1) & 1u) != (flip ? 1u : 0u) ? DoubleDouble{-s.hi, -s.lo} : s;
}

LS_SCALAR SineAndCosine sine_and_cosine(Angle a, bool negative) {
    const DoubleDouble sine = signed_sine_parts(a, negative);
    a.quarter_turns += 1;
    return {sine, signed_sine_parts(a, false)};
}

LS_SCALAR SineAndCosine sine_and_cosine(double x) {
    const double size = absolute_of(x);
    const Angle a = angle_is_rare(size) ? reduce_large_angle(size) : reduce_angle(size);
    return sine_and_cosine(a, (bit_cast<uint64_t>(x) >> 63) != 0);
}

// A factor below 2^-500 (the sine of a tiny angle) is lifted out of the subnormals before it meets its partner.
LS_SCALAR DoubleDouble lifted(DoubleDouble a, bool tiny) {
    const double factor = tiny ? 0x1p600 : 1.0;
    return {a.hi * factor, a.lo * factor};
}

// a * b * 2^n, rounded once (a second time where it is subnormal). n is given as in exp_parts; at most one factor is tiny.
LS_SCALAR double scaled_product(DoubleDouble a, DoubleDouble b, double shifted) {
    const bool tiny_a = absolute_of(a.hi) < 0x1p-500, tiny_b = absolute_of(b.hi) < 0x1p-500;
    a = lifted(a, tiny_a);
    b = lifted(b, tiny_b);
    const double n = shifted - round_to_exponent - (tiny_a || tiny_b ? 600.0 : 0.0);
    const double bounded = n > 1900.0 ? 1900.0 : n < -1900.0 ? -1900.0 : n;  // past these all overflows or vanishes
    const double hi = a.hi * b.hi;
    const double lo = fma(a.hi, b.hi, -hi) + fma(a.hi, b.lo, a.lo * b.hi);
    // A zero keeps its sign, which a zero second part would take from it.
    return scale_by_power_of_two(hi == 0 ? hi : hi + lo, bounded + round_to_exponent);
}

// e^x (cos y + i sin y), where y is given by its sine and cosine. Past 1500 every product overflows or vanishes.
LS_SCALAR complex128 exp_of_parts(double x, double x_lo, SineAndCosine y) {
    const double bounded = x > 1500.0 ? 1500.0 : x < -1500.0 ? -1500.0 : x;
    const ExpParts e = exp_parts(bounded, bounded == x ? x_lo : -0.0);
    const DoubleDouble size = fast_two_sum(e.hi, e.lo);
    return {scaled_product(size, y.cosine, e.shifted), scaled_product(size, y.sine, e.shifted)};
}

LS_SCALAR complex128 exp(complex128 z) {
    if (is_finite(z.re) && is_finite(z.im)) {
        if (z.im == 0) return {exp(z.re), z.im};
        return exp_of_parts(z.re, -0.0, sine_and_cosine(z.im));
    }
    if (is_finite(z.im)) {  // the real part is infinite or NaN
        if (z.im == 0) return {exp(z.re), z.im};
        if (is_nan(z.re)) return {z.re, z.re};
        const SineAndCosine y = sine_and_cosine(z.im);
        const double size = z.re > 0 ? positive_infinity : 0.0;
        return {copy_sign(size, y.cosine.hi), copy_sign(size, y.sine.hi)};
    }
    if (z.re == -positive_infinity) return {0.0, copy_sign(0.0, z.im)};
    return {z.re == positive_infinity ? z.re : quiet_nan(), quiet_nan()};
}

// (x^2 + y^2) * scale^2 in two parts: exact but for lo's rounding, so that its logarithm is good even next to 1.
struct SquaredMagnitude {
    DoubleDouble sum;
    double doublings;  // minus the exponent of scale^2
};

LS_SCALAR SquaredMagnitude squared_magnitude(double x, double y) {
    const OrderedPair pair = order_magnitudes(x, y);
    const double scale = scale_for_squares(pair.large);
    const DoubleDouble p = two_product(pair.large * scale, pair.large * scale);
    const DoubleDouble q = two_product(pair.small * scale, pair.small * scale);
    const DoubleDouble high = fast_two_sum(p.hi, q.hi), low = two_sum(p.lo, q.lo);
    const DoubleDouble middle = two_sum(high.lo, low.hi);
    const DoubleDouble sum = fast_two_sum(high.hi, middle.hi);
    return {{sum.hi, sum.lo + (middle.lo + low.lo)}, scale == 1.0 ? 0.0 : scale > 1.0 ? -1200.0 : 1200.0};
}

// log |z| is half of log(hi) + lo / hi: 1.7 ULP at most, everywhere.
LS_SCALAR complex128 log(complex128 z) {
    const double angle = arctan2(z.im, z.re);
    if (is_infinite(z.re) || is_infinite(z.im)) return {positive_infinity, angle};
    if (is_nan(z.re) || is_nan(z.im)) return {quiet_nan(), quiet_nan()};
    if (z.re == 0 && z.im == 0) return {-positive_infinity, angle};
    const SquaredMagnitude square = squared_magnitude(z.re, z.im);
    LogArgument argument = log_argument_normal(square.sum.hi);
    argument.exponent += square.doublings;
    return {0.5 * (log_of_argument(argument) + square.sum.lo / square.sum.hi), angle};
}

// sqrt((|x| + |z|) / 2) from |z| in two parts, with one Newton step on the rounded root, and the other part from it: 1.5 ULP at
// most. The scale keeps |z| from overflow and underflow.
LS_SCALAR complex128 sqrt(complex128 z) {
    if (is_infinite(z.im)) return {positive_infinity, z.im};
    if (is_infinite(z.re)) {
        const double other = is_nan(z.im) ? z.im : 0.0;
        if (z.re > 0) return {z.re, is_nan(z.im) ? z.im : copy_sign(0.0, z.im)};
        return {other, copy_sign(positive_infinity, z.im)};
    }
    if (is_nan(z.re) || is_nan(z.im)) return {quiet_nan(), quiet_nan()};
    if (z.im == 0) {  // on the real axis the real root itself, correctly rounded, as the C library's
        const double root = sqrt(absolute_of(z.re));
        if (z.re < 0) return {0.0, copy_sign(root, z.im)};
        return {root, z.im};
    }
    const double x = absolute_of(z.re), y = absolute_of(z.im);
    const SquaredMagnitude square = squared_magnitude(x, y);
    const bool down = square.doublings > 0, up = square.doublings < 0;
    const double size = sqrt(square.sum.hi);
    const double size_lo = (fma(-size, size, square.sum.hi) + square.sum.lo) / (size + size);
    const DoubleDouble sum = fast_two_sum(size, x * (down ? 0x1p-600 : up ? 0x1p600 : 1.0));
    const double half = 0.5 * sum.hi;
    const double root = sqrt(half);
    const double root_lo = (fma(-root, root, half) + 0.5 * (sum.lo + size_lo)) / (root + root);
    const double large = (root + root_lo) * (down ? 0x1p300 : up ? 0x1p-300 : 1.0);
    const double small = y / (large + large);
    const double re = z.re < 0 ? small : large, im = z.re < 0 ? large : small;
    return {re, copy_sign(im, z.im)};
}

// cosh and sinh of y >= 0, as parts times 2^n.
struct HyperbolicParts {
    DoubleDouble cosh, sinh;
    double shifted;
};

LS_SCALAR HyperbolicParts hyperbolic_parts(double y) {
    const ExpParts grown = exp_parts(y > 1500.0 ? 1500.0 : y, -0.0);
    const DoubleDouble large = fast_two_sum(grown.hi, grown.lo);
    if (y > 40.0) return {large, large, grown.shifted - 1.0};
    // Both below 2^58: scaled by exact powers of two and added in two parts.
    const ExpParts shrunk = exp_parts(-y, -0.0);
    const DoubleDouble small = fast_two_sum(shrunk.hi, shrunk.lo);
    const DoubleDouble up = {scale_by_power_of_two(large.hi, grown.shifted), scale_by_power_of_two(large.lo, grown.shifted)};
    const DoubleDouble down = {scale_by_power_of_two(small.hi, shrunk.shifted),
                               scale_by_power_of_two(small.lo, shrunk.shifted)};
    const DoubleDouble cosh = add(up, down);
    DoubleDouble sinh = add(up, {-down.hi, -down.lo});
    if (y < 0.35) {
        const double z = y * y;
        double p = 0x1.af727f41db720p-26;
        p = fma(p, z, 0x1.71dded81e7d13p-19);
        p = fma(p, z, 0x1.a01a01b3eeb94p-13);
        p = fma(p, z, 0x1.111111110ed53p-7);
        p = fma(p, z, 0x1.555555555555bp-3);
        sinh = fast_two_sum(y + y, (y + y) * (z * p));
    }
    return {cosh, sinh, round_to_exponent - 1.0};
}

// A product in which zero times infinity is a zero with the product's sign, as Annex G wants for sin and cos.
LS_SCALAR double special_product(double a, double b) {
    return a == 0 || b == 0 ? copy_sign(0.0, copy_sign(1.0, a) * copy_sign(1.0, b)) : a * b;
}

// sin z = sin x cosh y + i cos x sinh y; cos z = cos x cosh y - i sin x sinh y, given as the second of the two.
struct ComplexPair {
    complex128 sine, cosine;
};

LS_SCALAR ComplexPair sine_and_cosine(complex128 z) {
    if (is_finite(z.re) && is_finite(z.im)) {
        const SineAndCosine a = sine_and_cosine(z.re);
        const HyperbolicParts h = hyperbolic_parts(absolute_of(z.im));
        const double sign = copy_sign(1.0, z.im);
        return {{scaled_product(a.sine, h.cosh, h.shifted), sign * scaled_product(a.cosine, h.sinh, h.shifted)},
                {scaled_product(a.cosine, h.cosh, h.shifted), -sign * scaled_product(a.sine, h.sinh, h.shifted)}};
    }
    const double nan = quiet_nan();
    const double cosh = is_finite(z.im) ? 1.0 : absolute_of(z.im);  // infinity, NaN, or anything finite and positive
    if (is_finite(z.re)) {
        const SineAndCosine a = sine_and_cosine(z.re);
        const double sine = a.sine.hi, cosine = z.re == 0 ? 1.0 : a.cosine.hi;
        return {{special_product(sine, cosh), special_product(cosine, z.im)},
                {special_product(cosine, cosh), -special_product(sine, z.im)}};
    }
    // sin and cos of x are unknown: an infinite cosh stays infinite, a zero sinh zero.
    const double other = is_infinite(z.im) || z.im == 0 ? z.im : nan;
    if (is_infinite(z.im)) return {{nan, other}, {positive_infinity, nan}};
    return {{nan, other}, {nan, other}};
}

LS_SCALAR complex128 sin(complex128 z) { return sine_and_cosine(z).sine; }
LS_SCALAR complex128 cos(complex128 z) { return sine_and_cosine(z).cosine; }

// The narrow type through the wide one: both parts end within 0.51 ULP.
LS_SCALAR complex128 widen(complex64 z) { return {(double)z.re, (double)z.im}; }
LS_SCALAR complex64 narrow(complex128 z) { return {(float)z.re, (float)z.im}; }
LS_SCALAR complex64 exp(complex64 z) { return narrow(exp(widen(z))); }
LS_SCALAR complex64 log(complex64 z) { return narrow(log(widen(z))); }
LS_SCALAR complex64 sqrt(complex64 z) { return narrow(sqrt(widen(z))); }
LS_SCALAR complex64 sin(complex64 z) { return narrow(sin(widen(z))); }
LS_SCALAR complex64 cos(complex64 z) { return narrow(cos(widen(z))); }

}  // namespace lockstep::scalar
