// Conversions of the half types against slow arithmetic definitions: all 65536 halves, borders and samples of float, double.
// Must not know how the conversions compute.
#include "runtime/scalar/half.h"

#include "scalar_reference.h"

namespace {

namespace ls = lockstep::scalar;
using namespace reference;

// The value of a binary format with the given number of fraction bits and exponent bias, by its definition.
double decode(unsigned bits, int fraction_bits, int exponent_bits) {
    const int bias = (1 << (exponent_bits - 1)) - 1;
    const unsigned fraction = bits & ((1u << fraction_bits) - 1);
    const int exponent = static_cast<int>((bits >> fraction_bits) & ((1u << exponent_bits) - 1));
    double value;
    if (exponent == (1 << exponent_bits) - 1)
        value = fraction ? std::nan("") : HUGE_VAL;
    else if (exponent == 0)
        value = std::ldexp(fraction, 1 - bias - fraction_bits);
    else
        value = std::ldexp(fraction + (1u << fraction_bits), exponent - bias - fraction_bits);
    return bits >> 15 ? -value : value;
}

// Round to nearest even by scaling to an integer: nearbyint is exact and rounds the way the format must.
unsigned encode(double x, int fraction_bits, int exponent_bits) {
    const int bias = (1 << (exponent_bits - 1)) - 1;
    const unsigned sign = std::signbit(x) ? 0x8000u : 0u;
    const unsigned infinity = ((1u << exponent_bits) - 1) << fraction_bits;
    const double magnitude = std::fabs(x);
    if (std::isnan(x)) return sign | infinity | (1u << (fraction_bits - 1));
    if (magnitude == 0) return sign;
    int exponent = std::isinf(x) ? bias + 1 : std::ilogb(magnitude);
    if (exponent > bias) return sign | infinity;
    exponent = exponent < 1 - bias ? 1 - bias : exponent;
    const double places = std::nearbyint(std::ldexp(magnitude, fraction_bits - exponent));
    const unsigned whole = static_cast<unsigned>(places) + (static_cast<unsigned>(exponent + bias - 1) << fraction_bits);
    return sign | (whole > infinity ? infinity : whole);
}

bool same(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

bool quiet(float x) { return !std::isnan(x) || (bits_as<uint32_t>(x) & 0x400000u); }

TEST(ScalarHalf, EveryHalfToFloatAndBack) {
    for (unsigned bits = 0; bits < 65536; ++bits) {
        const ls::float16 h{static_cast<uint16_t>(bits)};
        const ls::bfloat16 b{static_cast<uint16_t>(bits)};
        const float x = ls::to_float(h), y = ls::to_float(b);
        ASSERT_TRUE(same(x, decode(bits, 10, 5))) << bits;
        ASSERT_TRUE(same(y, decode(bits, 7, 8))) << bits;
        ASSERT_TRUE(quiet(x) && quiet(y)) << bits;
        if (!std::isnan(x)) {
            ASSERT_EQ(ls::to_float16(x).bits, bits);
            ASSERT_EQ(ls::to_float16(static_cast<double>(x)).bits, bits);
        }
        if (!std::isnan(y)) {
            ASSERT_EQ(ls::to_bfloat16(y).bits, bits);
        }
    }
}

template <class Value>
void check_rounding(Value x) {
    ASSERT_EQ(ls::to_float16(x).bits, encode(x, 10, 5)) << std::hexfloat << x;
    ASSERT_EQ(ls::to_bfloat16(x).bits, encode(static_cast<float>(x), 7, 8)) << std::hexfloat << x;
}

// Every half, the middle between it and the next, and both neighbours of that middle.
TEST(ScalarHalf, BordersOfEveryHalf) {
    for (unsigned bits = 0; bits < 0x7c00; ++bits) {
        const double here = decode(bits, 10, 5);
        const double next = bits == 0x7bff ? 65536.0 : decode(bits + 1, 10, 5);
        const double middle = 0.5 * (here + next);
        const float narrow = static_cast<float>(middle);
        for (double sign : {1.0, -1.0}) {
            for (double x : {here, middle, std::nextafter(middle, 0), std::nextafter(middle, 1e9)})
                ASSERT_NO_FATAL_FAILURE(check_rounding(sign * x));
            for (float x : {narrow, std::nextafter(narrow, 0.0f), std::nextafter(narrow, 1e9f)})
                ASSERT_NO_FATAL_FAILURE(check_rounding(static_cast<float>(sign) * x));
        }
    }
    for (unsigned bits = 0; bits < 0x7f80; ++bits) {
        const float narrow = bits_as<float>((bits << 16) | 0x8000u);
        for (float x : {narrow, std::nextafter(narrow, 0.0f), std::nextafter(narrow, HUGE_VALF)})
            ASSERT_NO_FATAL_FAILURE(check_rounding(x));
    }
}

TEST(ScalarHalf, SampledFloatsAndDoubles) {
    const uint64_t step = std::getenv("LOCKSTEP_EXHAUSTIVE") ? 1 : 997;
    for (uint64_t bits = 0; bits <= 0xffffffffull; bits += step)
        ASSERT_NO_FATAL_FAILURE(check_rounding(bits_as<float>(static_cast<uint32_t>(bits))));
    for (int i = 0; i < 500000; ++i) {
        ASSERT_NO_FATAL_FAILURE(check_rounding(any_pattern<double>()));
        ASSERT_NO_FATAL_FAILURE(check_rounding(std::ldexp(uniform(-1.0, 1.0), i % 64 - 40)));
    }
    for (double x : special_values<double>) ASSERT_NO_FATAL_FAILURE(check_rounding(x));
}

TEST(ScalarHalf, DoubleRoundsOnceForFloat16AndTwiceForBfloat16) {
    EXPECT_EQ(ls::to_float16(1.0 + 0x1p-11 + 0x1p-40).bits, 0x3c01);
    EXPECT_EQ(ls::to_bfloat16(1.0 + 0x1p-8 + 0x1p-40).bits, 0x3f80);
}

}  // namespace
