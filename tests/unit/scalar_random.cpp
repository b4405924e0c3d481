// Logarithm, exponential and power of draws against MPFR.
// Must not know how the functions compute, nor which draws call them.
#include <algorithm>

#include "runtime/scalar/random/tabled.h"
#include "scalar_reference.h"

namespace {

namespace ls = lockstep::scalar::random;
using namespace reference;

constexpr int kNumbers = 60000;

double near_one(int i) { return 1.0 + std::ldexp(uniform(-0.5, 1.0), -(i % 52)); }
double of_any_size(int i) { return std::ldexp(uniform(0.5, 1.0), i % 2040 - 1018); }
double uniform_draw() { return static_cast<double>(random_bits()() >> 11) * 0x1p-53; }

TEST(ScalarRandom, Logarithm) {
    Worst worst;
    for (int i = 0; i < kNumbers; ++i)
        for (const double x : {near_one(i), of_any_size(i), uniform(0.5, 2.0)})
            worst.add(unary_error(mpfr_log, x, ls::log_tabled(x)), x);
    for (int piece = 0; piece <= 128; ++piece)  // the borders of the pieces
        for (const int64_t step : {-1, 0, 1}) {
            const double x = bits_as<double>(0x3fe6900000000000 + (int64_t{piece} << 45) + step);
            worst.add(unary_error(mpfr_log, x, ls::log_tabled(x)), x);
        }
    worst.report("log_tabled");
    EXPECT_LE(worst.error, 0.501);
    EXPECT_EQ(ls::log_tabled(1.0), 0.0);
}

// The two parts against 200 bits: what a large exponent multiplies.
TEST(ScalarRandom, LogarithmInTwoParts) {
    double worst = 0;
    Real exact, rest;
    for (int i = 0; i < kNumbers; ++i)
        for (const double x : {near_one(i), of_any_size(i), uniform(0.98, 1.02)}) {
            if (x == 1.0) continue;
            const lockstep::scalar::DoubleDouble l = ls::log_parts(x);
            mpfr_set_d(exact.get(), x, MPFR_RNDN);
            mpfr_log(exact.get(), exact.get(), MPFR_RNDN);
            mpfr_sub_d(rest.get(), exact.get(), l.hi, MPFR_RNDN);
            mpfr_sub_d(rest.get(), rest.get(), l.lo, MPFR_RNDN);
            mpfr_div(rest.get(), rest.get(), exact.get(), MPFR_RNDN);
            worst = std::max(worst, std::fabs(mpfr_get_d(rest.get(), MPFR_RNDN)));
        }
    std::printf("log_parts: 2^%.2f of the logarithm\n", std::log2(worst));
    EXPECT_LE(worst, 0x1p-65);
}

TEST(ScalarRandom, Exponential) {
    Worst normal, subnormal;
    for (int i = 0; i < kNumbers; ++i) {
        for (const double x : {uniform(-708.0, 710.0), std::ldexp(uniform(-1.0, 1.0), -(i % 60))})
            normal.add(unary_error(mpfr_exp, x, ls::exp_tabled(x, 0.0)), x);
        const double x = uniform(-746.0, -708.0);
        subnormal.add(unary_error(mpfr_exp, x, ls::exp_tabled(x, 0.0)), x);
    }
    normal.report("exp_tabled");
    subnormal.report("exp_tabled, subnormal");
    EXPECT_LE(normal.error, 0.515);
    EXPECT_LE(subnormal.error, 0.76);
    EXPECT_EQ(ls::exp_tabled(1000.0, 0.0), HUGE_VAL);
    EXPECT_EQ(ls::exp_tabled(-1000.0, 0.0), 0.0);
}

// Powers as draws ask for them: uniform numbers and what is near 1, to exponents 1 / shape of all sizes.
TEST(ScalarRandom, Power) {
    Worst worst;
    for (int i = 0; i < kNumbers; ++i) {
        const double u = uniform_draw();
        if (u == 0.0) continue;
        for (const double x : {u, near_one(i), uniform(0.9, 1.1)}) {
            const double size = std::fabs(std::log(x));
            const double most = std::min(size > 0 ? 700.0 / size : 1e300, 1e300);
            const double y = std::pow(most, uniform(-0.2, 1.0)) * (i % 2 ? 1.0 : -1.0);
            if (!(size * std::fabs(y) < 707.0)) continue;
            worst.add(binary_error(mpfr_pow, x, y, ls::power_tabled(x, y)), x, y);
        }
    }
    worst.report("power_tabled");
    EXPECT_LE(worst.error, 0.57);  // the logarithm's 2^-66.8 times 700, and 0.506
    for (const double y : {1e-300, 0.5, 1.0, 1e300, HUGE_VAL}) EXPECT_EQ(ls::power_tabled(0.0, y), 0.0);
    EXPECT_EQ(ls::power_tabled(0.5, HUGE_VAL), 0.0);
    EXPECT_EQ(ls::power_tabled(0.5, -2000.0), HUGE_VAL);
    EXPECT_EQ(ls::power_tabled(0.5, 2000.0), 0.0);
    EXPECT_EQ(ls::power_tabled(1.0, -1e300), 1.0);
    EXPECT_EQ(ls::power_tabled(0.25, 0.5), 0.5);
}

}  // namespace
