// One number with its dtype: a fill value, an `initial`, a bound; weak like a Python literal where its maker says so.
// Must not know arrays or devices.
#pragma once

#include <cstdint>
#include <cstring>

#include "runtime/array/array.h"
#include "runtime/array/dtype.h"

namespace lockstep {

struct Scalar {
    DType dtype;
    Weak weak = Weak::no;
    alignas(16) unsigned char value[16] = {};

    template <class T>
    static Scalar of(T v, Weak weak = Weak::no) {
        Scalar s;
        s.dtype = dtype_of<T>;
        s.weak = weak;
        std::memcpy(s.value, &v, sizeof v);
        return s;
    }
    template <class T>
    T as() const {
        T v;
        std::memcpy(&v, value, sizeof v);
        return v;
    }
};

inline Scalar weak_int(int64_t v) { return Scalar::of(v, Weak::integer); }
inline Scalar weak_float(double v) { return Scalar::of(v, Weak::floating); }
inline Scalar weak_complex(double re, double im) { return Scalar::of(scalar::complex128{re, im}, Weak::complex); }

}  // namespace lockstep
