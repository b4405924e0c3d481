// NumPy's ufunc.reduce by its rules for types, shapes and errors.
// Must not know layouts or backends.
#include "runtime/numpy/reduce.h"

#include <cmath>
#include <limits>
#include <type_traits>

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

// As NumPy's ufunc.reduce, which lets the axis of a scalar be named.
Dims reduction_axes(const Axes& axis, int ndim) {
    const bool scalar = ndim == 0 && axis.given && axis.axis.size() == 1 && (axis.axis[0] == 0 || axis.axis[0] == -1);
    return scalar ? Dims{} : normalize_axes(axis, ndim);
}

// What a result of the given axes looks like with and without its reduced axes.
struct Shapes {
    Dims axes, wide, narrow;
    uint64_t reduced = 0;
    Shapes(const Array& a, const Axes& axis) : axes(reduction_axes(axis, a.ndim())), wide(a.shape) {
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

// An infinity where the type has one (of both parts of a complex number), else its largest or smallest value.
template <class T>
Scalar extreme_of(bool largest) {
    using limits = std::numeric_limits<T>;
    const double infinity = largest ? HUGE_VAL : -HUGE_VAL;
    if constexpr (std::is_integral_v<T>) return Scalar::of(largest ? limits::max() : limits::min());
    else if constexpr (dtype_of<T>.is_complex()) {
        const auto part = static_cast<decltype(T::re)>(infinity);
        return Scalar::of(T{part, part});
    } else return cast_scalar(Scalar::of(infinity), dtype_of<T>);
}

Scalar extreme(DType type, bool largest) {
    switch (type.type()) {
#define LS_DTYPE(number, name, character, kind, bytes, ctype) \
    case TypeNumber::name##_: return extreme_of<ctype>(largest);
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
        default: fail(Status::internal_error, "there is no extreme of %s", type.name());
    }
}

}  // namespace

Scalar identity_of(Monoid monoid, DType type) {
    switch (row_of(operation_of(monoid)).identity) {
        case Identity::one:
        case Identity::yes: return cast_scalar(Scalar::of<int64_t>(1), type);
        case Identity::zero:
        case Identity::no: return cast_scalar(Scalar::of<int64_t>(0), type);
        case Identity::minus_one: return cast_scalar(Scalar::of<int64_t>(-1), type);
        case Identity::none: break;
    }
    if (type.is_inexact() && (monoid == Monoid::fmax || monoid == Monoid::fmin))
        return cast_scalar(Scalar::of(std::numeric_limits<double>::quiet_NaN()), type);
    return extreme(type, operation_of(monoid) == Op::minimum || operation_of(monoid) == Op::fmin);
}

namespace {

// A reduction's inputs and mask on the device it runs on; one-element CPU arrays are moved there.
struct Operands {
    const Device* device;
    std::span<const Array* const> inputs;
    const Array* where;

    Operands(std::span<const Array* const> given, const Array* mask) : inputs(given), where(mask) {
        const Array* all[kMaxOperands];
        size_t n = 0;
        for (const Array* a : given) all[n++] = a;
        if (mask) all[n++] = mask;
        device = common_device({all, n});
        if (device->backend->host_memory) return;
        for (size_t k = 0; k < n; ++k) {
            moved_[k] = to_device(*all[k], device);
            pointers_[k] = &moved_[k];
        }
        inputs = {pointers_, given.size()};
        if (mask) where = pointers_[n - 1];
    }
    Operands(const Operands&) = delete;
    Operands& operator=(const Operands&) = delete;

  private:
    Array moved_[kMaxOperands];
    const Array* pointers_[kMaxOperands];
};

}  // namespace

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
    const Operands operands(inputs, o.where);
    const Device* const device = operands.device;
    const Scalar initial = o.initial ? cast_scalar(*o.initial, type) : identity_of(monoid, type);
    // written in place where NumPy would: its own strides take part in the order
    bool in_place = o.out && o.out->dtype == type && o.out->device() == device;
    for (const Array* a : inputs) in_place = in_place && !overlaps(*a, *o.out);
    in_place = in_place && !(o.where && overlaps(*o.where, *o.out));
    const Array out = in_place ? (o.keepdims ? *o.out : s.widen(*o.out)) : fresh_result(layout, o.where, s, type, device);
    const Reduction reduction{s.axes, &out, operands.where, &initial, &layout, cast};
    run_reduce(program, operands.inputs, reduction, device);
    const Array result = o.keepdims ? out : s.squeeze(out);
    if (!o.out) return result;
    if (!in_place) assign(*o.out, result, "unsafe");
    return *o.out;
}

DType accumulator_type(Monoid m, const Array& a, const reduce_options& o) {
    if (is_logical(m) && !o.dtype) return types::bool_;
    const bool additive = m == Monoid::add || m == Monoid::multiply;
    if (!additive) return o.dtype ? o.dtype : a.dtype;
    if (o.dtype) return o.dtype;
    if (o.out) return promote_types(o.out->dtype, a.dtype);
    return sum_type(a.dtype);
}

void check_identity(Monoid monoid, const Array& a, const reduce_options& o) {
    if (!is_extremum(monoid) || o.initial) return;
    if (o.where)
        fail(Status::value_error, "where: %s has no identity, so where needs an initial value",
             row_of(operation_of(monoid)).name);
    if (a.size() == 0 && product(Shapes(a, o.axis).wide) > 0)
        fail(Status::value_error, "a: zero-size array to %s, which has no identity", row_of(operation_of(monoid)).name);
}

Array reduce(Monoid monoid, const Array& a, const reduce_options& o) {
    const DType type = accumulator_type(monoid, a, o);
    const OpRow& row = row_of(operation_of(monoid));
    if (is_logical(monoid) ? !type.is_bool() : !row.has_loop(type)) {
        reduction_axes(o.axis, a.ndim());  // a wrong axis is named first
        fail(Status::type_error, "dtype: %s has no loop with a result of %s", row.name, type.name());
    }
    if (monoid == Monoid::fmax && !type.is_inexact()) monoid = Monoid::maximum;
    if (monoid == Monoid::fmin && !type.is_inexact()) monoid = Monoid::minimum;
    if (o.where) check_where(*o.where);
    check_identity(monoid, a, o);
    Program program;
    Register value = program.input(a.dtype);
    value = program.cast(value, type);
    const Array* inputs[] = {&a};
    const bool buffered = a.dtype != type || !is_aligned(a) || (o.out && !is_aligned(*o.out));
    return reduce_program(program, value, monoid, inputs, a, buffered && !is_logical(monoid), o);
}

Array reduce_whole(Monoid monoid, const Array& a) { return reduce(monoid, a, {}); }

}  // namespace lockstep
