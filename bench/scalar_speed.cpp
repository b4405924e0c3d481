// Speed of the scalar functions in plain loops: nanoseconds per element, one thread, operands in the L2 cache.
// Knows nothing of the library: it includes runtime/scalar only. Build once per -march; arguments select by substring.
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <random>
#include <type_traits>
#include <vector>

#include "runtime/scalar/complex.h"
#include "runtime/scalar/division.h"
#include "runtime/scalar/exponential.h"
#include "runtime/scalar/half.h"
#include "runtime/scalar/power.h"
#include "runtime/scalar/trigonometric.h"

namespace {

namespace ls = lockstep::scalar;
constexpr size_t count = 16384;
volatile unsigned sink;

// Integers draw from the range as it is; positive floats of a wide range are drawn as exp of a uniform number.
template <class T>
std::vector<T> draw(double low, double high, bool exponential, unsigned seed) {
    std::mt19937_64 bits(seed);
    std::uniform_real_distribution<double> uniform(low, high);
    std::vector<T> values(count);
    for (T& value : values) {
        const double u = exponential ? std::exp(uniform(bits)) : uniform(bits);
        if constexpr (std::is_same_v<T, ls::complex64> || std::is_same_v<T, ls::complex128>)
            value = {static_cast<decltype(T::re)>(u), static_cast<decltype(T::re)>(uniform(bits))};
        else if constexpr (std::is_same_v<T, ls::float16>)
            value = ls::to_float16(u);
        else if constexpr (std::is_same_v<T, ls::bfloat16>)
            value = ls::to_bfloat16(u);
        else
            value = static_cast<T>(u);
    }
    return values;
}

// The best of many repeats, so that a machine that is busy for a moment does not count.
template <class Loop>
void report(const char* name, int argc, char** argv, Loop loop) {
    bool wanted = argc < 2;
    for (int i = 1; i < argc; ++i) wanted = wanted || std::strstr(name, argv[i]) != nullptr;
    if (!wanted) return;
    double best = 1e30;
    for (int repeat = 0; repeat < 60; ++repeat) {
        const auto start = std::chrono::steady_clock::now();
        for (int pass = 0; pass < 4; ++pass) {
            loop();
            asm volatile("" ::: "memory");
        }
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
        best = std::min(best, taken.count() / 4);
    }
    std::printf("%-32s %8.3f ns\n", name, best / count * 1e9);
}

}  // namespace

// As the library's tile loop does it: the common function for all, and the guards gathered.
#define UNARY(NAME, T, R, EXPRESSION, GUARD, LOW, HIGH, EXPONENTIAL)  \
    {                                                                 \
        const auto a = draw<T>(LOW, HIGH, EXPONENTIAL, 1);            \
        std::vector<R> out(count);                                    \
        const T* __restrict pa = a.data();                            \
        R* __restrict po = out.data();                                \
        report(NAME, argc, argv, [=] {                                \
            unsigned rare = 0;                                        \
            for (size_t i = 0; i < count; ++i) {                      \
                const T x = pa[i];                                    \
                po[i] = EXPRESSION;                                   \
                rare |= GUARD;                                        \
            }                                                         \
            sink = rare;                                              \
        });                                                           \
    }

#define BINARY(NAME, T, R, EXPRESSION, GUARD, LOW, HIGH, EXPONENTIAL, LOW2, HIGH2) \
    {                                                                 \
        const auto a = draw<T>(LOW, HIGH, EXPONENTIAL, 1);            \
        const auto b = draw<T>(LOW2, HIGH2, false, 2);                \
        std::vector<R> out(count);                                    \
        const T *__restrict pa = a.data(), *__restrict pb = b.data(); \
        R* __restrict po = out.data();                                \
        report(NAME, argc, argv, [=] {                                \
            unsigned rare = 0;                                        \
            for (size_t i = 0; i < count; ++i) {                      \
                const T x = pa[i], y = pb[i];                         \
                po[i] = EXPRESSION;                                   \
                rare |= GUARD;                                        \
            }                                                         \
            sink = rare;                                              \
        });                                                           \
    }

