// floor_divide, remainder and fmod: floats bit for bit against NumPy's definition on libm's exact fmod, integers against
// 128-bit arithmetic. Must not know how the functions compute; it joins the two lanes as every caller must.
#include "runtime/scalar/division.h"

#include "scalar_reference.h"

namespace {

namespace ls = lockstep::scalar;
using namespace reference;

// npy_divmod of NumPy 2.4 (checked against NumPy itself on millions of pairs).
template <class T>
void numpy_divmod(T a, T b, T& floor, T& modulus) {
    const T mod = std::fmod(a, b);
    modulus = mod;
    floor = a / b;
    if (b == 0) return;
    T div = (a - mod) / b;
    if (mod != 0) {
        if (std::isless(b, T(0)) != std::isless(mod, T(0))) modulus = mod + b, div -= 1;
    } else {
        modulus = std::copysign(T(0), b);
    }
    if (div != 0) {
        floor = std::floor(div);
        if (std::isgreater(div - floor, T(0.5))) floor += 1;
    } else {
        floor = std::copysign(T(0), a / b);
    }
}

template <class T>
bool same(T a, T b) {
    return (std::isnan(a) && std::isnan(b)) || (a == b && std::signbit(a) == std::signbit(b));
}

template <class T>
void check(T a, T b) {
    T floor, modulus;
    numpy_divmod(a, b, floor, modulus);
    const T remains = std::fmod(a, b);
    ASSERT_TRUE(same(ls::floor_divide_is_rare(a, b) ? ls::floor_divide_rare(a, b) : ls::floor_divide(a, b), floor))
        << std::hexfloat << a << " " << b << " expected " << floor;
    ASSERT_TRUE(same(ls::remainder_is_rare(a, b) ? ls::remainder_rare(a, b) : ls::remainder(a, b), modulus))
        << std::hexfloat << a << " " << b << " expected " << modulus;
    ASSERT_TRUE(same(ls::fmod_is_rare(a, b) ? ls::fmod_rare(a, b) : ls::fmod(a, b), remains))
        << std::hexfloat << a << " " << b << " expected " << remains;
    // The rare functions are right everywhere.
    ASSERT_TRUE(same(ls::floor_divide_rare(a, b), floor)) << std::hexfloat << a << " " << b;
    ASSERT_TRUE(same(ls::remainder_rare(a, b), modulus)) << std::hexfloat << a << " " << b;
    ASSERT_TRUE(same(ls::fmod_rare(a, b), remains)) << std::hexfloat << a << " " << b;
}

template <class T>
void check_floats() {
    for (T a : special_values<T>)
        for (T b : special_values<T>) ASSERT_NO_FATAL_FAILURE(check(a, b));
    for (int i = 0; i < 200000; ++i) {
        const T b = static_cast<T>(uniform(-10.0, 10.0));
        ASSERT_NO_FATAL_FAILURE(check(static_cast<T>(uniform(-100.0, 100.0)), b));
        ASSERT_NO_FATAL_FAILURE(check(static_cast<T>(std::floor(uniform(-50.0, 50.0))), std::floor(b)));
        // Quotients of every size up to past the limit, and on and beside whole numbers.
        const T a = b * static_cast<T>(std::ldexp(uniform(-1.0, 1.0), i % 64));
        ASSERT_NO_FATAL_FAILURE(check(a, b));
        const T whole = b * std::floor(a);
        ASSERT_NO_FATAL_FAILURE(check(whole, b));
        ASSERT_NO_FATAL_FAILURE(check(std::nextafter(whole, T(0)), b));
        ASSERT_NO_FATAL_FAILURE(check(std::nextafter(whole, T(1e30)), b));
        // Half-way quotients, where nearest and floor part.
        ASSERT_NO_FATAL_FAILURE(check(b * (std::floor(static_cast<T>(uniform(-9.0, 9.0))) + T(0.5)), b));
        const T tiny = static_cast<T>(std::numeric_limits<T>::denorm_min() * std::floor(uniform(-1000.0, 1000.0)));
        ASSERT_NO_FATAL_FAILURE(check(tiny, static_cast<T>(std::numeric_limits<T>::denorm_min() * std::floor(b))));
        ASSERT_NO_FATAL_FAILURE(check(tiny, b));
    }
    for (int i = 0; i < 100000; ++i) ASSERT_NO_FATAL_FAILURE(check(any_pattern<T>(), any_pattern<T>()));
}

TEST(ScalarDivision, Double) { check_floats<double>(); }
TEST(ScalarDivision, Float) { check_floats<float>(); }

// NumPy computes halves in float and rounds once.
TEST(ScalarDivision, HalvesHaveTheRareLaneOfFloat) {
    for (int i = 0; i < 300000; ++i) {
        const ls::float16 a{static_cast<uint16_t>(random_bits()())}, b{static_cast<uint16_t>(random_bits()())};
        const float x = ls::to_float(a), y = ls::to_float(b);
        float floor, modulus;
        numpy_divmod(x, y, floor, modulus);
        const ls::float16 got = ls::floor_divide_is_rare(a, b) ? ls::floor_divide_rare(a, b)
                                                               : ls::to_float16(ls::floor_divide(x, y));
        const ls::float16 rest = ls::remainder_is_rare(a, b) ? ls::remainder_rare(a, b) : ls::to_float16(ls::remainder(x, y));
        ASSERT_TRUE(same(ls::to_float(got), ls::to_float(ls::to_float16(floor)))) << x << " " << y;
        ASSERT_TRUE(same(ls::to_float(rest), ls::to_float(ls::to_float16(modulus)))) << x << " " << y;
    }
}

template <class T>
void check_integers_of(T a, T b) {
    __extension__ typedef __int128 Wide;
    Wide floor = 0, modulus = 0, remains = 0;
    if (b != 0) {
        remains = static_cast<Wide>(a) % b;
        modulus = remains != 0 && (remains < 0) != (static_cast<Wide>(b) < 0) ? remains + b : remains;
        floor = (static_cast<Wide>(a) - modulus) / b;
    }
    ASSERT_EQ(ls::floor_divide(a, b), static_cast<T>(floor)) << +a << " " << +b;
    ASSERT_EQ(ls::remainder(a, b), static_cast<T>(modulus)) << +a << " " << +b;
    ASSERT_EQ(ls::fmod(a, b), static_cast<T>(remains)) << +a << " " << +b;
}

template <class T>
void check_integers() {
    using Limits = std::numeric_limits<T>;
    const T border[] = {0, 1, 2, 3, 7, Limits::max(), Limits::min(), Limits::max() - 1, Limits::min() + 1, T(-1), T(-2)};
    for (T a : border)
        for (T b : border) ASSERT_NO_FATAL_FAILURE(check_integers_of(a, b));
    for (int i = 0; i < 300000; ++i) {
        const T a = static_cast<T>(random_bits()()), b = static_cast<T>(random_bits()());
        const int shift = static_cast<int>(random_bits()() % (8 * sizeof(T)));
        ASSERT_NO_FATAL_FAILURE(check_integers_of(a, b));
        ASSERT_NO_FATAL_FAILURE(check_integers_of(a, static_cast<T>(b >> shift)));
        // Multiples and their neighbours.
        const T small = static_cast<T>(b >> shift);
        const T multiple = static_cast<T>(static_cast<uint64_t>(small) * (random_bits()() >> (63 - shift)));
        for (int near : {-1, 0, 1})
            ASSERT_NO_FATAL_FAILURE(check_integers_of(static_cast<T>(multiple + static_cast<T>(near)), small));
    }
}

TEST(ScalarDivision, EveryPairOfBytes) {
    for (int a = 0; a < 256; ++a)
        for (int b = 0; b < 256; ++b) {
            ASSERT_NO_FATAL_FAILURE(check_integers_of(static_cast<int8_t>(a), static_cast<int8_t>(b)));
            ASSERT_NO_FATAL_FAILURE(check_integers_of(static_cast<uint8_t>(a), static_cast<uint8_t>(b)));
        }
}

TEST(ScalarDivision, WiderIntegers) {
    check_integers<int16_t>();
    check_integers<uint16_t>();
    check_integers<int32_t>();
    check_integers<uint32_t>();
    check_integers<int64_t>();
    check_integers<uint64_t>();
}

}  // namespace
