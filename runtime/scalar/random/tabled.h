// Logarithm and power of draws, by tables: for draws that wait for one another, where the longer way without tables
// (exponential.h, power.h of the folder above) cannot overlap. Must not know distributions. No branch: loops vectorise.
#pragma once

#include "runtime/scalar/double_double.h"
#include "runtime/scalar/exponential.h"
#include "runtime/scalar/random/tabled_values.h"

namespace lockstep::scalar::random {

// ln x to 2^-63 of itself, for positive normal x: x = 2^k z, and z times the inverse of the middle of its piece of the octave
// is 1 + r + rest, |r| <= 2^-8, in two parts; r - r^2/2 too is in two parts, the series from r^3 / 3 on in one.
LS_SCALAR DoubleDouble log_parts(double x) {
    const uint64_t bits = bit_cast<uint64_t>(x);
    const uint64_t moved = bits - 0x3fe6900000000000ull;  // so that 1 lies within a piece, whose inverse is 1
    const uint64_t piece = moved >> 45 & 127;
    const double z = bit_cast<double>(bits - (moved & 0xfff0000000000000ull));
    const uint64_t biased = (moved + (1023ull << 52)) >> 52;
    const double k = bit_cast<double>(biased | 0x4330000000000000ull) - (0x1p52 + 1023.0);

    const double inverse = log_inverse[piece];
    const double near_one = z * inverse;
    const double rest = fma(z, inverse, -near_one);
    const double r = near_one - 1.0;  // exact
    const double r2 = r * r;
    const double p = fma(fma(fma(-0x1p-3, r, 0x1.2492492492492p-3), r2, fma(-0x1.5555555555555p-3, r, 0x1.999999999999ap-3)), r2,
                         fma(-0.25, r, 0x1.5555555555555p-2));
    const double half = -0.5 * r;
    const double square = half * r;

    const DoubleDouble first = fast_two_sum(fma(k, ln2_short, log_high[piece]), r);  // the fma is exact
    const DoubleDouble second = fast_two_sum(first.hi, square);
    const double low = fma(k, ln2_short_rest, log_low[piece]) + fma(rest, r2 - r, rest);
    const double lost = first.lo + (fma(half, r, -square) + low);  // what is known early comes first
    return fast_two_sum(second.hi, fma(r * r2, p, lost) + second.lo);
}

// ln x for positive normal x: 0.501 ULP.
LS_SCALAR double log_tabled(double x) { return log_parts(x).hi; }

// exp(x + x_lo) with |x| <= 1000 and |x_lo| < 2^-40: 2^(i/128) 2^n exp(r), |r| <= 2^-8.5. 0.51 ULP; 0.75 where the result is
// subnormal. The power of two in two factors as in scale_by_power_of_two, the first at the root: exact, and early.
LS_SCALAR double exp_tabled(double x, double x_lo) {
    constexpr double shift = round_to_integer + 128 * 2046.0;  // as round_to_exponent, of 128ths
    const double shifted = fma(x, 128 * log2_e, shift);
    const double n = shifted - shift;
    const uint64_t bits = bit_cast<uint64_t>(shifted);
    const uint64_t exponents = bits >> 7, one = (exponents << 51) & 0x7ff0000000000000ull;
    const double root = root_of_2[bits & 127] * bit_cast<double>(one);
    const double r = fma(-n, ln2_hi / 128, x) + fma(-n, ln2_lo / 128, x_lo);
    const double r2 = r * r;
    const double p = fma(fma(0x1.1111111111111p-7, r, 0x1.5555555555555p-5), r2, fma(0x1.5555555555555p-3, r, 0.5));
    const double value = fma(root, fma(r2, p, r + root_of_2_rest[bits & 127]), root);
    return value * bit_cast<double>((exponents << 52) - one);
}

// x^y for normal x > 0, of ln x: 0.51 ULP, 0.56 at most where |y ln x| is hundreds; subnormal results 0.75.
LS_SCALAR double power_of_log(DoubleDouble log, double y) {
    const double product = y * log.hi;
    const double rest = fma(y, log.lo, fma(y, log.hi, -product));
    const double high = product < 1000.0 ? product : 1000.0;  // infinity from 710 on, 0 below -746
    const double bounded = high > -1000.0 ? high : -1000.0;
    return exp_tabled(bounded, bounded == product ? rest : 0.0);
}

// The same of x, and 0 for x = 0, where y must be positive.
LS_SCALAR double power_tabled(double x, double y) {
    const double value = power_of_log(log_parts(x), y);
    return x == 0.0 ? 0.0 : value;
}

}  // namespace lockstep::scalar::random
