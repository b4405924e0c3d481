// exp and log against MPFR: random, border and special values, and a sweep over the floats.
// Must not know how the functions compute.
#include "runtime/scalar/exponential.h"

#include "scalar_reference.h"

namespace {

namespace ls = lockstep::scalar;
using namespace reference;

template <class T>
T whole_log(T x) {
    return ls::log_is_rare(x) ? ls::log_rare(x) : ls::log(x);
}

TEST(ScalarExp, DoubleWithinBound) {
    Worst worst;
    const auto judge = [&](double x) { worst.add(unary_error(mpfr_exp, x, ls::exp(x)), x); };
    for (double x : special_values<double>) judge(x);
    for (int i = 0; i < 60000; ++i) judge(uniform(-0.4, 0.4));
    for (int i = 0; i < 60000; ++i) judge(uniform(-30.0, 30.0));
    for (int i = 0; i < 60000; ++i) judge(uniform(-760.0, 720.0));
    for (int i = 0; i < 20000; ++i) judge(uniform(-746.0, -707.0));
    for (int i = 0; i < 20000; ++i) judge(any_pattern<double>());
    // Where the nearest multiple of ln 2 changes, and the edges of overflow, of subnormals and of zero.
    for (int n = -1075; n <= 1024; ++n) {
        double x = (n + 0.5) * 0.6931471805599453;
        judge(x);
        judge(std::nextafter(x, 1e9));
        judge(std::nextafter(x, -1e9));
    }
    for (double edge : {0x1.62e42fefa39efp+9, -0x1.6232bdd7abcd2p+9, -0x1.74910d52d3051p+9, -746.0, 710.0, -700.0}) {
        double up = edge, down = edge;
        for (int i = 0; i < 100; ++i) {
            judge(up);
            judge(down);
            up = std::nextafter(up, 1e9);
            down = std::nextafter(down, -1e9);
        }
    }
    worst.report("exp double");
    EXPECT_LE(worst.error, 0.8);  // 0.56 where the result is normal; a subnormal result is rounded twice
}

TEST(ScalarExp, DoubleOverflowsAndVanishesExactlyAtTheEdge) {
    EXPECT_TRUE(std::isfinite(ls::exp(0x1.62e42fefa39efp+9)));
    EXPECT_TRUE(std::isinf(ls::exp(0x1.62e42fefa39f0p+9)));
    EXPECT_EQ(ls::exp(-0x1.74910d52d3051p+9), 0x1p-1074);
    EXPECT_EQ(ls::exp(-0x1.74910d52d3052p+9), 0.0);
    EXPECT_EQ(ls::exp(0.0), 1.0);
}

TEST(ScalarExp, FloatWithinBound) {
    const Worst worst = sweep_floats(mpfr_exp, std::exp, [](float x) { return ls::exp(x); });
    worst.report("exp float");
    EXPECT_LE(worst.error, 0.8);
}

TEST(ScalarLog, DoubleWithinBound) {
    Worst worst;
    const auto judge = [&](double x) { worst.add(unary_error(mpfr_log, x, whole_log(x)), x); };
    for (double x : special_values<double>) judge(x);
    for (int i = 0; i < 60000; ++i) judge(uniform(0.5, 2.0));
    for (int i = 0; i < 60000; ++i) judge(uniform(0.69, 0.73));
    for (int i = 0; i < 60000; ++i) judge(uniform(1.38, 1.45));
    for (int i = 0; i < 60000; ++i) judge(any_pattern<double>());
    for (int i = 0; i < 20000; ++i) judge(uniform(0.0, 0x1p-1022));
    for (double x : {0x1p-1022, 0.75, 1.25, 3e300}) EXPECT_NEAR(ls::log_rare(x), ls::log(x), 0.0);
    for (int i = 0; i < 20000; ++i) judge(1.0 + std::ldexp(uniform(-1.0, 1.0), -(i % 53)));
    worst.report("log double");
    EXPECT_LE(worst.error, 0.75);  // 0.718 seen in 2 x 10^7 numbers from 1.39 to 1.4143
}

TEST(ScalarLog, FloatWithinBound) {
    const Worst worst = sweep_floats(mpfr_log, std::log, [](float x) { return whole_log(x); });
    worst.report("log float");
    EXPECT_LE(worst.error, 0.65);
}

TEST(ScalarLog, ExactAtPowers) {
    EXPECT_EQ(whole_log(1.0), 0.0);
    EXPECT_FALSE(std::signbit(whole_log(1.0)));
    EXPECT_FALSE(std::signbit(whole_log(1.0f)));
    EXPECT_EQ(whole_log(2.0), 0x1.62e42fefa39efp-1);
    EXPECT_TRUE(std::isnan(whole_log(-0x1p-1074)));
}

}  // namespace
