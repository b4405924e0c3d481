// Sums, products, extrema and moments.
// Must not know layouts or backends. Source of the moments' steps: numpy/_core/_methods.py of NumPy 2.4.
#include <cmath>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/reduce.h"

namespace lockstep::numpy {

Array sum(const Array& a, const sum_options& o) {
    return reduce(Monoid::add, a, {o.axis, o.dtype, o.out, o.keepdims, o.initial, o.where});
}

Array prod(const Array& a, const prod_options& o) {
    return reduce(Monoid::multiply, a, {o.axis, o.dtype, o.out, o.keepdims, o.initial, o.where});
}

Array min(const Array& a, const min_options& o) {
    return reduce(Monoid::minimum, a, {o.axis, {}, o.out, o.keepdims, o.initial, o.where});
}

Array max(const Array& a, const max_options& o) {
    return reduce(Monoid::maximum, a, {o.axis, {}, o.out, o.keepdims, o.initial, o.where});
}

namespace {

// How many elements each output gets: one number, or with a mask an int64 array of the output's shape.
struct Count {
    Array array;
    Count(const Array& a, const Axes& axis, const Array* where, bool keepdims) {
        if (!where) {
            array = scalar_array(Scalar::of<int64_t>(reduced_count(a, axis)));
            return;
        }
        if (where->dtype != types::bool_)
            fail(Status::type_error, "where: expected a bool array, got %s", where->dtype.name());
        Dims strides(a.ndim());
        if (!broadcast_strides(*where, a.shape, strides.data()))
            fail(Status::value_error, "where: shape %s could not be broadcast to %s", shape_text(where->shape).c_str(),
                 shape_text(a.shape).c_str());
        const Array wide = view(*where, where->data, a.shape, std::move(strides));
        array = reduce(Monoid::add, wide, {.axis = axis, .dtype = types::int64_, .keepdims = keepdims});
    }
};

// numerator / count, in float64 (complex128) as NumPy's promotion with an int64 count has it, cast back into `out`.
void divide_by_count(const Array& numerator, const Array& count, const Array& out) {
    ufunc_options o;
    o.out = &out;
    o.casting = "unsafe";
    const Array* inputs[] = {&numerator, &count};
    ufunc(Op::divide, inputs, o);
}

Array like(const Array& a, DType dtype) {
    const Array* inputs[] = {&a};
    return empty_ordered(dtype, a.shape, result_order(inputs, a.shape), a.device());
}

}  // namespace

Array mean(const Array& a, const mean_options& o) {
    const bool half = a.dtype == types::float16_ && !o.dtype;
    const DType own = o.out ? promote_types(o.out->dtype, a.dtype) : a.dtype;  // NumPy's sum looks at out, too
    const DType type = o.dtype ? o.dtype : half ? types::float32_ : a.dtype.is_inexact() ? own : types::float64_;
    const Count count(a, o.axis, o.where, o.keepdims);
    const bool into_out = o.out && o.out->dtype == type;
    const Array total = reduce(Monoid::add, a,
                               {.axis = o.axis, .dtype = type, .out = into_out ? o.out : nullptr, .keepdims = o.keepdims,
                                .where = o.where});
    if (o.out) {
        divide_by_count(total, count.array, *o.out);
        return *o.out;
    }
    if (half && total.ndim() == 0) {  // NumPy's scalar path divides in float64 and rounds once
        const Array result = like(total, types::float16_);
        divide_by_count(total, count.array, result);
        return result;
    }
    divide_by_count(total, count.array, total);
    return half ? astype(total, types::float16_) : total;
}

namespace {

// The layout of the temporary x - mean, which decides the order of its sum.
Array deviation_layout(const Array& a, const Array& mean, DType type) {
    const Array* inputs[] = {&a, &mean};
    const Dims order = result_order(inputs, a.shape);
    Array layout = a;
    layout.dtype = type;
    layout.strides = Dims(a.ndim());
    int64_t stride = type.itemsize();
    for (const int64_t axis : order) {
        layout.strides[static_cast<int>(axis)] = stride;
        if (a.shape[static_cast<int>(axis)] > 1) stride *= a.shape[static_cast<int>(axis)];
    }
    return layout;
}

Array mean_of(const Array& a, const var_options& o, DType sum_type) {
    if (o.mean) return *o.mean;
    const Count count(a, o.axis, o.where, true);
    const Array total =
        reduce(Monoid::add, a, {.axis = o.axis, .dtype = sum_type, .keepdims = true, .where = o.where});
    divide_by_count(total, count.array, total);
    return total;
}

// max(count - ddof, 0)
Array degrees_of_freedom(const Array& count, double ddof) {
    const Array d = scalar_array(Scalar::of(ddof));
    const Array* difference[] = {&count, &d};
    const Array raw = ufunc(Op::subtract, difference);
    const Array zero = scalar_array(Scalar::of(0.0));
    const Array* both[] = {&raw, &zero};
    return ufunc(Op::maximum, both);
}

double delta_degrees(const var_options& o) {
    if (!o.correction) return o.ddof;
    if (o.ddof != 0) fail(Status::value_error, "correction: expected ddof or correction, got both");
    return *o.correction;
}

}  // namespace

Array var(const Array& a, const var_options& o) {
    const double ddof = delta_degrees(o);
    const DType sum_type = o.dtype ? o.dtype : a.dtype.is_inexact() ? a.dtype : types::float64_;
    const Array mean = mean_of(a, o, sum_type);
    const Array* both[] = {&a, &mean};
    const DType type = result_type(both);  // of x - mean
    if (type.is_bool()) fail(Status::type_error, "dtype: booleans cannot be subtracted, give the type of a number");
    const Array layout = deviation_layout(a, mean, type);

    Program p;
    const Register in = p.input(a.dtype), m = p.input(mean.dtype);
    const Register deviation = p.push(Op::subtract, type, p.cast(in, type), p.cast(m, type));
    const bool modulus = type.is_complex() && (a.dtype.is_complex() || a.dtype.is_bool());
    const Register squared = modulus ? p.push(Op::squared_modulus, type, deviation)
                                     : p.push(Op::multiply, type, deviation, deviation);
    const DType squared_type = p.type(squared);
    const DType own = o.out ? promote_types(o.out->dtype, squared_type) : squared_type;
    const DType result_dtype = o.dtype ? o.dtype : a.dtype.is_inexact() ? own : types::float64_;
    const Register value = p.cast(squared, result_dtype);
    const bool into_out = o.out && o.out->dtype == result_dtype;
    const bool buffered = squared_type != result_dtype || (into_out && !is_aligned(*o.out));
    const reduce_options r{.axis = o.axis, .dtype = {}, .out = into_out ? o.out : nullptr, .keepdims = o.keepdims,
                           .where = o.where};
    const Array total = reduce_program(p, value, Monoid::add, both, layout, buffered, r);
    const Count count(a, o.axis, o.where, o.keepdims);
    const Array result = o.out ? *o.out : total;
    divide_by_count(total, degrees_of_freedom(count.array, ddof), result);
    return result;
}

Array std(const Array& a, const std_options& o) {
    const Array variance =
        var(a, {o.axis, o.dtype, o.out, o.ddof, o.keepdims, o.where, o.mean, o.correction});
    if (!variance.dtype.is_inexact() && (variance.ndim() > 0 || o.out))  // NumPy casts a scalar, and refuses an array
        fail(Status::type_error, "dtype: the square root cannot be stored as %s", variance.dtype.name());
    const Array* inputs[] = {&variance};
    ufunc_options root;
    root.out = &variance;
    root.casting = "unsafe";
    return ufunc(Op::sqrt, inputs, root);
}

}  // namespace lockstep::numpy
