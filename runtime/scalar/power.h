// power(x, y): real with C99's special cases, and integer by squaring.
// Knows nothing of arrays; no libm. The real functions have no branch.
#pragma once

#include "runtime/scalar/config.h"
#include "runtime/scalar/double_double.h"
#include "runtime/scalar/exponential.h"

namespace lockstep::scalar {

// ln x to 2^-68 of itself, for positive normal or subnormal x. Multiplying the mantissa by 3/4, 1 or 5/4 is exact and brings it
// within 0.143 of 1; then ln(1 + g) = 2s + s z (2/3 + z P(z)) with s = g / (2 + g), z = s^2, everything but P in two parts.
LS_SCALAR DoubleDouble log_double_double(double x) {
    const LogArgument a = log_argument(x);
    const double m = a.mantissa;
    const bool large = m > 1.1425, small = m < 0.889;
    const double factor = large ? 0.75 : small ? 1.25 : 1.0;
    const double log_hi = large ? 0x1.269621134d800p-2 : small ? -0x1.c8ff7c79aa000p-3 : 0.0;
    const double log_lo = large ? 0x1.c93c1df5bb3b6p-45 : small ? 0x1.7794f689f8434p-45 : 0.0;
    const double g = fma(m, factor, -1.0);

    const double d = 2.0 + g;
    const double inverse = 1.0 / d;
    const double s = g * inverse;
    const double s_lo = fma(-s, g - (d - 2.0), fma(-s, d, g)) * inverse;
    const double z = s * s;
    const double z_lo = fma(s + s, s_lo, fma(s, s, -z));
    const double z2 = z * z;
    const double p01 = fma(0x1.24924924939ffp-2, z, 0x1.9999999999997p-2);
    const double p23 = fma(0x1.745d25ddc2feap-3, z, 0x1.c71c71be2f921p-3);
    const double p45 = fma(0x1.16887611e359fp-3, z, 0x1.3b072000a1e1cp-3);
    const double p = fma(fma(p45, z2, p23), z2, p01);
    const double t = fma(z, p, 0x1.5555555555555p-1);
    const double t_lo = fma(z, p, 0x1.5555555555555p-1 - t) + 0x1.5555555555555p-55;
    const double u = z * t;
    const double u_lo = fma(z, t, -u) + fma(z, t_lo, z_lo * t);
    const double v = s * u;
    const double v_lo = fma(s, u, -v) + fma(s, u_lo, s_lo * u);

    const DoubleDouble first = fast_two_sum(fma(a.exponent, ln2_short, log_hi), s + s);  // the fma is exact
    const DoubleDouble second = fast_two_sum(first.hi, v);
    const double rest = fma(a.exponent, ln2_short_rest, log_lo) + (fma(2.0, s_lo, v_lo) + (first.lo + second.lo));
    return fast_two_sum(second.hi, rest);
}

// All ones or zero. Selects by such masks, where g++ would make branches of chained conditions and not vectorise.
LS_SCALAR uint64_t mask_of(bool condition) { return 0 - (uint64_t)condition; }

// What C99's pow says where an argument is zero, infinite, NaN, one or negative; elsewhere value, which was computed from
// |x|. An infinite or zero |x| has had its logarithm replaced by an infinity, and needs only the sign.
LS_SCALAR double power_special(double x, double y, double value) {
    const uint64_t x_bits = bit_cast<uint64_t>(x);
    const double size = bit_cast<double>(x_bits & 0x7fffffffffffffffull);
    const double y_size = bit_cast<double>(bit_cast<uint64_t>(y) & 0x7fffffffffffffffull);
    const double capped = y_size > 0x1p53 ? 0x1p53 : y_size;
    const double half = 0.5 * capped;
    // Every number from 2^52 on is an integer.
    const uint64_t integer = mask_of(capped >= 0x1p52) | mask_of((capped + 0x1p52) - 0x1p52 == capped);
    const uint64_t odd = integer & mask_of((half + 0x1p52) - 0x1p52 != half);
    const uint64_t invalid = mask_of(x < 0) & ~integer & mask_of(size < positive_infinity);
    const uint64_t one = mask_of(x == 1.0) | mask_of(y == 0) | (mask_of(size == 1.0) & mask_of(y_size == positive_infinity));
    const uint64_t result = bit_cast<uint64_t>(value) | (odd & x_bits & 0x8000000000000000ull) |
                            (invalid & 0x7ff8000000000000ull);
    return bit_cast<double>((result & ~one) | (one & 0x3ff0000000000000ull));
}

// ln |x| in two parts, times y in two parts, to exp_sum: 0.6 ULP.
LS_SCALAR double power(double x, double y) {
    const double size = bit_cast<double>(bit_cast<uint64_t>(x) & 0x7fffffffffffffffull);
    const DoubleDouble log = log_double_double(size);
    double log_hi = size < positive_infinity ? log.hi : size;
    log_hi = size == 0 ? -positive_infinity : log_hi;
    const double product = y * log_hi;
    const double rest = fma(y, log.lo, fma(y, log_hi, -product));
    const bool moderate = (product < 1000.0) & (product > -1000.0);
    return power_special(x, y, exp_sum(product, moderate ? rest : 0.0));
}

// Float through double, rounded once: 0.51 ULP.
LS_SCALAR float power(float x, float y) {
    const double wide_x = (double)x, wide_y = (double)y;
    const double size = bit_cast<double>(bit_cast<uint64_t>(wide_x) & 0x7fffffffffffffffull);
    double log_size = log_of_float(size);
    log_size = size < positive_infinity ? log_size : size;
    log_size = size == 0 ? -positive_infinity : log_size;
    return (float)power_special(wide_x, wide_y, exp_to_float(wide_y * log_size));
}

// By squaring, wrapping; the exponent must not be negative (NumPy refuses it before).
template <class Int, class Unsigned>
LS_SCALAR Int integer_power(Int x, Int y) {
    Unsigned base = (Unsigned)x, result = 1;
    for (Unsigned left = (Unsigned)y; left != 0; left >>= 1) {
        result = (left & 1u) ? result * base : result;
        base *= base;
    }
    return (Int)result;
}

LS_SCALAR int8_t power(int8_t x, int8_t y) { return (int8_t)integer_power<int32_t, uint32_t>(x, y); }
LS_SCALAR uint8_t power(uint8_t x, uint8_t y) { return (uint8_t)integer_power<uint32_t, uint32_t>(x, y); }
LS_SCALAR int16_t power(int16_t x, int16_t y) { return (int16_t)integer_power<int32_t, uint32_t>(x, y); }
LS_SCALAR uint16_t power(uint16_t x, uint16_t y) { return (uint16_t)integer_power<uint32_t, uint32_t>(x, y); }
LS_SCALAR int32_t power(int32_t x, int32_t y) { return integer_power<int32_t, uint32_t>(x, y); }
LS_SCALAR uint32_t power(uint32_t x, uint32_t y) { return integer_power<uint32_t, uint32_t>(x, y); }
LS_SCALAR int64_t power(int64_t x, int64_t y) { return integer_power<int64_t, uint64_t>(x, y); }
LS_SCALAR uint64_t power(uint64_t x, uint64_t y) { return integer_power<uint64_t, uint64_t>(x, y); }

}  // namespace lockstep::scalar
