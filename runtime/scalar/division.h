// floor_divide, remainder and fmod with NumPy's bits, for floats and integers.
// Knows nothing of arrays; no libm. The common float functions have no branch; *_is_rare says where *_rare must replace them.
#pragma once

#include "runtime/scalar/config.h"
#include "runtime/scalar/half.h"

namespace lockstep::scalar {

// What depends on the float type: the number that rounds to integers when added, and the quotient from which on an integer
// quotient and NumPy's rounded (a - mod) / b might differ by half.
template <class T>
struct DivisionLimits;
template <>
struct DivisionLimits<double> {
    using Bits = uint64_t;
    static constexpr double round = 0x1.8p52;
    static constexpr double quotient = 0x1p50;
    static constexpr uint64_t sign = 0x8000000000000000ull;
};
template <>
struct DivisionLimits<float> {
    using Bits = uint32_t;
    static constexpr float round = 0x1.8p23f;
    static constexpr float quotient = 0x1p21f;
    static constexpr uint32_t sign = 0x80000000u;
};

template <class T>
LS_SCALAR T magnitude_of(T x) {
    using Limits = DivisionLimits<T>;
    return bit_cast<T>((typename Limits::Bits)(bit_cast<typename Limits::Bits>(x) & ~Limits::sign));
}

template <class T>
LS_SCALAR T with_sign_of(T magnitude, T sign) {
    using Limits = DivisionLimits<T>;
    using Bits = typename Limits::Bits;
    const Bits bits = bit_cast<Bits>(magnitude) & ~Limits::sign;
    return bit_cast<T>((Bits)(bits | (bit_cast<Bits>(sign) & Limits::sign)));
}

// Division by zero is not rare: its quotient, infinity or NaN, is already NumPy's answer.
template <class T>
LS_SCALAR bool quotient_is_rare(T a, T b) {
    return magnitude_of(a) >= magnitude_of(b) * DivisionLimits<T>::quotient && b != 0;
}

// The nearest integer n to a / b and the remainder a - n b. That is exact: it is a multiple of the smaller operand's last
// place, and below |b|. Without n a product with an infinite b would give NaN.
template <class T>
struct NearestQuotient {
    T quotient, n, rest;
};

template <class T>
LS_SCALAR NearestQuotient<T> nearest_quotient(T a, T b) {
    const T quotient = a / b;
    const T n = (quotient + DivisionLimits<T>::round) - DivisionLimits<T>::round;
    return {quotient, n, n == 0 ? a : fma(-n, b, a)};
}

template <class T>
LS_SCALAR T floor_divide_common(T a, T b) {
    const NearestQuotient<T> q = nearest_quotient(a, b);
    const T floor = (q.rest != 0 && (q.rest < 0) != (b < 0)) ? q.n - 1 : q.n;
    return floor == 0 ? with_sign_of(T(0), q.quotient) : floor;
}

// Python's rule: the sign of b. Adding b may round, and NumPy's result rounds the same way (-1e-20 % 1 is 1).
template <class T>
LS_SCALAR T remainder_common(T a, T b) {
    const T rest = nearest_quotient(a, b).rest;
    const T moved = (rest != 0 && (rest < 0) != (b < 0)) ? rest + b : rest;
    return moved == 0 ? with_sign_of(T(0), b) : moved;
}

// C's rule: the sign of a.
template <class T>
LS_SCALAR T fmod_common(T a, T b) {
    const T size = magnitude_of(b);
    const T rest = nearest_quotient(magnitude_of(a), size).rest;
    return with_sign_of(rest < 0 ? rest + size : rest, a);
}

LS_SCALAR double floor_divide(double a, double b) { return floor_divide_common(a, b); }
LS_SCALAR float floor_divide(float a, float b) { return floor_divide_common(a, b); }
LS_SCALAR double remainder(double a, double b) { return remainder_common(a, b); }
LS_SCALAR float remainder(float a, float b) { return remainder_common(a, b); }
LS_SCALAR double fmod(double a, double b) { return fmod_common(a, b); }
LS_SCALAR float fmod(float a, float b) { return fmod_common(a, b); }

LS_SCALAR bool floor_divide_is_rare(double a, double b) { return quotient_is_rare(a, b); }
LS_SCALAR bool floor_divide_is_rare(float a, float b) { return quotient_is_rare(a, b); }
LS_SCALAR bool remainder_is_rare(double a, double b) { return quotient_is_rare(a, b); }
LS_SCALAR bool remainder_is_rare(float a, float b) { return quotient_is_rare(a, b); }
LS_SCALAR bool fmod_is_rare(double a, double b) { return quotient_is_rare(a, b); }
LS_SCALAR bool fmod_is_rare(float a, float b) { return quotient_is_rare(a, b); }

// A positive finite number as an integer times a power of two, subnormals with leading zeros.
struct IntegerAndExponent {
    uint64_t integer;
    int exponent;
};

LS_SCALAR IntegerAndExponent split_positive(double x) {
    const uint64_t bits = bit_cast<uint64_t>(x);
    const int exponent = (int)(bits >> 52);
    const uint64_t fraction = bits & 0xfffffffffffffull;
    return exponent == 0 ? IntegerAndExponent{fraction, 1} : IntegerAndExponent{fraction | 0x10000000000000ull, exponent};
}

// Exact for all operands: long division of the mantissas, eleven bits at a time (a remainder has 53).
LS_SCALAR double fmod_rare(double a, double b) {
    const double x = magnitude_of(a), y = magnitude_of(b);
    if (!(x <= 0x1.fffffffffffffp1023) || !(y > 0)) return (a - a) / (b - b);
    if (x < y) return a;
    const IntegerAndExponent from = split_positive(x), by = split_positive(y);
    uint64_t rest = from.integer % by.integer;
    for (int left = from.exponent - by.exponent; left > 0 && rest != 0; left -= 11)
        rest = (rest << (left < 11 ? left : 11)) % by.integer;
    const double scale = bit_cast<double>((uint64_t)by.exponent << 52);
    const double value = (double)rest * 0x1p-52 * scale;  // both products are exact
    return with_sign_of(value, a);
}

// A float remainder is exact in double and fits back.
LS_SCALAR float fmod_rare(float a, float b) { return (float)fmod_rare((double)a, (double)b); }

// NumPy's npy_divmod, to the letter, on an exact fmod.
template <class T>
LS_SCALAR T floor_divide_by_definition(T a, T b) {
    constexpr T whole = DivisionLimits<T>::quotient * 4;  // from here on every number is an integer
    if (b == 0) return a / b;
    const T mod = fmod_rare(a, b);
    T div = (a - mod) / b;
    if (mod != 0 && (b < 0) != (mod < 0)) div -= 1;
    if (div == 0) return with_sign_of(T(0), a / b);
    const T size = magnitude_of(div);
    const T near = size < whole ? with_sign_of((size + whole) - whole, div) : div;
    const T floor = near > div ? near - 1 : near;
    return div - floor > T(0.5) ? floor + 1 : floor;
}

template <class T>
LS_SCALAR T remainder_by_definition(T a, T b) {
    const T mod = fmod_rare(a, b);
    if (mod == 0) return with_sign_of(T(0), b);
    return (b < 0) != (mod < 0) ? mod + b : mod;
}

LS_SCALAR double floor_divide_rare(double a, double b) { return floor_divide_by_definition(a, b); }
LS_SCALAR float floor_divide_rare(float a, float b) { return floor_divide_by_definition(a, b); }
LS_SCALAR double remainder_rare(double a, double b) { return remainder_by_definition(a, b); }
LS_SCALAR float remainder_rare(float a, float b) { return remainder_by_definition(a, b); }

// Integers of up to 32 bits divide in floating point, which vectorises: a quotient that is no integer differs from the next
// by more than the division's rounding, so its floor is exact. (8 and 16 bits in float: 2^-16 against 2^-24; 32 bits in
// double.) Adding the rounding constant leaves the integer in the low bits, wrapped, so that the smallest number divided by
// -1 is itself. A division by zero gives 0.
template <class Float, class Int>
LS_SCALAR Int floor_divide_narrow(Int a, Int b) {
    using Limits = DivisionLimits<Float>;
    const Float quotient = (Float)a / (Float)b;
    const Float near = (quotient + Limits::round) - Limits::round;
    const Float floor = near > quotient ? near - 1 : near;
    const Int result = (Int)bit_cast<typename Limits::Bits>(floor + Limits::round);
    return b == 0 ? Int(0) : result;
}

// Hardware division, kept from its two traps.
LS_SCALAR int64_t floor_divide(int64_t a, int64_t b) {
    const bool simple = b == 0 || b == -1;
    const int64_t divisor = simple ? 1 : b;
    const int64_t quotient = a / divisor, rest = a % divisor;
    const int64_t floor = quotient - ((rest != 0 && (rest < 0) != (b < 0)) ? 1 : 0);
    return b == 0 ? 0 : b == -1 ? (int64_t)(0 - (uint64_t)a) : floor;
}
LS_SCALAR uint64_t floor_divide(uint64_t a, uint64_t b) { return b == 0 ? 0 : a / (b == 0 ? 1 : b); }

LS_SCALAR int8_t floor_divide(int8_t a, int8_t b) { return floor_divide_narrow<float>(a, b); }
LS_SCALAR uint8_t floor_divide(uint8_t a, uint8_t b) { return floor_divide_narrow<float>(a, b); }
LS_SCALAR int16_t floor_divide(int16_t a, int16_t b) { return floor_divide_narrow<float>(a, b); }
LS_SCALAR uint16_t floor_divide(uint16_t a, uint16_t b) { return floor_divide_narrow<float>(a, b); }
LS_SCALAR int32_t floor_divide(int32_t a, int32_t b) { return floor_divide_narrow<double>(a, b); }
LS_SCALAR uint32_t floor_divide(uint32_t a, uint32_t b) { return floor_divide_narrow<double>(a, b); }

// In unsigned 64-bit arithmetic, where wrapping is defined; the low bits are those of every narrower type.
template <class Int>
LS_SCALAR Int integer_remainder(Int a, Int b) {
    using Wide = decltype(sizeof(Int) == 8 ? uint64_t(0) : uint32_t(0));
    const Int rest = (Int)((Wide)a - (Wide)floor_divide(a, b) * (Wide)b);
    return b == 0 ? Int(0) : rest;
}

// The sign of a instead of b's: one b less where the remainder is not zero and the signs differ.
template <class Int>
LS_SCALAR Int signed_fmod(Int a, Int b) {
    const Int rest = integer_remainder(a, b);
    return (rest != 0 && (a < 0) != (b < 0)) ? (Int)(rest - b) : rest;
}

#define LS_INTEGER_DIVISION(T)                                                  \
    LS_SCALAR T remainder(T a, T b) { return integer_remainder(a, b); }         \
    LS_SCALAR T fmod(T a, T b) { return signed_fmod(a, b); }                    \
    LS_SCALAR u##T remainder(u##T a, u##T b) { return integer_remainder(a, b); } \
    LS_SCALAR u##T fmod(u##T a, u##T b) { return integer_remainder(a, b); }
LS_INTEGER_DIVISION(int8_t)
LS_INTEGER_DIVISION(int16_t)
LS_INTEGER_DIVISION(int32_t)
LS_INTEGER_DIVISION(int64_t)
#undef LS_INTEGER_DIVISION

LS_RARE_LANE_OF_HALVES_2(floor_divide)
LS_RARE_LANE_OF_HALVES_2(remainder)
LS_RARE_LANE_OF_HALVES_2(fmod)

}  // namespace lockstep::scalar
