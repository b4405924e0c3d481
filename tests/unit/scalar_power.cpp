// power against MPFR (real) and against repeated multiplication (integer).
// Must not know how the functions compute.
#include "runtime/scalar/power.h"

#include "scalar_reference.h"

namespace {

namespace ls = lockstep::scalar;
using namespace reference;

bool same(double a, double b) {
    return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

TEST(ScalarPower, DoubleWithinBound) {
    Worst worst;
    const auto judge = [&](double x, double y) {
        worst.add(binary_error(mpfr_pow, x, y, ls::power(x, y)), x, y);
    };
    for (int i = 0; i < 40000; ++i) judge(uniform(0.0, 10.0), uniform(-20.0, 20.0));
    for (int i = 0; i < 20000; ++i) judge(std::exp(uniform(-300.0, 300.0)), uniform(-2.0, 2.0));
    for (int i = 0; i < 20000; ++i) judge(any_pattern<double>(), any_pattern<double>());
    for (int i = 0; i < 20000; ++i) judge(uniform(-50.0, 50.0), std::floor(uniform(-100.0, 100.0)));
    // Near one with large exponents, and results spread over the whole range up to its edges.
    for (int i = 0; i < 60000; ++i) {
        const double x = i % 3 == 0 ? 1.0 + std::ldexp(uniform(-1.0, 1.0), -(i % 52)) : std::exp(uniform(-3.0, 3.0));
        if (x > 0 && x != 1.0) judge(x, uniform(-745.0, 709.8) / std::log(x));
    }
    for (int i = 0; i < 20000; ++i) {
        const double x = uniform(0.6, 1.6);
        judge(x, uniform(700.0, 709.79) / std::log(x));
        judge(x, -uniform(707.0, 745.2) / std::log(x));
    }
    worst.report("power double");
    EXPECT_LE(worst.error, 1.0);  // the promise; 0.6 where the result is normal, a subnormal one is rounded twice: 0.802 met
}

TEST(ScalarPower, FloatWithinBound) {
    Worst worst;
    const auto judge = [&](float x, float y) {
        worst.add(binary_error(mpfr_pow, x, y, ls::power(x, y)), static_cast<double>(x), static_cast<double>(y));
    };
    for (int i = 0; i < 60000; ++i)
        judge(static_cast<float>(uniform(0.0, 10.0)), static_cast<float>(uniform(-20.0, 20.0)));
    for (int i = 0; i < 60000; ++i) judge(any_pattern<float>(), any_pattern<float>());
    for (int i = 0; i < 60000; ++i) {
        const float x = 1.0f + static_cast<float>(std::ldexp(uniform(-0.5, 1.0), -(i % 23)));
        if (x != 1.0f) judge(x, static_cast<float>(uniform(-104.0, 88.8) / std::log(static_cast<double>(x))));
    }
    worst.report("power float");
    EXPECT_LE(worst.error, 0.56);
}

// C99 F.9.4.4 as libm has it, on all pairs of special values.
TEST(ScalarPower, SpecialPairs) {
    for (double x : special_values<double>)
        for (double y : special_values<double>) {
            const double expected = std::pow(x, y), got = ls::power(x, y);
            const bool one = std::fabs(x) == 1 || y == 0;
            const bool special = std::isinf(expected) || std::isnan(expected) || expected == 0 || one;
            if (special) {
                EXPECT_TRUE(same(got, expected)) << x << " ** " << y << ": " << got << " != " << expected;
            } else {
                EXPECT_LE(binary_error(mpfr_pow, x, y, got), 0.7) << x << " ** " << y;
            }
        }
    for (float x : special_values<float>)
        for (float y : special_values<float>) {
            const float expected = std::pow(x, y), got = ls::power(x, y);
            const bool one = std::fabs(x) == 1 || y == 0;
            if (std::isinf(expected) || std::isnan(expected) || expected == 0 || one) {
                EXPECT_TRUE(same(got, expected)) << x << " ** " << y << ": " << got << " != " << expected;
            }
        }
    for (double whole : {0x1p52 - 1, 0x1p52 + 1, 0x1p53 - 1, 0x1p53, 0x1p53 + 2, 0x1p51 + 1, 0x1p51 + 0.5})
        for (double x : {-2.0, -0.5, -0.0, -HUGE_VAL}) {
            EXPECT_TRUE(same(ls::power(x, whole), std::pow(x, whole))) << x << " " << whole;
            EXPECT_TRUE(same(ls::power(x, -whole), std::pow(x, -whole))) << x << " " << whole;
        }
}

TEST(ScalarPower, ExactPowersAreExact) {
    for (int base = -20; base <= 20; ++base) {
        double product = 1.0;
        for (int e = 0; std::fabs(product) < 0x1p53; ++e, product *= base) {
            EXPECT_EQ(ls::power(static_cast<double>(base), static_cast<double>(e)), product) << base << " " << e;
            if (base == 0 || std::abs(base) == 1) break;
        }
    }
}

template <class T>
void check_integers() {
    for (int i = 0; i < 20000; ++i) {
        const T x = static_cast<T>(random_bits()());
        const T y = static_cast<T>(random_bits()() % 100);
        uint64_t product = 1;
        for (T k = 0; k < y; ++k) product *= static_cast<uint64_t>(x);
        ASSERT_EQ(ls::power(x, y), static_cast<T>(product)) << +x << " " << +y;
    }
    EXPECT_EQ(ls::power(T(0), T(0)), T(1));
    EXPECT_EQ(ls::power(T(1), std::numeric_limits<T>::max()), T(1));
    EXPECT_EQ(ls::power(static_cast<T>(-1), std::numeric_limits<T>::max()), static_cast<T>(-1));
}

TEST(ScalarPower, IntegersWrap) {
    check_integers<int8_t>();
    check_integers<uint8_t>();
    check_integers<int16_t>();
    check_integers<uint16_t>();
    check_integers<int32_t>();
    check_integers<uint32_t>();
    check_integers<int64_t>();
    check_integers<uint64_t>();
}

}  // namespace
