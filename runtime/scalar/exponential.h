// exp and log for float and double, and the pieces that their relatives (expm1, log1p, power ...) share.
// Knows nothing of arrays; no libm, no table, no branch: every loop over these functions vectorises.
#pragma once

#include "runtime/scalar/config.h"
#include "runtime/scalar/double_double.h"
#include "runtime/scalar/half.h"

namespace lockstep::scalar {

// ln 2 to 107 bits, and split so that k * ln2_short is exact for |k| < 2^11.
inline constexpr double ln2_hi = 0x1.62e42fefa39efp-1;
inline constexpr double ln2_lo = 0x1.abc9e3b39803fp-56;
inline constexpr double ln2_short = 0x1.62e42fefa3800p-1;
inline constexpr double ln2_short_rest = 0x1.ef35793c76730p-45;
inline constexpr double log2_e = 0x1.71547652b82fep+0;
// Adding 1.5 * 2^52 rounds to the nearest integer and leaves that integer in the low bits of the sum. With an even bias
// twice that of a double's exponent, the low bits can be halved into two exponents that are both in range.
inline constexpr double round_to_integer = 0x1.8p52;
inline constexpr double round_to_exponent = 0x1.8p52 + 2046.0;

LS_SCALAR double quiet_nan() { return bit_cast<double>((uint64_t)0x7ff8000000000000ull); }

// (exp(r) - 1 - r) / r^2 for |r| <= 0.347, minimax to 2^-57.3 of exp(r). In pairs rather than Horner's way: the shorter chain
// is 1.3 times as fast.
LS_SCALAR double exp_polynomial(double r, double z) {
    const double z2 = z * z;
    const double p01 = fma(0x1.555555555555cp-3, r, 0.5);
    const double p23 = fma(0x1.111111110e586p-7, r, 0x1.5555555553168p-5);
    const double p45 = fma(0x1.a01a01b66f988p-13, r, 0x1.6c16c17cf5102p-10);
    const double p67 = fma(0x1.71dde88894416p-19, r, 0x1.a019aa927d366p-16);
    const double p89 = fma(0x1.af7926fd39878p-26, r, 0x1.28a0222801fcep-22);
    return fma(fma(p89, z2, fma(p67, z, p45)), z2, fma(p23, z, p01));
}

// value * 2^n, where n, |n| <= 2000, is given as the double shifted = n + round_to_exponent. Two factors, since 2^n itself may
// not exist: for value in [0.5, 2) and n >= -1080 the first product is exact and the second rounds a subnormal result.
LS_SCALAR double scale_by_power_of_two(double value, double shifted) {
    const uint64_t bits = bit_cast<uint64_t>(shifted);
    const uint64_t half = (bits << 51) & 0x7ff0000000000000ull;
    return value * bit_cast<double>(half) * bit_cast<double>((bits << 52) - half);
}

// exp(x + x_lo) as (hi + lo) * 2^n, relative error below 2^-57, for |x| <= 1500 and |x_lo| < 2^-40. The reduced argument's first
// part is exact, so it can be added to 1 without loss; its second part and the polynomial only have to be right to a few
// bits less.
struct ExpParts {
    double hi, lo, shifted;
};

LS_SCALAR ExpParts exp_parts(double x, double x_lo) {
    const double shifted = fma(x, log2_e, round_to_exponent);
    const double n = shifted - round_to_exponent;
    const double exact = fma(-n, ln2_hi, x);
    const double second = fma(-n, ln2_lo, x_lo);
    const double r = exact + second;
    const double z = r * r;
    const double sum = 1.0 + exact;
    const double rest = (exact - (sum - 1.0)) + second;
    return {sum, fma(z, exp_polynomial(r, z), rest), shifted};
}

// 0.56 ULP.
LS_SCALAR double exp_sum(double x, double x_lo) {
    const ExpParts e = exp_parts(x > 710.0 ? 710.0 : x, x_lo);
    const double value = scale_by_power_of_two(e.hi + e.lo, e.shifted);
    return x < -746.0 ? 0.0 : value;
}

LS_SCALAR double exp(double x) { return exp_sum(x, -0.0); }

// In double but only to 2^-29: neither the reduction nor a subnormal result needs care when a float is made of it.
LS_SCALAR double exp_to_float(double x) {
    double clamped = x > 90.0 ? 90.0 : x;
    const double shifted = fma(clamped, log2_e, round_to_integer);
    const double r = fma(-(shifted - round_to_integer), ln2_hi, clamped);
    const double z = r * r;
    const double p01 = fma(0x1.0000009c18e84p+0, r, 0x1.0000000261e3bp+0);
    const double p23 = fma(0x1.55540a5be29a9p-3, r, 0x1.fffffaae70952p-2);
    const double p45 = fma(0x1.126d1df2cecd8p-7, r, 0x1.55589a9d8fdeep-5);
    const double p = fma(fma(fma(0x1.6ab96e17a4c96p-10, z, p45), z, p23), z, p01);
    const uint64_t scale = (bit_cast<uint64_t>(shifted) << 52) + (1023ull << 52);
    return x < -110.0 ? 0.0 : p * bit_cast<double>(scale);
}

// The double function's steps in float, on twice the lanes: 0.56 ULP; the polynomial is minimax to 2^-28.2.
LS_SCALAR float exp(float x) {
    constexpr float shift = 0x1.8p23f + 254.0f;
    const float clamped = x > 89.0f ? 89.0f : x;
    const float shifted = fma(clamped, 0x1.715476p+0f, shift);
    const float n = shifted - shift;
    const float exact = fma(-n, 0x1.62e43p-1f, clamped);
    const float second = n * 0x1.05c61p-29f;
    const float r = exact + second;
    const float z = r * r;
    const float p01 = fma(0x1.555492p-3f, r, 0.5f);
    const float p23 = fma(0x1.123a00p-7f, r, 0x1.5554c0p-5f);
    const float p = fma(fma(0x1.6d7b08p-10f, z, p23), z, p01);
    const float sum = 1.0f + exact;
    const float value = sum + fma(z, p, (exact - (sum - 1.0f)) + second);
    const uint32_t bits = bit_cast<uint32_t>(shifted);
    const uint32_t half = (bits << 22) & 0x7f800000u;
    const float scaled = value * bit_cast<float>(half) * bit_cast<float>((bits << 23) - half);
    return x < -104.0f ? 0.0f : scaled;
}

// x = 2^exponent * mantissa with sqrt(1/2) <= mantissa < sqrt(2) and fraction = mantissa - 1, for x > 0 and finite.
struct LogArgument {
    double exponent, mantissa, fraction;
};

LS_SCALAR LogArgument log_argument_normal(double x) {
    const uint64_t bits = bit_cast<uint64_t>(x);
    const uint64_t moved = bits - 0x3fe6a09e667f3bcdull;  // the exponent's field steps where the mantissa passes sqrt(2)
    const double mantissa = bit_cast<double>(bits - (moved & 0xfff0000000000000ull));
    const uint64_t biased = (moved + (1023ull << 52)) >> 52;
    const double exponent = bit_cast<double>(biased | 0x4330000000000000ull) - (0x1p52 + 1023.0);
    return {exponent, mantissa, mantissa - 1.0};
}

LS_SCALAR LogArgument log_argument(double x) {
    const bool subnormal = x < 0x1p-1022;
    const LogArgument a = log_argument_normal(subnormal ? x * 0x1p54 : x);
    return {subnormal ? a.exponent - 54.0 : a.exponent, a.mantissa, a.fraction};
}

// What the logarithm (of any base) of 0, negative numbers, infinity and NaN is; otherwise value.
LS_SCALAR double log_special(double x, double value) {
    double result = x < positive_infinity ? value : x;
    result = x > 0.0 ? result : quiet_nan();
    return x == 0.0 ? -positive_infinity : result;
}

// log(1 + f) = f - f^2/2 + s (f^2/2 + R(s^2)) with s = f / (2 + f); R is minimax to 2^-59.5 of the result. f - f^2/2 and the sum
// with the exponent's share are kept in two parts, so that only the tail's last bits are lost: 0.72 ULP.
LS_SCALAR double log_of_argument(LogArgument a) {
    const double f = a.fraction;
    const double half_f = 0.5 * f;
    const double s = f / (a.mantissa + 1.0);
    const double z = s * s;
    const double z2 = z * z;
    const double p12 = fma(0x1.999999997fc76p-2, z, 0x1.5555555555593p-1);
    const double p34 = fma(0x1.c71c51f8b01aap-3, z, 0x1.2492494204585p-2);
    const double p56 = fma(0x1.39a157e290f5ap-3, z, 0x1.74664289cda51p-3);
    const double p = fma(fma(fma(0x1.2f097945c723bp-3, z2, p56), z2, p34), z2, p12);
    const double v = fma(-half_f, f, f);
    const double half_square = f - v;  // but for v's rounding
    const double v_lo = fma(-half_f, f, half_square);
    const double big = a.exponent * ln2_short;  // exact
    const double sum = big + v;
    const double tail = fma(s, fma(p, z, half_square), fma(a.exponent, ln2_short_rest, v_lo));
    return sum + ((v - (sum - big)) + tail);
}

// Rare are numbers that are not positive, subnormal, infinite or NaN: sorting them out costs 40 % of the common time. Both
// functions are free of branches.
LS_SCALAR bool log_is_rare(double x) {
    return bit_cast<uint64_t>(x) - 0x0010000000000000ull >= 0x7fe0000000000000ull;
}
LS_SCALAR double log(double x) { return log_of_argument(log_argument_normal(x)); }
LS_SCALAR double log_rare(double x) { return log_special(x, log_of_argument(log_argument(x))); }

// In double but only to 2^-44, for a float made of it, even after a multiplication by 2^7; x is positive and normal.
LS_SCALAR double log_of_float(double x) {
    const LogArgument a = log_argument_normal(x);
    const double s = a.fraction / (2.0 + a.fraction);
    const double z = s * s;
    const double z2 = z * z;
    const double p01 = fma(0x1.999996a805d8fp-2, z, 0x1.555555561eafbp-1);
    const double p23 = fma(0x1.c62ae04fcdd6cp-3, z, 0x1.2494128211483p-2);
    const double p = fma(fma(0x1.9118b68b69d3bp-3, z2, p23), z2, p01);
    return fma(a.exponent, ln2_hi, s * fma(p, z, 2.0));
}

LS_SCALAR bool log_is_rare(float x) { return bit_cast<uint32_t>(x) - 0x00800000u >= 0x7f000000u; }
LS_SCALAR float log_rare(float x) { return (float)log_special((double)x, log_of_float((double)x)); }

// The double function's steps in float without the division: f^3 Q(f), minimax to 2^-30.4. 0.6 ULP.
LS_SCALAR float log(float x) {
    const uint32_t bits = bit_cast<uint32_t>(x);
    const uint32_t moved = bits - 0x3f3504f3u;
    const float f = bit_cast<float>(bits - (moved & 0xff800000u)) - 1.0f;
    const float exponent = (float)((int32_t)moved >> 23);
    const float z = f * f;
    const float z2 = z * z;
    const float p01 = fma(-0x1.ffffeep-3f, f, 0x1.555546p-2f);
    const float p23 = fma(-0x1.5562e4p-3f, f, 0x1.99a546p-3f);
    const float p45 = fma(-0x1.fb432ap-4f, f, 0x1.2332c0p-3f);
    const float p67 = fma(-0x1.e2e9b0p-4f, f, 0x1.e650a8p-4f);
    const float p4_8 = fma(fma(0x1.1b42b0p-4f, z, p67), z, p45);
    const float p = fma(p4_8, z2, fma(p23, z, p01));
    const float half_f = 0.5f * f;
    const float v = fma(-half_f, f, f);
    const float v_lo = fma(-half_f, f, f - v);
    const float big = exponent * 0x1.62e4p-1f;  // exact
    const float sum = big + v;
    const float tail = fma(exponent, 0x1.7f7d1cp-20f, z * (f * p));
    return sum + ((v - (sum - big)) + (v_lo + tail));
}

LS_RARE_LANE_OF_HALVES_1(log)

}  // namespace lockstep::scalar
