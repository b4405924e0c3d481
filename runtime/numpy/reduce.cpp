// NumPy's ufunc.reduce by its rules for types, shapes and errors.
// Must not know layouts or backends.
#include "runtime/numpy/reduce.h"

#include <limits>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/reduce_order.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/axes.h"

namespace lockstep {
namespace {

// What a result of the given axes looks like with and without its reduced axes.
struct Shapes {
    Dims axes, wide, narrow;
    uint64_t reduced = 0;
    Shapes(const Array& a, const Axes& axis) : axes(normalize_axes(axis, a.ndim())), wide(a.shape) {
        for (const int64_t i : axes) {
            wide[static_cast<int>(i)] = 1;
            reduced |= uint64_t{1} << i;
        }
        for (int i = 0; i < a.ndim(); ++i)
            if (!(reduced >> i & 1)) narrow.push_back(a.shape[i]);
    }
    // `array` of the narrow shape, seen with the reduced axes as size 1, or the other way round.
    Array widen(const Array& array) const {
        Dims strides;
        for (int i = 0, j = 0; i < wide.size(); ++i) strides.push_back(reduced >> i & 1 ? 0 : array.strides[j++]);
        return view(array, array.data, wide, std::move(strides));
    }
    Array squeeze(const Array& array) const {
        Dims strides;
        for (int i = 0; i < wide.size(); ++i)
            if (!(reduced >> i & 1)) strides.push_back(array.strides[i]);
        return view(array, array.data, narrow, std::move(strides));
    }
};

// A fresh result of the wide shape whose strides NumPy would choose.
Array fresh_result(const Array& layout, const Array* where, const Shapes& s, DType dtype, const Device* device) {
    Array out = empty_array(dtype, s.wide, device);
    if (s.narrow.size() < 2) return out;
    int64_t in[kMaxDims], mask[kMaxDims];
    const size_t n = static_cast<size_t>(layout.ndim());
    broadcast_strides(layout, layout.shape, in);
    if (where && !broadcast_strides(*where, layout.shape, mask))
        fail(Status::value_error, "where: shape %s could not be broadcast to %s", shape_text(where->shape).c_str(),
             shape_text(layout.shape).c_str());
    fresh_strides(layout.shape, {in, n}, where ? std::span<const int64_t>{mask, n} : std::span<const int64_t>{}, s.reduced,
                  dtype.itemsize(), {out.strides.data(), n});
    return out;
}

// The result is cast to out's type whatever that is, as NumPy's reductions do.
void check_out(const Array& out, const Shapes& s, bool keepdims) {
    if (!out.writable()) fail(Status::read_only, "out: the array is read-only");
    const Dims& expected = keepdims ? s.wide : s.narrow;
    if (!(out.shape == expected))
        fail(Status::value_error, "out: expected shape %s, got %s", shape_text(expected).c_str(),
             shape_text(out.shape).c_str());
}

void check_where(const Array& where) {
    if (where.dtype != types::bool_)
        fail(Status::type_error, "where: expected a bool array, got %s", where.dtype.name());
}

bool is_extremum(Monoid m) { return m == Monoid::maximum || m == Monoid::minimum; }

// Sums and products of bool and small integers are taken in 64 bits.
DType accumulator_type(Monoid m, const Array& a, const reduce_options& o) {
    const bool additive = m == Monoid::add || m == Monoid::multiply;
    if (!additive) return o.dtype ? o.dtype : a.dtype;
    if (o.dtype) return o.dtype;
    if (o.out) return promote_types(o.out->dtype, a.dtype);
    if (a.dtype.kind() == 'u') return types::uint64_;
    return a.dtype.is_inexact() ? a.dtype : types::int64_;
}

template <class T>
Scalar extreme_of(bool largest) {
    using limits = std::numeric_limits<T>;
    if constexpr (limits::has_infinity) return Scalar::of(largest ? limits::infinity() : -limits::infinity());
    else return Scalar::of(largest ? limits::max() : limits::lowest());
}

Scalar extreme(DType type, bool largest) {
    const double infinity = largest ? std::numeric_limits<double>::infinity() : -std::numeric_limits<double>::infinity();
    switch (type.type()) {
        case TypeNumber::bool_: return Scalar::of(largest);
        case TypeNumber::int8_: return extreme_of<int8_t>(largest);
        case TypeNumber::uint8_: return extreme_of<uint8_t>(largest);
        case TypeNumber::int16_: return extreme_of<int16_t>(largest);
        case TypeNumber::uint16_: return extreme_of<uint16_t>(largest);
        case TypeNumber::int32_: return extreme_of<int32_t>(largest);
        case TypeNumber::uint32_: return extreme_of<uint32_t>(largest);
        case TypeNumber::int64_: return extreme_of<int64_t>(largest);
        case TypeNumber::uint64_: return extreme_of<uint64_t>(largest);
        case TypeNumber::complex64_: {
            const float f = static_cast<float>(infinity);
            return Scalar::of(scalar::complex64{f, f});
        }
        case TypeNumber::complex128_: return Scalar::of(scalar::complex128{infinity, infinity});
        default: return cast_scalar(Scalar::of(infinity), type);
    }
}

}  // namespace

Scalar identity_of(Monoid monoid, DType type) {
    switch (monoid) {
        case Monoid::maximum: return extreme(type, false);
        case Monoid::minimum: return extreme(type, true);
        case Monoid::multiply:
        case Monoid::logical_and: return cast_scalar(Scalar::of<int64_t>(1), type);
        default: return cast_scalar(Scalar::of<int64_t>(0), type);
    }
}

int64_t reduced_count(const Array& a, const Axes& axis) {
    int64_t n = 1;
    for (const int64_t i : normalize_axes(axis, a.ndim())) n *= a.shape[static_cast<int>(i)];
    return n;
}

Array reduce_program(Program& program, Register value, Monoid monoid, std::span<const Array* const> inputs,
                     const Array& layout, bool cast, const reduce_options& o) {
    const Shapes s(*inputs[0], o.axis);
    program.reduce(monoid, value);
    const DType type = monoid_type(monoid, program.type(value));
    if (o.out) check_out(*o.out, s, o.keepdims);
    if (o.where) check_where(*o.where);
    const Device* device = common_device(inputs);
    const Scalar initial = o.initial ? cast_scalar(*o.initial, type) : identity_of(monoid, type);
    // written in place where NumPy would: its own strides take part in the order
    bool in_place = o.out && o.out->dtype == type && o.out->device() == device;
    for (const Array* a : inputs) in_place = in_place && !overlaps(*a, *o.out);
    in_place = in_place && !(o.where && overlaps(*o.where, *o.out));
    const Array out = in_place ? (o.keepdims ? *o.out : s.widen(*o.out)) : fresh_result(layout, o.where, s, type, device);
    const Reduction reduction{s.axes, &out, o.where, &initial, &layout, cast};
    run_reduce(program, inputs, reduction, device);
    const Array result = o.keepdims ? out : s.squeeze(out);
    if (!o.out) return result;
    if (!in_place) assign(*o.out, result, "unsafe");
    return *o.out;
}

Array reduce(Monoid monoid, const Array& a, const reduce_options& o) {
    const DType type = accumulator_type(monoid, a, o);
    if (o.where) check_where(*o.where);
    if (is_extremum(monoid) && !o.initial) {
        if (o.where)
            fail(Status::value_error, "where: %s has no identity, so where needs an initial value",
                 monoid == Monoid::maximum ? "max" : "min");
        if (a.size() == 0 && product(Shapes(a, o.axis).wide) > 0)
            fail(Status::value_error, "a: zero-size array to %s, which has no identity",
                 monoid == Monoid::maximum ? "max" : "min");
    }
    Program program;
    Register value = program.input(a.dtype);
    value = program.cast(value, type);
    const Array* inputs[] = {&a};
    const bool buffered = a.dtype != type || !is_aligned(a) || (o.out && !is_aligned(*o.out));
    return reduce_program(program, value, monoid, inputs, a, buffered, o);
}

Array reduce_whole(Monoid monoid, const Array& a) { return reduce(monoid, a, {}); }

}  // namespace lockstep
