// hypot and arctan2 against MPFR, and C99's special cases as libm has them.
// Must not know how the functions compute.
#include "runtime/scalar/polar.h"

#include "scalar_reference.h"

namespace {

namespace ls = lockstep::scalar;
using namespace reference;

template <class T>
struct Judge {
    Worst distance, angle;
    void operator()(T x, T y) {
        distance.add(binary_error(mpfr_hypot, x, y, ls::hypot(x, y)), double(x), double(y));
        angle.add(binary_error(mpfr_atan2, x, y, ls::arctan2(x, y)), double(x), double(y));
    }
};

template <class T>
void check(const char* name, double bound) {
    Judge<T> judge;
    const auto scaled = [](int e) { return static_cast<T>(std::ldexp(uniform(-1.0, 1.0), e)); };
    for (T x : special_values<T>)
        for (T y : special_values<T>) judge(x, y);
    for (int i = 0; i < 60000; ++i) judge(scaled(1), scaled(1));
    for (int i = 0; i < 60000; ++i) judge(scaled(1), scaled(i % 140 - 70));
    for (int i = 0; i < 30000; ++i) judge(any_pattern<T>(), any_pattern<T>());
    constexpr int top = std::numeric_limits<T>::max_exponent;
    for (int i = 0; i < 10000; ++i) {
        judge(scaled(top), scaled(top - i % 60));
        judge(scaled(3 - top - i % 20), scaled(3 - top - i % 50));
        // Where the fold happens and on the diagonal.
        const T x = scaled(2);
        judge(x * T(0.41421356), x + x * T(uniform(-1e-6, 1e-6)));
        judge(std::nextafter(x, T(9)), x);
    }
    std::printf("%s\n", name);
    judge.distance.report("hypot");
    judge.angle.report("arctan2");
    EXPECT_LE(judge.distance.error, bound);
    EXPECT_LE(judge.angle.error, bound);
}

TEST(ScalarPolar, Double) { check<double>("double", 0.9); }
TEST(ScalarPolar, Float) { check<float>("float", 0.51); }

template <class T>
void check_specials() {
    for (T x : special_values<T>)
        for (T y : special_values<T>) {
            if (std::isfinite(x) && std::isfinite(y) && x != 0 && y != 0) continue;
            for (bool angle : {false, true}) {
                const T expected = angle ? std::atan2(x, y) : std::hypot(x, y);
                const T got = angle ? ls::arctan2(x, y) : ls::hypot(x, y);
                EXPECT_TRUE((std::isnan(expected) && std::isnan(got)) ||
                            (expected == got && std::signbit(expected) == std::signbit(got)))
                    << (angle ? "arctan2 " : "hypot ") << x << " " << y << ": " << got << " not " << expected;
            }
        }
}

TEST(ScalarPolar, SpecialPairs) {
    check_specials<double>();
    check_specials<float>();
}

}  // namespace
