// Bits of integers, NumPy's: shifts past the width (and negative ones) leave nothing but the sign.
// Must not know loops.
#pragma once

#include "runtime/scalar/arithmetic.h"

namespace lockstep::scalar {

template <class T>
LS_SCALAR T bitwise_and(T a, T b) {
    return static_cast<T>(a & b);
}
template <class T>
LS_SCALAR T bitwise_or(T a, T b) {
    return static_cast<T>(a | b);
}
template <class T>
LS_SCALAR T bitwise_xor(T a, T b) {
    return static_cast<T>(a ^ b);
}

LS_SCALAR bool invert(bool a) { return !a; }
template <class T>
LS_SCALAR T invert(T a) {
    return static_cast<T>(~a);
}

// A shift by what the width allows, whatever b: C++ leaves others undefined. All are computed in the unsigned type.
template <class T>
LS_SCALAR T left_shift(T a, T b) {
    using W = typename Wrap<T>::type;
    constexpr W width = 8 * sizeof(T);
    const W moved = static_cast<W>(a) << (static_cast<W>(b) & (8 * sizeof(W) - 1));
    return static_cast<W>(b) < width ? static_cast<T>(moved) : T(0);
}
template <class T>
LS_SCALAR T right_shift(T a, T b) {
    using W = typename Wrap<T>::type;
    constexpr W width = 8 * sizeof(T);
    const W by = static_cast<W>(b) < width ? static_cast<W>(b) : width - 1;
    const T last = static_cast<T>(a >> by);  // keeps the sign since C++20
    if constexpr (static_cast<T>(-1) < T(0)) return last;
    else return static_cast<W>(b) < width ? last : T(0);
}

}  // namespace lockstep::scalar
