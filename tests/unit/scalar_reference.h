// MPFR as the judge of the scalar functions: the distance of a result from the real value, in units of its last place.
// Knows nothing of the functions under test.
#pragma once

#include <gtest/gtest.h>
#include <mpfr.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>
#include <random>

namespace reference {

using Unary = int (*)(mpfr_t, const mpfr_t, mpfr_rnd_t);
using Binary = int (*)(mpfr_t, const mpfr_t, const mpfr_t, mpfr_rnd_t);

// An MPFR number that frees itself.
class Real {
  public:
    explicit Real(double value = 0.0, mpfr_prec_t bits = 200) {
        mpfr_init2(value_, bits);
        mpfr_set_d(value_, value, MPFR_RNDN);
    }
    ~Real() { mpfr_clear(value_); }
    Real(const Real&) = delete;
    Real& operator=(const Real&) = delete;
    mpfr_ptr get() { return value_; }

  private:
    mpfr_t value_;
};

// |got - exact| in units of the last place that T has near the exact value. A correctly rounded result scores at most
// 0.5. NaN for NaN, and an infinity where rounding to T overflows, score 0; any other disagreement scores 1e9.
template <class T>
double ulp_error(T got, mpfr_ptr exact) {
    constexpr double wrong = 1e9;
    if (mpfr_nan_p(exact) || std::isnan(got)) return mpfr_nan_p(exact) && std::isnan(got) ? 0.0 : wrong;
    if (mpfr_zero_p(exact)) return got == 0 && std::signbit(got) == (mpfr_signbit(exact) != 0) ? 0.0 : wrong;
    constexpr int digits = std::numeric_limits<T>::digits;
    constexpr int top = std::numeric_limits<T>::max_exponent;
    constexpr int bottom = std::numeric_limits<T>::min_exponent - digits;
    if (std::isinf(got) || mpfr_inf_p(exact)) {
        if (mpfr_inf_p(exact)) return std::isinf(got) && std::signbit(got) == (mpfr_signbit(exact) != 0) ? 0.0 : wrong;
        Real limit(1.0);  // from here on the nearest number of T is infinity; half a place below it is forgiven
        mpfr_set_d(limit.get(), static_cast<double>(std::numeric_limits<T>::max()), MPFR_RNDN);
        if (std::signbit(got) != (mpfr_signbit(exact) != 0) || mpfr_cmpabs(exact, limit.get()) < 0) return wrong;
        return 0.0;
    }
    Real difference;
    mpfr_sub_d(difference.get(), exact, static_cast<double>(got), MPFR_RNDN);
    long exponent = mpfr_get_exp(exact);
    exponent = exponent > top ? top : exponent;
    const long place = exponent - digits < bottom ? bottom : exponent - digits;
    mpfr_mul_2si(difference.get(), difference.get(), -place, MPFR_RNDN);
    return std::fabs(mpfr_get_d(difference.get(), MPFR_RNDN));
}

// The largest error seen, where, and how many values were judged.
struct Worst {
    double error = 0.0;
    double at = 0.0, at2 = 0.0;
    long count = 0;

    void add(double e, double x, double y = 0.0) {
        ++count;
        if (!(e <= error)) error = e, at = x, at2 = y;
    }
    void report(const char* name) const {
        std::printf("%-24s max %.4f ULP at %a, %a (%ld values)\n", name, error, at, at2, count);
    }
};

template <class T>
double unary_error(Unary exact, T x, T got) {
    static Real argument, value;
    mpfr_set_d(argument.get(), static_cast<double>(x), MPFR_RNDN);
    exact(value.get(), argument.get(), MPFR_RNDN);
    return ulp_error(got, value.get());
}

template <class T>
double binary_error(Binary exact, T x, T y, T got) {
    static Real first, second, value;
    mpfr_set_d(first.get(), static_cast<double>(x), MPFR_RNDN);
    mpfr_set_d(second.get(), static_cast<double>(y), MPFR_RNDN);
    exact(value.get(), first.get(), second.get(), MPFR_RNDN);
    return ulp_error(got, value.get());
}

template <class To, class From>
To bits_as(From bits) {
    static_assert(sizeof(To) == sizeof(From));
    To value;
    std::memcpy(&value, &bits, sizeof value);
    return value;
}

// Every float when LOCKSTEP_EXHAUSTIVE is set (hours for all functions), otherwise every 99,991st bit pattern.
inline uint64_t float_stride() { return std::getenv("LOCKSTEP_EXHAUSTIVE") ? 1 : 99991; }

// Judges f over the floats. Exhaustively, MPFR would take hours, so libm's double function (good to 2^-52) judges first and
// MPFR only where that leaves the error above threshold.
template <class Function>
Worst sweep_floats(Unary exact, double (*near)(double), Function f) {
    Worst worst;
    const uint64_t stride = float_stride();
    for (uint64_t bits = stride == 1 ? 0 : std::random_device{}() % stride; bits <= 0xffffffffull; bits += stride) {
        const float x = bits_as<float>(static_cast<uint32_t>(bits));
        const float got = f(x);
        const double close = near(static_cast<double>(x));
        if (stride == 1 && std::isfinite(got) && std::fabs(close) > 0x1p-125) {
            const double place = std::ldexp(1.0, std::ilogb(close) - 23);
            const double error = std::fabs(close - static_cast<double>(got)) / place;
            if (error < worst.error - 1e-6) {
                ++worst.count;
                continue;
            }
        }
        worst.add(unary_error(exact, x, got), static_cast<double>(x));
    }
    return worst;
}

inline std::mt19937_64& random_bits() {
    static const uint64_t seed = std::random_device{}();
    static std::mt19937_64 generator(seed);
    return generator;
}

inline double uniform(double low, double high) {
    return std::uniform_real_distribution<double>(low, high)(random_bits());
}

// Any bit pattern at all: every exponent equally likely, with NaNs, infinities and subnormals among them.
template <class T>
T any_pattern() {
    if constexpr (sizeof(T) == 8)
        return bits_as<T>(static_cast<uint64_t>(random_bits()()));
    else
        return bits_as<T>(static_cast<uint32_t>(random_bits()()));
}

template <class T>
inline constexpr T special_values[] = {T(0.0),
                                       T(-0.0),
                                       T(1.0),
                                       T(-1.0),
                                       T(0.5),
                                       T(-0.5),
                                       T(2.0),
                                       T(-2.0),
                                       T(3.0),
                                       T(-3.0),
                                       T(1.5),
                                       T(-2.5),
                                       std::numeric_limits<T>::infinity(),
                                       -std::numeric_limits<T>::infinity(),
                                       std::numeric_limits<T>::quiet_NaN(),
                                       std::numeric_limits<T>::min(),
                                       -std::numeric_limits<T>::min(),
                                       std::numeric_limits<T>::denorm_min(),
                                       -std::numeric_limits<T>::denorm_min(),
                                       std::numeric_limits<T>::max(),
                                       -std::numeric_limits<T>::max(),
                                       T(1.0) + std::numeric_limits<T>::epsilon(),
                                       T(1.0) - std::numeric_limits<T>::epsilon() / 2,
                                       T(100.0),
                                       T(-101.0),
                                       T(1e15),
                                       T(-1e15)};

}  // namespace reference
