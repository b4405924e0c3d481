// sin and cos against MPFR: the common range, the rare lane, values next to multiples of pi/2, and a sweep over the floats.
// Must not know how the functions compute; it joins the two lanes as every caller must.
#include "runtime/scalar/trigonometric.h"

#include "scalar_reference.h"

namespace {

namespace ls = lockstep::scalar;
using namespace reference;

template <class T>
T whole_sin(T x) {
    return ls::sin_is_rare(x) ? ls::sin_rare(x) : ls::sin(x);
}
template <class T>
T whole_cos(T x) {
    return ls::cos_is_rare(x) ? ls::cos_rare(x) : ls::cos(x);
}

struct Pair {
    Worst sine, cosine;
    void judge(double x) {
        sine.add(unary_error(mpfr_sin, x, whole_sin(x)), x);
        cosine.add(unary_error(mpfr_cos, x, whole_cos(x)), x);
    }
    void expect(const char* name, double bound) const {
        sine.report(name);
        cosine.report(name);
        EXPECT_LE(sine.error, bound);
        EXPECT_LE(cosine.error, bound);
    }
};

TEST(ScalarTrigonometric, DoubleCommonRange) {
    Pair pair;
    for (double x : special_values<double>) pair.judge(x);
    for (int i = 0; i < 40000; ++i) pair.judge(uniform(-0.8, 0.8));
    for (int i = 0; i < 60000; ++i) pair.judge(uniform(-100.0, 100.0));
    for (int i = 0; i < 40000; ++i) pair.judge(uniform(-0x1p30, 0x1p30));
    for (int i = 0; i < 40000; ++i) pair.judge(std::ldexp(uniform(-1.0, 1.0), i % 100 - 69));
    pair.expect("sin, cos common", 0.65);
}

// The doubles next to k * pi/2 and k * pi/4, where the reduction cancels or the series change places.
TEST(ScalarTrigonometric, DoubleNearMultiples) {
    Pair pair;
    Real pi, product;
    mpfr_const_pi(pi.get(), MPFR_RNDN);
    for (int i = 0; i < 40000; ++i) {
        const unsigned long k = i < 20000 ? i : static_cast<unsigned long>(uniform(0, 0x1p31));
        mpfr_mul_ui(product.get(), pi.get(), k, MPFR_RNDN);
        const double x = mpfr_get_d(product.get(), MPFR_RNDN) / 4;
        pair.judge(x);
        pair.judge(-std::nextafter(x, 1e300));
        pair.judge(std::nextafter(x, 0));
    }
    pair.expect("sin, cos near k pi/4", 0.65);
}

// 0x1.6ac5b262ca1ffp849 is the double nearest to a multiple of pi/2 (Kahan).
TEST(ScalarTrigonometric, DoubleRareLane) {
    Pair pair;
    for (double x : {0x1.6ac5b262ca1ffp849, 0x1p30, 0x1p31, 0x1p52, 0x1p53, 0x1p1023, 0x1.fffffffffffffp1023, 1e22})
        for (double y : {x, -x, std::nextafter(x, 0)}) pair.judge(y);
    for (int i = 0; i < 40000; ++i) pair.judge(std::ldexp(uniform(1.0, 2.0), 29 + i % 995));
    for (int i = 0; i < 40000; ++i) pair.judge(any_pattern<double>());
    pair.expect("sin, cos rare", 0.65);
    for (double x : {0.25, -3.0, 1e5}) {
        EXPECT_EQ(ls::sin_rare(x), ls::sin(x));
        EXPECT_EQ(ls::cos_rare(x), ls::cos(x));
    }
}

TEST(ScalarTrigonometric, FloatWithinBound) {
    const Worst sine = sweep_floats(mpfr_sin, std::sin, [](float x) { return whole_sin(x); });
    sine.report("sin float");
    EXPECT_LE(sine.error, 0.72);
    const Worst cosine = sweep_floats(mpfr_cos, std::cos, [](float x) { return whole_cos(x); });
    cosine.report("cos float");
    EXPECT_LE(cosine.error, 0.72);
    for (float x : special_values<float>) {
        EXPECT_LE(unary_error(mpfr_sin, x, whole_sin(x)), 0.72) << x;
        EXPECT_LE(unary_error(mpfr_cos, x, whole_cos(x)), 0.72) << x;
    }
}

}  // namespace
