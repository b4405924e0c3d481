// sin and cos for float and double: Cody-Waite reduction with fma below 2^30, Payne-Hanek in integers above.
// Knows nothing of arrays; no libm. The common functions have no branch; *_is_rare says where *_rare must replace them.
#pragma once

#include "runtime/scalar/config.h"
#include "runtime/scalar/double_double.h"
#include "runtime/scalar/half.h"

namespace lockstep::scalar {

// pi/2 in three parts of 53 bits, 161 bits together.
inline constexpr double half_pi_1 = 0x1.921fb54442d18p+0;
inline constexpr double half_pi_2 = 0x1.1a62633145c07p-54;
inline constexpr double half_pi_3 = -0x1.f1976b7ed8fbcp-110;
inline constexpr double two_over_pi = 0x1.45f306dc9c883p-1;
inline constexpr double trigonometric_limit = 0x1p30;

// x = quarter_turns * pi/2 + hi + lo, |hi| <= 0.786. Only the two low bits of quarter_turns mean anything.
struct Angle {
    double hi, lo;
    uint64_t quarter_turns;
};

// Good to 2^-70 of hi for |x| < 2^30: the first product cancels exactly (all its bits lie on the grid of half_pi_1), the
// second is kept in two parts.
LS_SCALAR Angle reduce_angle(double x) {
    const double shifted = fma(x, two_over_pi, 0x1.8p52);
    const double n = shifted - 0x1.8p52;
    const double exact = fma(-n, half_pi_1, x);
    const double product = n * half_pi_2;
    const double product_lo = fma(n, half_pi_3, fma(n, half_pi_2, -product));
    const double hi = exact - product;
    return {hi, ((exact - hi) - product) - product_lo, bit_cast<uint64_t>(shifted)};
}

// sin(hi + lo) where the quarter turn is even, cos(hi + lo) where it is odd, in two parts good to 2^-57. Both series have
// six terms, so one chain with chosen coefficients serves; minimax to 2^-58 (sin) and 2^-64 (cos).
LS_SCALAR DoubleDouble sine_parts(Angle a) {
    const bool cosine = (a.quarter_turns & 1u) != 0;
    const double r = a.hi;
    const double z = r * r;
    const double z2 = z * z;
    const double half_r = 0.5 * r;
    const double c0 = cosine ? 0x1.555555555554cp-5 : -0x1.5555555555549p-3;
    const double c1 = cosine ? -0x1.6c16c16c15181p-10 : 0x1.111111110f87dp-7;
    const double c2 = cosine ? 0x1.a01a019cb2169p-16 : -0x1.a01a019c12031p-13;
    const double c3 = cosine ? -0x1.27e4f80a33a30p-22 : 0x1.71de3578163efp-19;
    const double c4 = cosine ? 0x1.1ee9ec1888e37p-29 : -0x1.ae5e66884e08cp-26;
    const double c5 = cosine ? -0x1.8faeb5dfef365p-37 : 0x1.5d93184c77ba5p-33;
    const double q = fma(fma(c5, z2, fma(c4, z, c3)), z2, fma(c2, z, c1));
    const double one_less = fma(-half_r, r, 1.0);
    const double cosine_rest = fma(-r, a.lo, fma(-half_r, r, 1.0 - one_less));
    const double sine_rest = fma(-0.5 * z, a.lo, a.lo);
    const double base = cosine ? one_less : r;
    const double rest = cosine ? cosine_rest : sine_rest;
    // Near pi/4 the term r^3/6 is a tenth of the sine: what r^2 and r^3 lost in rounding is added back, and the rest of the
    // series is kept apart (0.75 -> 0.62 ULP).
    const double other = cosine ? z : r;
    const double factor = z * other;
    const double lost = fma(fma(r, r, -z), other, fma(z, other, -factor));
    return {base, fma(factor, c0, fma(factor * z, q, fma(lost, c0, rest)))};
}

// The same with its sign, which is bit 1 of the quarter turns.
LS_SCALAR double sine_of_angle(Angle a) {
    const DoubleDouble s = sine_parts(a);
    const double value = s.hi + s.lo;
    const uint64_t sign = (a.quarter_turns << 62) & 0x8000000000000000ull;
    return bit_cast<double>(bit_cast<uint64_t>(value) ^ sign);
}

// The sign is taken off first, so that sin(-0) is -0.
LS_SCALAR double sin(double x) {
    const uint64_t sign = bit_cast<uint64_t>(x) & 0x8000000000000000ull;
    const double magnitude = bit_cast<double>(bit_cast<uint64_t>(x) ^ sign);
    return bit_cast<double>(bit_cast<uint64_t>(sine_of_angle(reduce_angle(magnitude))) ^ sign);
}

LS_SCALAR double cos(double x) {
    Angle a = reduce_angle(x);
    a.quarter_turns += 1;
    return sine_of_angle(a);
}

// Infinities are rare too; NaNs are not.
LS_SCALAR bool angle_is_rare(double x) { return x >= trigonometric_limit || x <= -trigonometric_limit; }
LS_SCALAR bool sin_is_rare(double x) { return angle_is_rare(x); }
LS_SCALAR bool cos_is_rare(double x) { return angle_is_rare(x); }

LS_SCALAR uint64_t multiply_high(uint64_t a, uint64_t b) {
    const uint64_t a0 = a & 0xffffffffu, a1 = a >> 32, b0 = b & 0xffffffffu, b1 = b >> 32;
    const uint64_t middle = a1 * b0 + (a0 * b0 >> 32);
    const uint64_t middle2 = a0 * b1 + (middle & 0xffffffffu);
    return a1 * b1 + (middle >> 32) + (middle2 >> 32);
}

// Payne and Hanek: x = m * 2^e, and of m * 2/pi * 2^e only 192 bits are needed, from the bit of weight 2 down: two bits of
// quarter turns, at most 62 that may cancel, and what is left. Exact for every finite |x| >= 2^30; x is taken as positive.
LS_SCALAR Angle reduce_large_angle(double x) {
    // 64 zero bits, then 2/pi to 1216 bits.
    static constexpr uint64_t two_over_pi_words[20] = {
        0x0000000000000000ull, 0xa2f9836e4e441529ull, 0xfc2757d1f534ddc0ull, 0xdb6295993c439041ull,
        0xfe5163abdebbc561ull, 0xb7246e3a424dd2e0ull, 0x06492eea09d1921cull, 0xfe1deb1cb129a73eull,
        0xe88235f52ebb4484ull, 0xe99c7026b45f7e41ull, 0x3991d639835339f4ull, 0x9c845f8bbdf9283bull,
        0x1ff897ffde05980full, 0xef2f118b5a0a6d1full, 0x6d367ecf27cb09b7ull, 0x4f463f669e5fea2dull,
        0x7527bac7ebe5f17bull, 0x3d0739f78a5292eaull, 0x6bfb5fb11f8d5d08ull, 0x56033046fc7b6babull};
    const uint64_t bits = bit_cast<uint64_t>(x);
    const uint64_t m = (bits & 0xfffffffffffffull) | 0x10000000000000ull;
    const unsigned start = (unsigned)((bits >> 52) & 0x7ff) - 1075u + 62u;
    const unsigned word = start >> 6, shift = start & 63u;
    uint64_t window[3];
    for (unsigned i = 0; i < 3; ++i) {
        const uint64_t next = two_over_pi_words[word + i + 1];
        window[i] = (two_over_pi_words[word + i] << shift) | (next >> 1 >> (63u - shift));
    }
    const uint64_t low = m * window[2];
    uint64_t middle = m * window[1], high = m * window[0] + multiply_high(m, window[1]);
    const uint64_t carry_in = multiply_high(m, window[2]);
    middle += carry_in;
    high += middle < carry_in ? 1u : 0u;
    // The fraction as a signed number in [-1/2, 1/2) of a quarter turn.
    uint64_t part[3] = {(high << 2) | (middle >> 62), (middle << 2) | (low >> 62), low << 2};
    const bool negative = part[0] >> 63;
    const uint64_t flip = negative ? ~0ull : 0ull;
    // Six pieces of 32 bits, largest first, so that each sum's error is exact. Not adding the 1 of two's complement is an
    // error of 2^-192.
    double hi = 0.0, lo = 0.0, weight = 0x1p-32;
    for (unsigned i = 0; i < 6; ++i) {
        const uint64_t piece = ((part[i >> 1] ^ flip) >> ((i & 1u) ? 0 : 32)) & 0xffffffffu;
        const double term = (double)piece * weight;
        const double sum = hi + term;
        lo += term - (sum - hi);
        hi = sum;
        weight *= 0x1p-32;
    }
    const double product = hi * half_pi_1;
    const double rest = fma(hi, half_pi_1, -product) + fma(hi, half_pi_2, lo * half_pi_1);
    const double r = product + rest;
    const double r_lo = rest - (r - product);
    return {negative ? -r : r, negative ? -r_lo : r_lo, (high >> 62) + (negative ? 1u : 0u)};
}

LS_SCALAR double sin_rare(double x) {
    if (!angle_is_rare(x)) return sin(x);
    const double magnitude = x < 0 ? -x : x;
    if (magnitude > 0x1.fffffffffffffp1023) return x - x;
    const double value = sine_of_angle(reduce_large_angle(magnitude));
    return x < 0 ? -value : value;
}

LS_SCALAR double cos_rare(double x) {
    if (!angle_is_rare(x)) return cos(x);
    const double magnitude = x < 0 ? -x : x;
    if (magnitude > 0x1.fffffffffffffp1023) return x - x;
    Angle a = reduce_large_angle(magnitude);
    a.quarter_turns += 1;
    return sine_of_angle(a);
}

// The same for float below 2^17, in float: twice the lanes of double, and measured 0.7 of its time.
inline constexpr float float_half_pi_1 = 0x1.921fb6p+0f;
inline constexpr float float_half_pi_2 = -0x1.777a5cp-25f;
inline constexpr float float_half_pi_3 = -0x1.ee59dap-50f;
inline constexpr float float_angle_limit = 0x1p17f;

LS_SCALAR float sine_of_float(float x, uint32_t more_turns) {
    const float shifted = fma(x, (float)two_over_pi, 0x1.8p23f);
    const float n = shifted - 0x1.8p23f;
    const float exact = fma(-n, float_half_pi_1, x);
    const float product = n * float_half_pi_2;
    const float r = exact - product;
    const float r_lo = ((exact - r) - product) - fma(n, float_half_pi_3, fma(n, float_half_pi_2, -product));
    const uint32_t turns = bit_cast<uint32_t>(shifted) + more_turns;
    const bool cosine = (turns & 1u) != 0;
    const float z = r * r;
    const float half_r = 0.5f * r;
    const float c0 = cosine ? 0x1.55554ap-5f : -0x1.555546p-3f;
    const float c1 = cosine ? -0x1.6c0c8cp-10f : 0x1.110760p-7f;
    const float c2 = cosine ? 0x1.9a0232p-16f : -0x1.994e88p-13f;
    const float p = fma(fma(c2, z, c1), z, c0);
    const float one_less = fma(-half_r, r, 1.0f);
    const float cosine_rest = fma(-r, r_lo, fma(-half_r, r, 1.0f - one_less));
    const float base = cosine ? one_less : r;
    const float rest = cosine ? cosine_rest : fma(-0.5f * z, r_lo, r_lo);
    const float other = cosine ? z : r;
    const float factor = z * other;
    const float lost = fma(fma(r, r, -z), other, fma(z, other, -factor));
    const float value = base + fma(factor, p, fma(lost, p, rest));
    return bit_cast<float>(bit_cast<uint32_t>(value) ^ ((turns << 30) & 0x80000000u));
}

LS_SCALAR float sin(float x) {
    const uint32_t sign = bit_cast<uint32_t>(x) & 0x80000000u;
    const float magnitude = bit_cast<float>(bit_cast<uint32_t>(x) ^ sign);
    return bit_cast<float>(bit_cast<uint32_t>(sine_of_float(magnitude, 0)) ^ sign);
}

LS_SCALAR float cos(float x) { return sine_of_float(x, 1); }

LS_SCALAR bool angle_is_rare(float x) { return x >= float_angle_limit || x <= -float_angle_limit; }
LS_SCALAR bool sin_is_rare(float x) { return angle_is_rare(x); }
LS_SCALAR bool cos_is_rare(float x) { return angle_is_rare(x); }
LS_SCALAR float sin_rare(float x) { return angle_is_rare(x) ? (float)sin_rare((double)x) : sin(x); }
LS_SCALAR float cos_rare(float x) { return angle_is_rare(x) ? (float)cos_rare((double)x) : cos(x); }

LS_RARE_LANE_OF_HALVES_1(sin)
LS_RARE_LANE_OF_HALVES_1(cos)

}  // namespace lockstep::scalar
