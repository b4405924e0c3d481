// Elementary arithmetic of real numbers with NumPy's bits: integers wrap, bool adds by or and multiplies by and.
// Must not know loops; float16 and bfloat16 come in as float (apply.h), complex numbers are in complex.h.
#pragma once

#include "runtime/scalar/cast.h"

namespace lockstep::scalar {

template <class T>
inline constexpr bool is_floating = is_same<T, float> || is_same<T, double>;

// Unsigned type wide enough that C++ neither promotes it to int nor makes overflow undefined.
template <class T>
struct Wrap {
    using type = uint32_t;
};
template <>
struct Wrap<int64_t> {
    using type = uint64_t;
};
template <>
struct Wrap<uint64_t> {
    using type = uint64_t;
};

#define LS_WRAPPING(name, sign)                                                    \
    template <class T>                                                             \
    LS_SCALAR T name(T a, T b) {                                                   \
        if constexpr (is_floating<T>) return a sign b;                             \
        else {                                                                     \
            using W = typename Wrap<T>::type;                                      \
            return static_cast<T>(static_cast<W>(a) sign static_cast<W>(b));       \
        }                                                                          \
    }
LS_WRAPPING(add, +)
LS_WRAPPING(subtract, -)
LS_WRAPPING(multiply, *)
#undef LS_WRAPPING
LS_SCALAR bool add(bool a, bool b) { return a | b; }
LS_SCALAR bool multiply(bool a, bool b) { return a & b; }

LS_SCALAR float divide(float a, float b) { return a / b; }
LS_SCALAR double divide(double a, double b) { return a / b; }

template <class T>
LS_SCALAR T negative(T a) {
    if constexpr (is_floating<T>) return -a;
    else return subtract(T(0), a);
}

LS_SCALAR bool absolute(bool a) { return a; }
LS_SCALAR float absolute(float a) { return bit_cast<float>(bit_cast<uint32_t>(a) & UINT32_C(0x7fffffff)); }
LS_SCALAR double absolute(double a) {
    return bit_cast<double>(bit_cast<uint64_t>(a) & UINT64_C(0x7fffffffffffffff));
}
template <class T>
LS_SCALAR T absolute(T a) {
    return a < T(0) ? negative(a) : a;
}

template <class T>
LS_SCALAR T sign(T a) {
    if constexpr (is_floating<T>) return a > 0 ? T(1) : a < 0 ? T(-1) : a == 0 ? T(0) : a;
    else return static_cast<T>((a > T(0)) - (a < T(0)));
}

template <class T>
LS_SCALAR T square(T a) {
    return multiply(a, a);
}

// Integers: NumPy truncates the double 1.0 / a, so that a zero gives the cast of infinity.
template <class T>
LS_SCALAR T reciprocal(T a) {
    if constexpr (is_floating<T>) return T(1) / a;
    else {
        const T of_zero = Cast<T>::run(positive_infinity);
        const T of_one = static_cast<T>(a == T(1));
        const T of_rest = a == static_cast<T>(-1) && static_cast<T>(-1) < T(0) ? static_cast<T>(-1) : of_one;
        return a == T(0) ? of_zero : of_rest;
    }
}

}  // namespace lockstep::scalar