#define INTEGERS(T, LOW, HIGH)                                                      \
    BINARY(#T " floor_divide", T, T, ls::floor_divide(x, y), 0u, LOW, HIGH, false, 1, 20) \
    BINARY(#T " remainder", T, T, ls::remainder(x, y), 0u, LOW, HIGH, false, 1, 20) \
    BINARY(#T " fmod", T, T, ls::fmod(x, y), 0u, LOW, HIGH, false, 1, 20)           \
    BINARY(#T " power", T, T, ls::power(x, y), 0u, LOW, HIGH, false, 0, 8)

#define FLOATS(T)                                                                                          \
    UNARY(#T " exp", T, T, ls::exp(x), 0u, -30, 30, false)                                                 \
    UNARY(#T " log", T, T, ls::log(x), ls::log_is_rare(x), -20, 20, true)                                  \
    UNARY(#T " log_rare", T, T, ls::log_rare(x), 0u, -20, 20, true)                                        \
    UNARY(#T " sin", T, T, ls::sin(x), ls::sin_is_rare(x), -30, 30, false)                                 \
    UNARY(#T " cos", T, T, ls::cos(x), ls::cos_is_rare(x), -30, 30, false)                                 \
    BINARY(#T " power", T, T, ls::power(x, y), 0u, -20, 20, true, -10, 10)                                 \
    BINARY(#T " hypot", T, T, ls::hypot(x, y), 0u, -30, 30, false, -10, 10)                                \
    BINARY(#T " arctan2", T, T, ls::arctan2(x, y), 0u, -30, 30, false, -10, 10)                            \
    BINARY(#T " floor_divide", T, T, ls::floor_divide(x, y), ls::floor_divide_is_rare(x, y), -30, 30, false, \
           -10, 10)                                                                                        \
    BINARY(#T " remainder", T, T, ls::remainder(x, y), ls::remainder_is_rare(x, y), -30, 30, false, -10, 10) \
    BINARY(#T " fmod", T, T, ls::fmod(x, y), ls::fmod_is_rare(x, y), -30, 30, false, -10, 10)

#define COMPLEX_UNARY(T, NAME) UNARY(#T " " #NAME, T, T, ls::NAME(x), 0u, -3, 3, false)
#define COMPLEX_BINARY(T, NAME) BINARY(#T " " #NAME, T, T, ls::NAME(x, y), 0u, -3, 3, false, -3, 3)
#define COMPLEX(T, R)                                                         \
    COMPLEX_BINARY(T, add)                                                    \
    COMPLEX_BINARY(T, multiply)                                               \
    COMPLEX_BINARY(T, divide)                                                 \
    COMPLEX_BINARY(T, power)                                                  \
    COMPLEX_UNARY(T, reciprocal)                                              \
    COMPLEX_UNARY(T, square)                                                  \
    UNARY(#T " absolute", T, R, ls::absolute(x), 0u, -3, 3, false)            \
    COMPLEX_UNARY(T, sign)                                                    \
    COMPLEX_UNARY(T, sqrt)                                                    \
    COMPLEX_UNARY(T, exp)                                                     \
    COMPLEX_UNARY(T, log)                                                     \
    COMPLEX_UNARY(T, sin)                                                     \
    COMPLEX_UNARY(T, cos)

int main(int argc, char** argv) {
    using namespace lockstep::scalar;
    UNARY("float16 to float", float16, float, to_float(x), 0u, -3, 3, false)
    UNARY("bfloat16 to float", bfloat16, float, to_float(x), 0u, -3, 3, false)
    UNARY("float to float16", float, float16, to_float16(x), 0u, -3, 3, false)
    UNARY("double to float16", double, float16, to_float16(x), 0u, -3, 3, false)
    UNARY("float to bfloat16", float, bfloat16, to_bfloat16(x), 0u, -3, 3, false)
    UNARY("double to bfloat16", double, bfloat16, to_bfloat16(x), 0u, -3, 3, false)
    FLOATS(double)
    FLOATS(float)
    COMPLEX(complex128, double)
    COMPLEX(complex64, float)
    INTEGERS(int8_t, -50, 50)
    INTEGERS(int16_t, -50, 50)
    INTEGERS(int32_t, -50, 50)
    INTEGERS(int64_t, -50, 50)
    INTEGERS(uint64_t, 0, 100)
}
