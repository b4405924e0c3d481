// log1p, expm1, arccos and log to the nearest against MPFR, and their special values as libm has them.
// Must not know how the functions compute.
#include "runtime/scalar/near_one.h"

#include "scalar_reference.h"

namespace {

namespace ls = lockstep::scalar;
using namespace reference;

using Mpfr = int (*)(mpfr_ptr, mpfr_srcptr, mpfr_rnd_t);

// The worst over `draw`'s numbers and the borders of the pieces.
template <class Draw>
void check(const char* name, Mpfr judge, double (*ours)(double), double bound, const Draw& draw) {
    Worst worst;
    const auto add = [&](double x) { worst.add(unary_error(judge, x, ours(x)), x); };
    for (int i = 0; i < 60000; ++i) add(draw(i));
    worst.report(name);
    EXPECT_LE(worst.error, bound) << name;
}

double tiny_to_one(int i) { return std::ldexp(uniform(-1.0, 1.0), -(i % 70)); }

TEST(ScalarNearOne, LogOfUniform) {
    check("log_nearest", mpfr_log, [](double x) { return ls::log_nearest(x); }, 0.501,
          [](int i) { return i % 2 ? 1.0 - std::fabs(tiny_to_one(i)) : std::ldexp(uniform(0.5, 1.0), i % 2000 - 1000); });
}

TEST(ScalarNearOne, Log1p) {
    check("log1p", mpfr_log1p, [](double x) { return ls::log1p(x); }, 0.55,
          [](int i) { return i % 3 ? tiny_to_one(i) : std::ldexp(uniform(0.0, 1.0), i % 1000); });
}

TEST(ScalarNearOne, Expm1) {
    check("expm1", mpfr_expm1, [](double x) { return ls::expm1(x); }, 1.3,
          [](int i) { return i % 3 == 0 ? uniform(-60.0, 709.0) : i % 3 == 1 ? uniform(-1.0, 1.0) : tiny_to_one(i); });
}

TEST(ScalarNearOne, Arccos) {
    check("arccos", mpfr_acos, [](double x) { return ls::arccos(x); }, 1.3,
          [](int i) { return i % 3 == 0 ? uniform(-1.0, 1.0) : i % 3 == 1 ? 1.0 - std::fabs(tiny_to_one(i)) : tiny_to_one(i); });
}

TEST(ScalarNearOne, Specials) {
    const auto same = [](double a, double b) { return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b)); };
    for (const double x : {0.0, -0.0, -1.5, 5e-324, -5e-324, HUGE_VAL, -HUGE_VAL, std::nan("")}) {
        EXPECT_TRUE(same(ls::log1p(x), std::log1p(x))) << "log1p " << x;
        EXPECT_TRUE(x == -1.5 || same(ls::expm1(x), std::expm1(x))) << "expm1 " << x;
        EXPECT_TRUE(x == 5e-324 || same(ls::log_nearest(x), std::log(x))) << "log_nearest " << x;
        EXPECT_TRUE(same(ls::arccos(x), std::acos(x))) << "arccos " << x;
    }
    EXPECT_EQ(ls::log1p(-1.0), -HUGE_VAL);
    EXPECT_EQ(ls::log_nearest(1.0), 0.0);
    EXPECT_EQ(ls::arccos(1.0), 0.0);
    EXPECT_EQ(ls::expm1(800.0), HUGE_VAL);
    EXPECT_EQ(ls::expm1(-800.0), -1.0);
}

}  // namespace
