// The order of sorting as unsigned integers: from an element to its key and back.
// Knows nothing of arrays or of how keys are sorted. The order is SortTask's (runtime/exec/backend.h).
#pragma once

#include "runtime/scalar/compare.h"
#include "runtime/scalar/half.h"

namespace lockstep::scalar {

template <int bytes>
struct UnsignedOf;
template <>
struct UnsignedOf<1> {
    using type = uint8_t;
};
template <>
struct UnsignedOf<2> {
    using type = uint16_t;
};
template <>
struct UnsignedOf<4> {
    using type = uint32_t;
};
template <>
struct UnsignedOf<8> {
    using type = uint64_t;
};
template <class T>
using sort_key_of = typename UnsignedOf<(int)sizeof(T)>::type;  // of all but complex numbers

template <class T>
inline constexpr bool is_signed_integer = is_same<T, int8_t> || is_same<T, int16_t> || is_same<T, int32_t> || is_same<T, int64_t>;

// The bits of +infinity: what lies above them, sign aside, is NaN.
template <class T>
struct InfinityBits;
template <>
struct InfinityBits<float16> {
    static constexpr uint16_t value = 0x7c00;
};
template <>
struct InfinityBits<bfloat16> {
    static constexpr uint16_t value = 0x7f80;
};
template <>
struct InfinityBits<float> {
    static constexpr uint32_t value = 0x7f800000;
};
template <>
struct InfinityBits<double> {
    static constexpr uint64_t value = 0x7ff0000000000000ull;
};
template <class T>
inline constexpr bool has_nan = is_same<T, float16> || is_same<T, bfloat16> || is_same<T, float> || is_same<T, double>;

// Keys in the order of values, every value with a key of its own: -0 before +0, NaN last with sign and payload kept.
// Flipping all bits of negative numbers and the sign of the others orders everything but negative NaNs, which come first;
// counted from -infinity on, they wrap around to the end.
template <class T>
LS_SCALAR sort_key_of<T> sort_key(T x) {
    using K = sort_key_of<T>;
    constexpr K top = (K)((K)1 << (8 * sizeof(T) - 1));
    const K bits = bit_cast<K>(x);
    if constexpr (has_nan<T>) {
        constexpr K minus_infinity = (K) ~(K)(InfinityBits<T>::value | top);
        const K flipped = bits & top ? (K)~bits : (K)(bits | top);
        return (K)(flipped - minus_infinity);
    } else if constexpr (is_signed_integer<T>) return (K)(bits ^ top);
    else if constexpr (is_same<T, bool>) return (K)(bits != 0);
    else return bits;
}

template <class T>
LS_SCALAR T from_sort_key(sort_key_of<T> key) {
    using K = sort_key_of<T>;
    constexpr K top = (K)((K)1 << (8 * sizeof(T) - 1));
    if constexpr (has_nan<T>) {
        const K flipped = (K)(key + (K) ~(K)(InfinityBits<T>::value | top));
        return bit_cast<T>(flipped & top ? (K)(flipped ^ top) : (K)~flipped);
    } else if constexpr (is_signed_integer<T>) return bit_cast<T>((K)(key ^ top));
    else return bit_cast<T>(key);
}

// Keys that are equal where the elements are equal to a comparison: -0 and +0, and any two NaNs.
template <class T>
LS_SCALAR sort_key_of<T> order_key(T x) {
    using K = sort_key_of<T>;
    if constexpr (has_nan<T>) {
        constexpr K top = (K)((K)1 << (8 * sizeof(T) - 1));
        const K bits = bit_cast<K>(x);
        const K magnitude = (K)(bits & (K)~top);
        const K key = sort_key(bit_cast<T>((K)(magnitude == 0 ? 0 : bits)));
        return magnitude > InfinityBits<T>::value ? (K)~(K)0 : key;
    } else return sort_key(x);
}

// Complex numbers have two keys, and `minor` decides between equal `major`s. NumPy's order: numbers by real and imaginary
// part, then those whose imaginary part is NaN by their real one, then those whose real part is NaN by the imaginary one,
// then those of NaN alone.
template <class C>
LS_SCALAR auto order_key_major(C x) {
    using F = decltype(x.re);
    using K = sort_key_of<F>;
    const K past_infinity = (K)(order_key((F)positive_infinity) + 1);
    const bool re = x.re != x.re, im = x.im != x.im;
    return re ? (K)(past_infinity + 1 + (im ? 1 : 0)) : im ? past_infinity : order_key(x.re);
}
template <class C>
LS_SCALAR auto order_key_minor(C x) {
    using K = sort_key_of<decltype(x.re)>;
    const bool re = x.re != x.re, im = x.im != x.im;
    return im ? (re ? (K)0 : order_key(x.re)) : order_key(x.im);
}

}  // namespace lockstep::scalar
