// Conversions between all element types as NumPy does them on x86-64, out-of-range and NaN included.
// Must not know loops. Freestanding: host and device.
#pragma once

#include "runtime/scalar/half.h"

namespace lockstep::scalar {

// x86's cvtt instructions give the smallest integer for NaN and for what does not fit. PTX saturates: so it is written out.
LS_SCALAR int32_t truncate_int32(double x) {
    const bool fits = x > -2147483649.0 && x < 2147483648.0;
    const int32_t t = static_cast<int32_t>(fits ? x : 0.0);
    return fits ? t : INT32_C(-2147483647) - 1;
}
LS_SCALAR int32_t truncate_int32(float x) {
    const bool fits = x >= -2147483648.0f && x < 2147483648.0f;
    const int32_t t = static_cast<int32_t>(fits ? x : 0.0f);
    return fits ? t : INT32_C(-2147483647) - 1;
}
template <class F>
LS_SCALAR int64_t truncate_int64(F x) {
    const bool fits = x >= F(-9223372036854775808.0) && x < F(9223372036854775808.0);
    const int64_t t = static_cast<int64_t>(fits ? x : F(0));
    return fits ? t : INT64_C(-9223372036854775807) - 1;
}
// Compilers for x86-64 convert to uint64 in two halves around 2^63.
template <class F>
LS_SCALAR uint64_t truncate_uint64(F x) {
    const F half = F(9223372036854775808.0);
    const bool high = x >= half;
    const uint64_t t = static_cast<uint64_t>(truncate_int64(high ? x - half : x));
    return high ? t ^ (UINT64_C(1) << 63) : t;
}

template <class To>
struct Cast {  // from a float or a double to an integer
    template <class F>
    LS_SCALAR To run(F x) {
        if constexpr (sizeof(To) == 8 && To(-1) > To(0)) return truncate_uint64(x);
        else if constexpr (sizeof(To) == 8) return truncate_int64(x);
        else if constexpr (sizeof(To) == 4 && To(-1) > To(0)) return static_cast<To>(truncate_int64(x));
        else return static_cast<To>(truncate_int32(x));
    }
};

LS_SCALAR float part(float16 x) { return to_float(x); }
LS_SCALAR float part(bfloat16 x) { return to_float(x); }
LS_SCALAR float part(complex64 x) { return x.re; }
LS_SCALAR double part(complex128 x) { return x.re; }
template <class T>
LS_SCALAR T part(T x) {
    return x;
}

template <class T>
LS_SCALAR bool truth(T x) {
    if constexpr (is_same<T, complex64> || is_same<T, complex128>) return x.re != 0 || x.im != 0;
    else return part(x) != 0;
}

// A real number (bool, integer, float, double) to a real type.
template <class To, class From>
LS_SCALAR To real_cast(From x) {
    constexpr bool from_float = is_same<From, float> || is_same<From, double>;
    if constexpr (is_same<To, bool>) return x != 0;
    else if constexpr (is_same<To, float16>) {
        if constexpr (is_same<From, double>) return to_float16(x);
        else return to_float16(static_cast<float>(x));
    } else if constexpr (is_same<To, bfloat16>) {
        if constexpr (is_same<From, double>) return to_bfloat16(x);
        else return to_bfloat16(static_cast<float>(x));
    } else if constexpr (from_float && !is_same<To, float> && !is_same<To, double>) return Cast<To>::run(x);
    else return static_cast<To>(x);
}

template <class To, class From>
LS_SCALAR To cast(From x) {
    if constexpr (is_same<To, From>) return x;
    else if constexpr (is_same<To, bool>) return truth(x);
    else if constexpr (is_same<To, complex64> || is_same<To, complex128>) {
        using Part = decltype(To::re);
        if constexpr (is_same<From, complex64> || is_same<From, complex128>)
            return {static_cast<Part>(x.re), static_cast<Part>(x.im)};
        else return {real_cast<Part>(part(x)), Part(0)};
    } else return real_cast<To>(part(x));
}

}  // namespace lockstep::scalar
