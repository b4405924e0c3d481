// Logarithms of what is near 1 and exponentials of what is near 0: log1p, expm1, log to the nearest; and arccos.
// Knows nothing of arrays; no libm.
#pragma once

#include "runtime/scalar/exponential.h"
#include "runtime/scalar/polar.h"
#include "runtime/scalar/power.h"

namespace lockstep::scalar {

// ln x in two parts, added: 0.5001 ULP, all of C99's special cases. Twice the time of log.
LS_SCALAR double log_nearest(double x) {
    const DoubleDouble l = log_double_double(x);
    return log_special(x, l.hi + l.lo);
}

// ln(1 + x): the logarithm of the rounded sum in two parts, and what its rounding left out. 0.54 ULP.
LS_SCALAR double log1p(double x) {
    const DoubleDouble s = two_sum(1.0, x);
    const DoubleDouble l = log_double_double(s.hi);
    const double rest = s.lo / s.hi;
    const double value = l.hi + (l.lo + fma(-0.5 * rest, rest, rest));
    return absolute_of(x) < 0x1p-28 ? fma(-0.5 * x, x, x) : log_special(s.hi, value);
}

// exp(x) - 1: the polynomial alone near 0, else the difference in two parts. 1.2 ULP.
LS_SCALAR double expm1(double x) {
    const double z = x * x;
    const double near = fma(z, exp_polynomial(x, z), x);
    const double moderate = x > 40.0 ? 40.0 : x;  // from there on the 1 is below half a unit in the last place
    const ExpParts e = exp_parts(moderate < -40.0 ? -40.0 : moderate, -0.0);
    const double scale = scale_by_power_of_two(1.0, e.shifted);
    const DoubleDouble difference = two_sum(e.hi * scale, -1.0);
    const double far = difference.hi + fma(e.lo, scale, difference.lo);
    const double value = x > 40.0 ? exp(x) : far;
    const double moderate_or_near = absolute_of(x) <= 0.34 ? near : value;
    return x == 0.0 ? x : moderate_or_near;
}

// The angle of (x, sqrt(1 - x^2)), and what the root's rounding left out: 1.2 ULP. NaN outside [-1, 1].
LS_SCALAR double arccos(double x) {
    const DoubleDouble square = two_product(x, x);
    const DoubleDouble height = two_sum(1.0, -square.hi);
    const double y = sqrt(height.hi - square.lo);
    const double rest = fma(-y, y, height.hi) + (height.lo - square.lo);
    const double angle = arctan2(y, x);
    return y > 0.0 ? fma(x, rest / (y + y), angle) : angle;
}

}  // namespace lockstep::scalar
