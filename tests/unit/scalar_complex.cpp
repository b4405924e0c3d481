// Complex functions: arithmetic bit for bit against NumPy's formulas, elementary functions against MPFR part by part, and C99
// Annex G's special values. Must not know how the functions compute.
#include "runtime/scalar/complex.h"

#include <bit>
#include <complex>
#include <random>

#include "scalar_reference.h"

namespace {

namespace ls = lockstep::scalar;
using namespace reference;
using ls::complex128;
using ls::complex64;

constexpr double infinity = std::numeric_limits<double>::infinity();
const double nan = std::numeric_limits<double>::quiet_NaN();

template <class T>
bool same(T a, T b) {
    return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

// The two parts of an exact value with digits enough for the squares of any two doubles near each other.
struct ExactComplex {
    Real re{0.0, 400}, im{0.0, 400};
};

struct WorstComplex {
    Worst re, im;
    template <class C>
    void add(C got, ExactComplex& exact, complex128 z) {
        re.add(ulp_error(got.re, exact.re.get()), z.re, z.im);
        im.add(ulp_error(got.im, exact.im.get()), z.re, z.im);
    }
    void expect(const char* name, double bound) const {
        re.report(name);
        im.report("");
        EXPECT_LE(re.error, bound);
        EXPECT_LE(im.error, bound);
    }
};

void exact_exp(ExactComplex& out, complex128 z) {
    Real x(z.re, 400), y(z.im, 400);
    mpfr_exp(x.get(), x.get(), MPFR_RNDN);
    mpfr_sin_cos(out.im.get(), out.re.get(), y.get(), MPFR_RNDN);
    mpfr_mul(out.re.get(), out.re.get(), x.get(), MPFR_RNDN);
    mpfr_mul(out.im.get(), out.im.get(), x.get(), MPFR_RNDN);
}

void exact_log(ExactComplex& out, complex128 z) {
    Real x(z.re, 400), y(z.im, 400), norm(0.0, 4400), square(0.0, 4400);
    mpfr_sqr(norm.get(), x.get(), MPFR_RNDN);
    mpfr_sqr(square.get(), y.get(), MPFR_RNDN);
    mpfr_add(norm.get(), norm.get(), square.get(), MPFR_RNDN);
    mpfr_sub_ui(square.get(), norm.get(), 1, MPFR_RNDN);  // exact, so that log1p sees all of it
    Real rounded(0.0, 400);
    const bool near_one = mpfr_cmpabs(square.get(), Real(0.5).get()) < 0;
    mpfr_set(rounded.get(), near_one ? square.get() : norm.get(), MPFR_RNDN);
    (near_one ? mpfr_log1p : mpfr_log)(out.re.get(), rounded.get(), MPFR_RNDN);
    mpfr_div_2ui(out.re.get(), out.re.get(), 1, MPFR_RNDN);
    mpfr_atan2(out.im.get(), y.get(), x.get(), MPFR_RNDN);
}

void exact_sqrt(ExactComplex& out, complex128 z) {
    Real x(std::fabs(z.re), 400), y(z.im, 400), size(0.0, 400);
    mpfr_hypot(size.get(), x.get(), y.get(), MPFR_RNDN);
    mpfr_add(size.get(), size.get(), x.get(), MPFR_RNDN);
    mpfr_div_2ui(size.get(), size.get(), 1, MPFR_RNDN);
    mpfr_sqrt(out.re.get(), size.get(), MPFR_RNDN);
    mpfr_div(out.im.get(), y.get(), out.re.get(), MPFR_RNDN);
    mpfr_div_2ui(out.im.get(), out.im.get(), 1, MPFR_RNDN);
    if (z.re < 0) {
        mpfr_swap(out.re.get(), out.im.get());
        mpfr_abs(out.re.get(), out.re.get(), MPFR_RNDN);
        mpfr_setsign(out.im.get(), out.im.get(), std::signbit(z.im), MPFR_RNDN);
    }
}

void exact_sin_cos(ExactComplex& sine, ExactComplex& cosine, complex128 z) {
    Real x(z.re, 400), y(z.im, 400), s(0.0, 400), c(0.0, 400), sh(0.0, 400), ch(0.0, 400);
    mpfr_sin_cos(s.get(), c.get(), x.get(), MPFR_RNDN);
    mpfr_sinh_cosh(sh.get(), ch.get(), y.get(), MPFR_RNDN);
    mpfr_mul(sine.re.get(), s.get(), ch.get(), MPFR_RNDN);
    mpfr_mul(sine.im.get(), c.get(), sh.get(), MPFR_RNDN);
    mpfr_mul(cosine.re.get(), c.get(), ch.get(), MPFR_RNDN);
    mpfr_mul(cosine.im.get(), s.get(), sh.get(), MPFR_RNDN);
    mpfr_neg(cosine.im.get(), cosine.im.get(), MPFR_RNDN);
}

void exact_power(ExactComplex& out, complex128 a, complex128 b) {
    ExactComplex log;
    exact_log(log, a);
    Real p(0.0, 400), q(0.0, 400), re(0.0, 400), im(0.0, 400), br(b.re), bi(b.im);
    mpfr_fmms(re.get(), br.get(), log.re.get(), bi.get(), log.im.get(), MPFR_RNDN);
    mpfr_fmma(im.get(), br.get(), log.im.get(), bi.get(), log.re.get(), MPFR_RNDN);
    mpfr_exp(re.get(), re.get(), MPFR_RNDN);
    mpfr_sin_cos(out.im.get(), out.re.get(), im.get(), MPFR_RNDN);
    mpfr_mul(out.re.get(), out.re.get(), re.get(), MPFR_RNDN);
    mpfr_mul(out.im.get(), out.im.get(), re.get(), MPFR_RNDN);
}

template <class C>
C point(double re, double im) {
    using R = decltype(C::re);
    return {static_cast<R>(re), static_cast<R>(im)};
}

template <class C>
void check_elementary(double top, double bound) {
    WorstComplex worst_exp, worst_log, worst_sqrt, worst_sin, worst_cos;
    for (int i = 0; i < 30000; ++i) {
        C z = point<C>(uniform(-3.0, 3.0), uniform(-3.0, 3.0));
        if (i % 4 == 1) z = point<C>(uniform(-top, top), uniform(-top, top));
        if (i % 4 == 2) z = point<C>(uniform(-1.0, 1.0) * std::ldexp(1.0, -(i % 40)), uniform(-100.0, 100.0));
        if (i % 4 == 3) z = point<C>(uniform(-1e12, 1e12), uniform(-1.0, 1.0) * std::ldexp(1.0, -(i % 40)));
        const complex128 wide{static_cast<double>(z.re), static_cast<double>(z.im)};
        ExactComplex exact, other;
        exact_exp(exact, wide);
        if (std::fabs(wide.re) < 2000) worst_exp.add(ls::exp(z), exact, wide);
        exact_log(exact, wide);
        worst_log.add(ls::log(z), exact, wide);
        exact_sqrt(exact, wide);
        worst_sqrt.add(ls::sqrt(z), exact, wide);
        exact_sin_cos(exact, other, wide);
        worst_sin.add(ls::sin(z), exact, wide);
        worst_cos.add(ls::cos(z), other, wide);
    }
    for (int i = 0; i < 10000; ++i) {
        // Next to the unit circle, where log |z| cancels, and over all exponents, where squares leave the range.
        const double angle = uniform(-3.2, 3.2);
        C z = point<C>(std::cos(angle), std::sin(angle));
        if (i % 2) z = point<C>(1.0 + std::ldexp(uniform(-1.0, 1.0), -(i % 50)), std::ldexp(uniform(-1.0, 1.0), -(i % 40)));
        ExactComplex exact;
        const complex128 wide{static_cast<double>(z.re), static_cast<double>(z.im)};
        exact_log(exact, wide);
        worst_log.add(ls::log(z), exact, wide);
        using R = decltype(C::re);
        const C any = {any_pattern<R>(), any_pattern<R>()};
        if (!std::isfinite(any.re) || !std::isfinite(any.im)) continue;
        const complex128 any_wide{static_cast<double>(any.re), static_cast<double>(any.im)};
        exact_log(exact, any_wide);
        worst_log.add(ls::log(any), exact, any_wide);
        exact_sqrt(exact, any_wide);
        worst_sqrt.add(ls::sqrt(any), exact, any_wide);
    }
    worst_exp.expect("complex exp", bound);
    worst_log.expect("complex log", 2.0);
    worst_sqrt.expect("complex sqrt", 2.0);
    worst_sin.expect("complex sin", bound);
    worst_cos.expect("complex cos", bound);
}

TEST(ScalarComplex, ElementaryWide) { check_elementary<complex128>(720.0, 1.0); }
TEST(ScalarComplex, ElementaryNarrow) { check_elementary<complex64>(90.0, 0.8); }

TEST(ScalarComplex, PowerWithinBound) {
    WorstComplex products, logarithms;
    for (int i = 0; i < 20000; ++i) {
        const complex128 a{uniform(-4.0, 4.0), uniform(-4.0, 4.0)};
        const bool whole = i % 2;
        const complex128 b = whole ? complex128{std::floor(uniform(-99.0, 100.0)), 0.0}
                                   : complex128{uniform(-30.0, 30.0), uniform(-30.0, 30.0)};
        if (b.re == 0) continue;
        ExactComplex exact;
        exact_power(exact, a, b);
        const complex128 got = ls::power(a, b);
        if (whole) {
            products.add(got, exact, a);
            continue;
        }
        // A part that is small beside the other is the cancelled sine or cosine of a rounded angle: judged by the other's size.
        const double size = std::hypot(got.re, got.im) / 64;
        const double re_size = std::fmax(1.0, size / std::fabs(got.re)), im_size = std::fmax(1.0, size / std::fabs(got.im));
        logarithms.re.add(ulp_error(got.re, exact.re.get()) / re_size, a.re, a.im);
        logarithms.im.add(ulp_error(got.im, exact.im.get()) / im_size, a.re, a.im);
    }
    products.expect("power, whole", 2.0);
    logarithms.expect("power", 2.0);
}

TEST(ScalarComplex, NarrowPowerWithinBound) {
    WorstComplex worst;
    for (int i = 0; i < 10000; ++i) {
        const complex64 a = point<complex64>(uniform(-4.0, 4.0), uniform(-4.0, 4.0));
        const complex64 b = i % 2 ? point<complex64>(std::floor(uniform(-20.0, 20.0)), 0.0)
                                  : point<complex64>(uniform(-8.0, 8.0), uniform(-8.0, 8.0));
        if (b.re == 0) continue;
        ExactComplex exact;
        exact_power(exact, ls::widen(a), ls::widen(b));
        worst.add(ls::power(a, b), exact, ls::widen(a));
    }
    worst.expect("power, narrow", 0.6);
}

TEST(ScalarComplex, PowerOfGaussianIntegersIsExact) {
    for (int re = -5; re <= 5; ++re)
        for (int im = -5; im <= 5; ++im) {
            long long x = 1, y = 0;
            for (int n = 1; n <= 15; ++n) {
                const long long next = x * re - y * im;
                y = x * im + y * re;
                x = next;
                const complex128 got = ls::power(point<complex128>(re, im), complex128{static_cast<double>(n), 0.0});
                ASSERT_EQ(got.re, static_cast<double>(x)) << re << " " << im << " " << n;
                ASSERT_EQ(got.im, static_cast<double>(y)) << re << " " << im << " " << n;
            }
        }
}

TEST(ScalarComplex, PowerSpecials) {
    const complex128 zero{0.0, 0.0};
    EXPECT_EQ(ls::power(zero, zero).re, 1.0);
    EXPECT_EQ(ls::power(complex128{nan, 1.0}, zero).re, 1.0);
    EXPECT_EQ(ls::power(zero, complex128{0.5, 3.0}).re, 0.0);
    EXPECT_TRUE(std::isnan(ls::power(zero, complex128{-1.0, 0.0}).re));
    EXPECT_TRUE(std::isnan(ls::power(zero, complex128{0.0, 1.0}).im));
}

// Against the C library's complex functions, whose signs and NaNs at special points are Annex G's. NaN parts whose sign of zero
// or infinity the annex leaves open are compared by magnitude.
template <class F, class G>
void check_specials(const char* name, F ours, G theirs) {
    const double values[] = {0.0, -0.0, 1.0, -1.0, 2.5, -2.5, infinity, -infinity, nan};
    for (double re : values)
        for (double im : values) {
            if (std::isfinite(re) && std::isfinite(im) && re != 0 && im != 0) continue;
            const complex128 got = ours(complex128{re, im});
            const std::complex<double> want = theirs(std::complex<double>(re, im));
            const auto close = [&](double a, double b, bool loose) {
                if (std::isnan(b)) return std::isnan(a);
                if (loose) return std::fabs(a) == std::fabs(b);
                return std::signbit(a) == std::signbit(b) && (a == b || std::fabs(a - b) <= 4e-16 * std::fabs(b));
            };
            EXPECT_TRUE(close(got.re, want.real(), std::isnan(want.imag())) && close(got.im, want.imag(), std::isnan(want.real())))
                << name << "(" << re << ", " << im << ") = " << got.re << ", " << got.im << " not " << want.real() << ", "
                << want.imag();
        }
}

TEST(ScalarComplex, AnnexG) {
    using Z = std::complex<double>;
    check_specials("exp", [](complex128 z) { return ls::exp(z); }, [](Z z) { return std::exp(z); });
    check_specials("log", [](complex128 z) { return ls::log(z); }, [](Z z) { return std::log(z); });
    check_specials("sqrt", [](complex128 z) { return ls::sqrt(z); }, [](Z z) { return std::sqrt(z); });
    check_specials("sin", [](complex128 z) { return ls::sin(z); }, [](Z z) { return std::sin(z); });
    check_specials("cos", [](complex128 z) { return ls::cos(z); }, [](Z z) { return std::cos(z); });
}

// The root of a real number is the real root, to the bit: NumPy's std with a complex dtype shows it.
TEST(ScalarComplex, SqrtOnTheRealAxis) {
    std::mt19937_64 random(std::random_device{}());
    for (int i = 0; i < 100000; ++i) {
        const double x = std::bit_cast<double>(random() & 0x7fefffffffffffffull), zero = i % 2 ? 0.0 : -0.0;
        const double near = 4.0 - 0x1p-51 * (i % 1000);
        for (double re : {x, near}) {
            const complex128 right = ls::sqrt(complex128{re, zero}), left = ls::sqrt(complex128{-re, zero});
            ASSERT_TRUE(same(right.re, std::sqrt(re)) && same(right.im, zero)) << re;
            ASSERT_TRUE(same(left.re, 0.0) && same(left.im, std::copysign(std::sqrt(re), zero))) << -re;
        }
    }
}

// NumPy's loops, written out with the C library's fma (checked against NumPy 2.4.6 itself on millions of numbers).
template <class C, class R>
void check_arithmetic(C a, C b) {
    const auto expect = [&](const char* name, C got, R re, R im) {
        EXPECT_TRUE(same(got.re, re) && same(got.im, im))
            << name << " (" << a.re << ", " << a.im << ") (" << b.re << ", " << b.im << "): " << got.re << ", " << got.im
            << " not " << re << ", " << im;
    };
    expect("add", ls::add(a, b), a.re + b.re, a.im + b.im);
    expect("subtract", ls::subtract(a, b), a.re - b.re, a.im - b.im);
    expect("negative", ls::negative(a), -a.re, -a.im);
    expect("multiply", ls::multiply(a, b), std::fma(a.re, b.re, -(a.im * b.im)), std::fma(a.re, b.im, a.im * b.re));
    expect("square", ls::square(a), std::fma(a.re, a.re, -(a.im * a.im)), a.re * a.im + a.im * a.re);
    const R x = std::fabs(b.re), y = std::fabs(b.im);
    if (x >= y) {
        if (x == 0 && y == 0) {
            expect("divide", ls::divide(a, b), a.re / x, a.im / x);
        } else {
            const R ratio = b.im / b.re, scale = R(1) / (b.re + b.im * ratio);
            expect("divide", ls::divide(a, b), (a.re + a.im * ratio) * scale, (a.im - a.re * ratio) * scale);
        }
    } else {
        const R ratio = b.re / b.im, scale = R(1) / (b.im + b.re * ratio);
        expect("divide", ls::divide(a, b), (a.re * ratio + a.im) * scale, (a.im * ratio - a.re) * scale);
    }
    if (y <= x) {
        const R ratio = b.im / b.re, size = b.re + b.im * ratio;
        expect("reciprocal", ls::reciprocal(b), R(1) / size, -ratio / size);
    } else {
        const R ratio = b.re / b.im, size = b.re * ratio + b.im;
        expect("reciprocal", ls::reciprocal(b), ratio / size, R(-1) / size);
    }
    const R large = std::fmax(x, y), small = std::fmin(x, y);
    R size = large * std::sqrt(std::fma(small / large, small / large, R(1)));
    if (large == 0) size = 0;
    if (std::isnan(b.re) || std::isnan(b.im)) size = std::numeric_limits<R>::quiet_NaN();
    if (std::isinf(b.re) || std::isinf(b.im)) size = std::numeric_limits<R>::infinity();
    EXPECT_TRUE(same(ls::absolute(b), size)) << b.re << " " << b.im;
    const C s = ls::sign(b);
    if (std::isfinite(x) && std::isfinite(y) && large != 0) {
        if (std::isinf(std::hypot(b.re, b.im))) return;
        const R length = static_cast<R>(ls::hypot(b.re, b.im));
        expect("sign", s, b.re / length, b.im / length);
    }
}

template <class C, class R>
void check_all_arithmetic() {
    for (R a : special_values<R>)
        for (R b : special_values<R>) {
            check_arithmetic<C, R>({a, b}, {R(1.25), R(-3)});
            check_arithmetic<C, R>({R(1.25), R(-3)}, {a, b});
            check_arithmetic<C, R>({a, b}, {b, a});
        }
    for (int i = 0; i < 50000; ++i) {
        check_arithmetic<C, R>(point<C>(uniform(-1, 1), uniform(-9, 9)), point<C>(uniform(-1, 1), uniform(-1, 1)));
        check_arithmetic<C, R>({any_pattern<R>(), any_pattern<R>()}, {any_pattern<R>(), any_pattern<R>()});
    }
}

TEST(ScalarComplex, ArithmeticWide) { check_all_arithmetic<complex128, double>(); }
TEST(ScalarComplex, ArithmeticNarrow) { check_all_arithmetic<complex64, float>(); }

TEST(ScalarComplex, SignSpecials) {
    const auto check = [](double re, double im, double want_re, double want_im) {
        const complex128 got = ls::sign(complex128{re, im});
        EXPECT_TRUE(same(got.re, want_re) && same(got.im, want_im)) << re << " " << im << ": " << got.re << " " << got.im;
    };
    check(0.0, -0.0, 0.0, 0.0);
    check(-0.0, 1.0, -0.0, 1.0);
    check(-infinity, 3.0, -1.0, 0.0);
    check(infinity, nan, 1.0, 0.0);
    check(nan, -infinity, 0.0, -1.0);
    check(infinity, infinity, nan, nan);
    check(nan, 1.0, nan, nan);
    check(1.5e308, -1.5e308, 0.0, -1.0);  // |z| overflows
}

}  // namespace
