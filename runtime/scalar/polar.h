// hypot and arctan2 for float and double: from the plane's coordinates to distance and angle.
// Knows nothing of arrays or of complex numbers; no libm, no branch.
#pragma once

#include "runtime/scalar/config.h"
#include "runtime/scalar/double_double.h"

namespace lockstep::scalar {

LS_SCALAR float absolute_of(float x) { return bit_cast<float>(bit_cast<uint32_t>(x) & 0x7fffffffu); }
LS_SCALAR double absolute_of(double x) { return bit_cast<double>(bit_cast<uint64_t>(x) & 0x7fffffffffffffffull); }

// The two magnitudes in order. The bit patterns of positive numbers are ordered as they are, with NaN above infinity.
struct OrderedPair {
    double large, small;
    bool swapped;  // the second was the larger
};

LS_SCALAR OrderedPair order_magnitudes(double x, double y) {
    const uint64_t a = bit_cast<uint64_t>(x) & 0x7fffffffffffffffull;
    const uint64_t b = bit_cast<uint64_t>(y) & 0x7fffffffffffffffull;
    const bool swapped = b > a;
    return {bit_cast<double>(swapped ? b : a), bit_cast<double>(swapped ? a : b), swapped};
}

// A power of two by which magnitudes near the larger one can be squared and added: 2^-600, 1 or 2^600.
LS_SCALAR double scale_for_squares(double large) {
    const double down = large > 0x1p500 ? 0x1p-600 : 1.0;
    return large < 0x1p-400 ? 0x1p600 : down;
}

// The squares and their sum in two parts; the root corrected by one Newton step on that sum: 0.51 ULP, 0.75 where the result is
// subnormal and so rounded twice. An infinity beats a NaN.
LS_SCALAR double hypot(double x, double y) {
    const OrderedPair pair = order_magnitudes(x, y);
    const double scale = scale_for_squares(pair.large);
    const double a = pair.large * scale, b = pair.small * scale;
    const DoubleDouble p = two_product(a, a), q = two_product(b, b);
    const DoubleDouble sum = fast_two_sum(p.hi, q.hi);
    const double root = sqrt(sum.hi);
    const double rest = fma(-root, root, sum.hi) + (sum.lo + (p.lo + q.lo));
    const double value = (root + rest / (root + root)) * (scale == 1.0 ? 1.0 : scale == 0x1p600 ? 0x1p-600 : 0x1p600);
    const double finite = pair.large == 0 ? 0.0 : value;
    const double result = pair.large < positive_infinity ? finite : pair.large;
    const uint64_t infinite = 0 - (uint64_t)((absolute_of(x) == positive_infinity) | (absolute_of(y) == positive_infinity));
    return bit_cast<double>((bit_cast<uint64_t>(result) & ~infinite) | (0x7ff0000000000000ull & infinite));
}

// The squares are exact in double: 0.501 ULP.
LS_SCALAR float hypot(float x, float y) {
    const double a = (double)x, b = (double)y;
    const float value = (float)sqrt(fma(a, a, b * b));
    const uint32_t a_bits = bit_cast<uint32_t>(x) & 0x7fffffffu, b_bits = bit_cast<uint32_t>(y) & 0x7fffffffu;
    const uint32_t infinite = 0 - (uint32_t)((a_bits == 0x7f800000u) | (b_bits == 0x7f800000u));
    return bit_cast<float>((bit_cast<uint32_t>(value) & ~infinite) | (0x7f800000u & infinite));
}

// (atan(q) - q) / q^3 for |q| <= 0.4143, z = q^2; minimax to 2^-59.5 of atan(q).
LS_SCALAR double arctan_polynomial(double z) {
    const double z2 = z * z;
    const double z4 = z2 * z2;
    const double p01 = fma(0x1.99999999958f6p-3, z, -0x1.555555555553dp-2);
    const double p23 = fma(0x1.c71c70e7be949p-4, z, -0x1.24924922b1660p-3);
    const double p45 = fma(0x1.3b111ca0f77f4p-4, z, -0x1.745cf90e65fd2p-4);
    const double p67 = fma(0x1.df11909226f23p-5, z, -0x1.10ebe05fec3bdp-4);
    const double p89 = fma(0x1.37ef2a1809545p-5, z, -0x1.9cdce3efb40bfp-5);
    const double p6_10 = fma(fma(-0x1.25a18d72e9acfp-6, z2, p89), z2, p67);
    return fma(fma(p6_10, z2, p45), z4, fma(p23, z2, p01));
}

// The angle of the smaller to the larger magnitude is folded at tan(pi/8) to |q| <= 0.4143, in two parts; multiples of pi/4 are
// added in two parts. 0.83 ULP seen. C99's special cases: signed zeros and infinities in all pairs.
LS_SCALAR double arctan2(double y, double x) {
    OrderedPair pair = order_magnitudes(x, y);
    // Two infinities make an angle of pi/4, like two ones; two zeros an angle of 0.
    const uint64_t both = 0 - (uint64_t)(pair.small == positive_infinity);
    const uint64_t one = both & 0x3ff0000000000000ull;
    const double large = bit_cast<double>((bit_cast<uint64_t>(pair.large) & ~both) | one);
    const double small = bit_cast<double>((bit_cast<uint64_t>(pair.small) & ~both) | one);
    double scale = large > 0x1p1000 ? 0x1p-100 : 1.0;
    scale = large < 0x1p-800 ? 0x1p200 : scale;
    const double d = large * scale, n = small * scale;

    const bool fold = n > 0x1.a8279ap-2 * d;
    const DoubleDouble difference = fast_two_sum(-d, n), sum = fast_two_sum(d, n);
    const double top = fold ? difference.hi : n, top_lo = fold ? difference.lo : 0.0;
    double bottom = fold ? sum.hi : d;
    const double bottom_lo = fold ? sum.lo : 0.0;
    bottom = bottom == 0 ? 1.0 : bottom;
    const double q = top / bottom;
    const double left = fma(-q, bottom, top) + fma(-q, bottom_lo, top_lo);
    const double q_lo = bottom < positive_infinity ? left / bottom : 0.0;

    // pi/2 - angle where y is the larger, then pi - angle where x is negative.
    const bool left_side = (bit_cast<uint64_t>(x) >> 63) != 0;
    const bool negate = pair.swapped != left_side;
    const int quarters = (pair.swapped ? 2 : left_side ? 4 : 0) + (fold ? (negate ? -1 : 1) : 0);
    const double turn = (double)quarters;
    const double base = turn * 0x1.921fb54442d18p-1;  // exact up to 2, and for 4; 3 is corrected below
    const double base_lo = turn * 0x1.1a62633145c07p-55 + fma(turn, 0x1.921fb54442d18p-1, -base);
    const double z = q * q;
    const double tail = fma(q * z, arctan_polynomial(z), q_lo);
    const double head = negate ? -q : q;
    const double total = base + head;
    const double rest = turn == 0 ? 0.0 : (head - (total - base)) + base_lo;
    const double value = turn == 0 ? head + (negate ? -tail : tail) : total + (rest + (negate ? -tail : tail));
    const uint64_t nan = 0 - (uint64_t)((x != x) | (y != y));
    const uint64_t sign = bit_cast<uint64_t>(y) & 0x8000000000000000ull;
    return bit_cast<double>((bit_cast<uint64_t>(absolute_of(value)) ^ sign) | (nan & 0x7ff8000000000000ull));
}

// The same in double with a shorter polynomial and no second parts: 0.51 ULP.
LS_SCALAR float arctan2(float y, float x) {
    const OrderedPair pair = order_magnitudes((double)x, (double)y);
    const uint64_t both = 0 - (uint64_t)((pair.small == positive_infinity) | (pair.large == 0));
    const uint64_t one = both & 0x3ff0000000000000ull;
    const double d = bit_cast<double>((bit_cast<uint64_t>(pair.large) & ~both) | one);
    const double n = bit_cast<double>((bit_cast<uint64_t>(pair.small) & ~both) | (pair.large == 0 ? 0 : one));
    const bool fold = n > 0x1.a8279ap-2 * d;
    const double q = (fold ? n - d : n) / (fold ? n + d : d);
    const double z = q * q;
    const double z2 = z * z;
    const double p01 = fma(0x1.99991a536f3a0p-3, z, -0x1.555554c8a740dp-2);
    const double p23 = fma(0x1.c46824d6818c1p-4, z, -0x1.247f07d5d90f1p-3);
    const double p45 = fma(0x1.84f91f95975bfp-5, z, -0x1.5b4633f2d1b02p-4);
    const double angle = fma(q * z, fma(fma(p45, z2, p23), z2, p01), q);
    const bool left_side = (bit_cast<uint32_t>(x) >> 31) != 0;
    const bool negate = pair.swapped != left_side;
    const int quarters = (pair.swapped ? 2 : left_side ? 4 : 0) + (fold ? (negate ? -1 : 1) : 0);
    const double value = fma((double)quarters, 0x1.921fb54442d18p-1, negate ? -angle : angle);
    const uint32_t nan = 0 - (uint32_t)((x != x) | (y != y));
    const uint32_t sign = bit_cast<uint32_t>(y) & 0x80000000u;
    const uint32_t size = bit_cast<uint32_t>((float)value) & 0x7fffffffu;
    return bit_cast<float>((size ^ sign) | (nan & 0x7fc00000u));
}

}  // namespace lockstep::scalar
