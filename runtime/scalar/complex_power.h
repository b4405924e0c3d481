// power(a, b) of complex numbers: products for whole exponents below 100, as NumPy, otherwise exp(b log a) with enough digits.
// Knows nothing of arrays; no libm.
#pragma once

#include "runtime/scalar/complex_elementary.h"

namespace lockstep::scalar {

struct ComplexDoubleDouble {
    DoubleDouble re, im;
};

LS_SCALAR DoubleDouble opposite(DoubleDouble a) { return {-a.hi, -a.lo}; }

LS_SCALAR ComplexDoubleDouble multiply(ComplexDoubleDouble a, ComplexDoubleDouble b) {
    return {add(multiply(a.re, b.re), opposite(multiply(a.im, b.im))), add(multiply(a.re, b.im), multiply(a.im, b.re))};
}

// The quotient to about 2^-100.
LS_SCALAR DoubleDouble divide(DoubleDouble a, DoubleDouble b) {
    const double q = a.hi / b.hi;
    const double rest = fma(-q, b.hi, a.hi) + fma(-q, b.lo, a.lo);
    return fast_two_sum(q, rest / b.hi);
}

// The angle of a finite point other than 0 to 2^-68. The smaller coordinate over the larger is folded at the nearest eighth; the
// rest, at most 1/16, is u - u^3/3 + u^5 P(u^2), all but P in two parts.
LS_SCALAR DoubleDouble arctan2_double_double(double y, double x) {
    static constexpr double arctan_eighths[9][2] = {  // of 0, 1/8 ... 1, in two parts
        {0x0.0p+0, 0x0.0p+0},
        {0x1.fd5ba9aac2f6ep-4, -0x1.cd37686760c17p-59},
        {0x1.f5b75f92c80ddp-3, 0x1.8ab6e3cf7afbdp-57},
        {0x1.6f61941e4def1p-2, -0x1.c63aae6f6e918p-56},
        {0x1.dac670561bb4fp-2, 0x1.a2b7f222f65e2p-56},
        {0x1.1e00babdefeb4p-1, -0x1.928df287a668fp-58},
        {0x1.4978fa3269ee1p-1, 0x1.2419a87f2a458p-56},
        {0x1.700a7c5784634p-1, -0x1.8c34d25aadef6p-56},
        {0x1.921fb54442d18p-1, 0x1.1a62633145c07p-55}};
    const OrderedPair pair = order_magnitudes(x, y);
    const double scale = scale_for_squares(pair.large);
    const double d = pair.large * scale, n = pair.small * scale;
    const int k = (int)(8.0 * (n / d) + 0.5);
    const double eighth = 0.125 * (double)k;
    const DoubleDouble up = two_product(-eighth, d), across = two_product(eighth, n);
    const DoubleDouble u = divide(add({n, 0.0}, up), add({d, 0.0}, across));
    const DoubleDouble z = multiply(u, u);
    double p = 0x1.378fd38666f65p-4;
    p = fma(p, z.hi, -0x1.7458a58a18324p-4);
    p = fma(p, z.hi, 0x1.c71c6f1f9b936p-4);
    p = fma(p, z.hi, -0x1.2492492434179p-3);
    p = fma(p, z.hi, 0x1.9999999999902p-3);
    const DoubleDouble series = add({-0x1.5555555555555p-2, -0x1.5555555555555p-56}, two_product(z.hi, p));
    const DoubleDouble tail = multiply(multiply(u, z), series);
    DoubleDouble angle = add({arctan_eighths[k][0], arctan_eighths[k][1]}, add(u, tail));
    if (pair.swapped) angle = add({half_pi_1, half_pi_2}, opposite(angle));
    if (bit_cast<uint64_t>(x) >> 63) angle = add({2 * half_pi_1, 2 * half_pi_2}, opposite(angle));
    return bit_cast<uint64_t>(y) >> 63 ? opposite(angle) : angle;
}

// ln |z| to 2^-68.
LS_SCALAR DoubleDouble log_of_magnitude(double x, double y) {
    const SquaredMagnitude square = squared_magnitude(x, y);
    const double rest = square.sum.lo / square.sum.hi;
    const DoubleDouble log = add(log_double_double(square.sum.hi), fast_two_sum(rest, -0.5 * rest * rest));
    const DoubleDouble whole = add({square.doublings * ln2_short, square.doublings * ln2_short_rest}, log);
    return {0.5 * whole.hi, 0.5 * whole.lo};
}

// b log a, then e to it, with both logarithm and angle good to 2^-68: at most 2 ULP in a part above 1/64 of the result's modulus. A
// smaller part loses what its cosine or sine cancels, up to |b log a| 2^-68 of the modulus.
LS_SCALAR complex128 power_by_logarithm(complex128 a, complex128 b) {
    const DoubleDouble size = log_of_magnitude(a.re, a.im), angle = arctan2_double_double(a.im, a.re);
    const DoubleDouble re = add(multiply({b.re, 0.0}, size), opposite(multiply({b.im, 0.0}, angle)));
    const DoubleDouble im = add(multiply({b.re, 0.0}, angle), multiply({b.im, 0.0}, size));
    if (!is_finite(re.hi) || !is_finite(im.hi)) return exp(complex128{re.hi, im.hi});
    const double turn = absolute_of(im.hi);
    Angle reduced = angle_is_rare(turn) ? reduce_large_angle(turn) : reduce_angle(turn);
    const DoubleDouble sum = two_sum(reduced.hi, reduced.lo + (im.hi < 0 ? -im.lo : im.lo));
    reduced.hi = sum.hi;
    reduced.lo = sum.lo;
    const bool moderate = absolute_of(re.hi) < 1500.0;
    return exp_of_parts(re.hi, moderate ? re.lo : -0.0, sine_and_cosine(reduced, im.hi < 0));
}

// a^n by squaring in two parts, for n > 0. Small whole numbers give exact results, and no part suffers from cancellation.
LS_SCALAR ComplexDoubleDouble power_by_products(complex128 a, unsigned n) {
    ComplexDoubleDouble base = {{a.re, 0.0}, {a.im, 0.0}}, result = base;
    bool started = false;
    for (; n != 0; n >>= 1) {
        if (n & 1u) {
            result = started ? multiply(result, base) : base;
            started = true;
        }
        if (n > 1) base = multiply(base, base);
    }
    return result;
}

// 1 / p, where p is brought near 1 first so that its square exists.
LS_SCALAR complex128 reciprocal(ComplexDoubleDouble p) {
    const double largest = order_magnitudes(p.re.hi, p.im.hi).large;
    const uint64_t exponent = bit_cast<uint64_t>(largest) >> 52;
    const double scale = bit_cast<double>((exponent > 2044 ? 1 : exponent < 2 ? 2044 : 2046 - exponent) << 52);
    const DoubleDouble re = {p.re.hi * scale, p.re.lo * scale}, im = {p.im.hi * scale, p.im.lo * scale};
    const DoubleDouble norm = add(multiply(re, re), multiply(im, im));
    return {divide(re, norm).hi * scale, -divide(im, norm).hi * scale};
}

// NumPy's cases: anything to the power 0 is 1; 0 to a power with positive real part is 0, to others NaN.
LS_SCALAR complex128 power(complex128 a, complex128 b) {
    if (b.re == 0 && b.im == 0) return {1.0, 0.0};
    if (a.re == 0 && a.im == 0) {
        if (b.re > 0) return {0.0, 0.0};
        return {quiet_nan(), quiet_nan()};
    }
    if (b.im == 0 && b.re > -100.0 && b.re < 100.0 && (double)(int)b.re == b.re) {
        const int n = (int)b.re;
        if (n == 1) return a;
        const ComplexDoubleDouble p = power_by_products(a, (unsigned)(n < 0 ? -n : n));
        const bool usable = is_finite(p.re.hi) && is_finite(p.im.hi) && (n > 0 || p.re.hi != 0 || p.im.hi != 0);
        if (usable && n > 0) return {p.re.hi, p.im.hi};
        if (usable) return reciprocal(p);
    }
    if (is_finite(a.re) && is_finite(a.im) && is_finite(b.re) && is_finite(b.im)) return power_by_logarithm(a, b);
    return exp(multiply(b, log(a)));
}

// In double without second parts: |b log a| < 2^20 leaves 2^-32 of the modulus.
LS_SCALAR complex64 power(complex64 a, complex64 b) {
    const complex128 base = widen(a), exponent = widen(b);
    const bool whole = exponent.im == 0 && exponent.re > -100.0 && exponent.re < 100.0 &&
                       (double)(int)exponent.re == exponent.re;
    const bool zero = (base.re == 0 && base.im == 0) || (exponent.re == 0 && exponent.im == 0);
    const bool small = absolute_of(exponent.re) < 4096.0 && absolute_of(exponent.im) < 4096.0;
    if (whole || zero || !small) return narrow(power(base, exponent));
    const complex128 l = log(base);
    return narrow(exp(complex128{fma(exponent.re, l.re, -(exponent.im * l.im)), fma(exponent.re, l.im, exponent.im * l.re)}));
}

}  // namespace lockstep::scalar
