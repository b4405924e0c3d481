// Sums, products, extrema and moments of what is not NaN.
// Must not know layouts or backends. Source of the steps: numpy/lib/_nanfunctions_impl.py of NumPy 2.4, which copies the
// array with another number in place of NaN and folds the copy; here it is folded in the copy's order without one.
#include "runtime/numpy/nan_functions.h"

#include <limits>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/order.h"
#include "runtime/numpy/reduce.h"

namespace lockstep {

Array count_numbers(const Array& a, const Axes& axis, bool keepdims, const Array* where) {
    Program p;
    const Register nan = p.push(Op::isnan, a.dtype, p.input(a.dtype));
    const Register number = p.cast(p.push(Op::logical_not, types::bool_, nan), types::int64_);
    const Array* inputs[] = {&a};
    return reduce_program(p, number, Monoid::add, inputs, a, false, {.axis = axis, .dtype = {}, .keepdims = keepdims, .where = where});
}

namespace numpy {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

Array constant(double value, DType type) { return scalar_array(cast_scalar(Scalar::of(value), type)); }

// The reduction of `a` with `replacement` in place of NaN, in the order of an array laid out like `layout`.
Array reduce_replaced(Monoid monoid, const Array& a, const Scalar& replacement, const Array& layout,
                      const reduce_options& o) {
    const DType type = accumulator_type(monoid, a, o);
    const Array other = scalar_array(replacement);
    Program p;
    const Register x = p.input(a.dtype), r = p.input(a.dtype);
    const Register kept = p.push(Op::select, a.dtype, p.push(Op::isnan, a.dtype, x), r, x);
    const Array* inputs[] = {&a, &other};
    const bool buffered = a.dtype != type || (o.out && !is_aligned(*o.out));
    return reduce_program(p, p.cast(kept, type), monoid, inputs, layout, buffered, o);
}

// Whether all elements are NaN.
Array all_nan(const Array& a, const Axes& axis, bool keepdims, const Array* where) {
    Program p;
    const Register nan = p.push(Op::isnan, a.dtype, p.input(a.dtype));
    const Array* inputs[] = {&a};
    return reduce_program(p, nan, Monoid::logical_and, inputs, a, false,
                          {.axis = axis, .dtype = {}, .keepdims = keepdims, .where = where});
}

bool any_true(const Array& mask) { return item(mask.ndim() == 0 ? mask : any(mask, {})).as<bool>(); }

}  // namespace

Array nansum(const Array& a, const nansum_options& o) {
    if (!a.dtype.is_inexact()) return sum(a, {o.axis, o.dtype, o.out, o.keepdims, o.initial, o.where});
    return reduce_replaced(Monoid::add, a, cast_scalar(weak_int(0), a.dtype), packed_layout(a),
                           {o.axis, o.dtype, o.out, o.keepdims, o.initial, o.where});
}

Array nanprod(const Array& a, const nanprod_options& o) {
    if (!a.dtype.is_inexact()) return prod(a, {o.axis, o.dtype, o.out, o.keepdims, o.initial, o.where});
    return reduce_replaced(Monoid::multiply, a, cast_scalar(weak_int(1), a.dtype), packed_layout(a),
                           {o.axis, o.dtype, o.out, o.keepdims, o.initial, o.where});
}

namespace {

void refuse_all_nan(const Array& a, std::optional<int64_t> axis) {
    if (a.size() == 0) return;
    const bool only = a.ndim() == 0 && axis && (*axis == 0 || *axis == -1);  // NumPy lets the only element's axis be named
    if (any_true(all_nan(a, axis && !only ? Axes(*axis) : Axes(), false, nullptr)))
        fail(Status::value_error, "a: expected a number in every slice, got one of NaN only");
}

}  // namespace

namespace {

// Whether one of the positions along the axis has a NaN.
bool nan_at(const Array& run, const Array& position, int along) {
    if (run.ndim() > 1) return any_true(isnan(take_along_axis(run, position, {along})));
    const Array element = view(run, run.data + item(position).as<int64_t>() * run.strides[0], {}, {});
    const auto value = cast_scalar(item(element), types::complex128_).as<scalar::complex128>();
    return value.re != value.re || value.im != value.im;
}

// In one pass: only where a NaN stands at a position found can a slice be of NaN only (or of the replacement and NaN).
Array arg_of_numbers(Monoid monoid, const Array& a, double replacement, std::optional<int64_t> axis, const Array* out,
                     bool keepdims) {
    const Scalar other = cast_scalar(Scalar::of(replacement), a.dtype);
    if (out || a.ndim() == 0 || a.size() == 0) {
        refuse_all_nan(a, axis);
        return arg_extremum(monoid, a, axis, out, keepdims, &other);
    }
    const Array run = axis ? a : ravel(a);
    const int along = normalize_axis(axis.value_or(0), run.ndim());
    Array position = arg_extremum(monoid, run, along, nullptr, true, &other);
    if (nan_at(run, position, along)) refuse_all_nan(a, axis);
    if (keepdims && axis) return position;
    position.shape.erase(along);
    position.strides.erase(along);
    if (!keepdims) return position;
    return view(position, position.data, Dims(a.ndim(), 1), Dims(a.ndim(), 0));
}

}  // namespace

Array nanmin(const Array& a, const nanmin_options& o) {
    return reduce(Monoid::fmin, a, {o.axis, {}, o.out, o.keepdims, o.initial, o.where});
}

Array nanmax(const Array& a, const nanmax_options& o) {
    return reduce(Monoid::fmax, a, {o.axis, {}, o.out, o.keepdims, o.initial, o.where});
}

Array nanargmin(const Array& a, const nanargmin_options& o) {
    if (!a.dtype.is_inexact()) return argmin(a, {o.axis, o.out, o.keepdims});
    return arg_of_numbers(Monoid::argmin, a, kInfinity, o.axis, o.out, o.keepdims);
}

Array nanargmax(const Array& a, const nanargmax_options& o) {
    if (!a.dtype.is_inexact()) return argmax(a, {o.axis, o.out, o.keepdims});
    return arg_of_numbers(Monoid::argmax, a, -kInfinity, o.axis, o.out, o.keepdims);
}

namespace {

void check_inexact(DType dtype, const Array* out) {
    if (dtype && !dtype.is_inexact())
        fail(Status::type_error, "dtype: expected a float or complex dtype for such an array, got %s", dtype.name());
    if (out && !out->dtype.is_inexact())
        fail(Status::type_error, "out: expected a float or complex array, got %s", out->dtype.name());
}

Array total_of(const Array& a, const reduce_options& o) {
    return reduce_replaced(Monoid::add, a, cast_scalar(weak_int(0), a.dtype), packed_layout(a), o);
}

// numerator / count into `out`, in float64 or complex128, as NumPy's promotion with an int64 count has it.
void divide_into(const Array& out, const Array& numerator, const Array& count) {
    const Array* inputs[] = {&numerator, &count};
    ufunc_options o;
    o.out = &out;
    o.casting = "unsafe";
    ufunc(Op::divide, inputs, o);
}

}  // namespace

Array nanmean(const Array& a, const nanmean_options& o) {
    if (!a.dtype.is_inexact()) return mean(a, {o.axis, o.dtype, o.out, o.keepdims, o.where});
    check_inexact(o.dtype, o.out);
    const Array numbers = count_numbers(a, o.axis, o.keepdims, o.where);
    const Array total =
        total_of(a, {.axis = o.axis, .dtype = o.dtype, .out = o.out, .keepdims = o.keepdims, .where = o.where});
    divide_into(total, total, numbers);
    return total;
}

namespace {

double delta_degrees(const nanvar_options& o) {
    if (!o.correction) return o.ddof;
    if (o.ddof != 0) fail(Status::value_error, "correction: expected ddof or correction, got both");
    return *o.correction;
}

// The sum of |x - mean|^2, where the deviations are stored in a's type and are 0 in place of NaN.
Array squared_deviations(const Array& a, const Array& mean, const nanvar_options& o) {
    const Array* both[] = {&a, &mean};
    const DType type = result_type(both);  // of x - mean
    const Array zero = constant(0, a.dtype);
    Program p;
    const Register x = p.input(a.dtype), m = p.input(mean.dtype), none = p.input(a.dtype);
    const Register deviation = p.cast(p.push(Op::subtract, type, p.cast(x, type), p.cast(m, type)), a.dtype);
    const Register kept = p.push(Op::select, a.dtype, p.push(Op::isnan, a.dtype, x), none, deviation);
    const Register squared = a.dtype.is_complex() ? p.push(Op::squared_modulus, a.dtype, kept)
                                                  : p.push(Op::multiply, a.dtype, kept, kept);
    Array layout = packed_layout(a);  // of NumPy's temporary: a copy of a, or the real parts of one
    layout.dtype = p.type(squared);
    const reduce_options r{.axis = o.axis, .dtype = o.dtype, .out = o.out, .keepdims = o.keepdims, .where = o.where};
    const DType sum_type = accumulator_type(Monoid::add, layout, r);
    const bool buffered = layout.dtype != sum_type || (o.out && !is_aligned(*o.out));
    const Array* inputs[] = {&a, &mean, &zero};
    return reduce_program(p, p.cast(squared, sum_type), Monoid::add, inputs, layout, buffered, r);
}

}  // namespace

Array nanvar(const Array& a, const nanvar_options& o) {
    if (!a.dtype.is_inexact())
        return var(a, {o.axis, o.dtype, o.out, o.ddof, o.keepdims, o.where, o.mean, o.correction});
    check_inexact(o.dtype, o.out);
    const double ddof = delta_degrees(o);
    Array mean;
    if (o.mean) {
        mean = *o.mean;
    } else {
        mean = total_of(a, {.axis = o.axis, .dtype = o.dtype, .keepdims = true, .where = o.where});
        divide_into(mean, mean, count_numbers(a, o.axis, true, o.where));
    }
    const Array total = squared_deviations(a, mean, o);
    // total / (count - ddof), NaN where that is not above 0
    const Array numbers = count_numbers(a, o.axis, o.keepdims, o.where);
    const Array delta = scalar_array(Scalar::of(ddof)), nan = constant(kNan, total.dtype), zero = scalar_array(Scalar::of(0.0));
    const DType type = total.dtype.is_complex() ? types::complex128_ : types::float64_;
    Program p;
    const Register t = p.input(total.dtype), n = p.input(types::int64_), d = p.input(types::float64_);
    const Register none = p.input(total.dtype), z = p.input(types::float64_);
    const Register degrees = p.push(Op::subtract, types::float64_, p.cast(n, types::float64_), d);
    const Register quotient = p.push(Op::divide, type, p.cast(t, type), p.cast(degrees, type));
    const Register bad = p.push(Op::less_equal, types::float64_, degrees, z);
    const Array* inputs[] = {&total, &numbers, &delta, &nan, &zero};
    ufunc_options into;
    into.out = &total;
    return run_elementwise(p, inputs, p.push(Op::select, total.dtype, bad, none, p.cast(quotient, total.dtype)), into);
}

Array nanstd(const Array& a, const nanstd_options& o) {
    const Array variance =
        nanvar(a, {o.axis, o.dtype, o.out, o.ddof, o.keepdims, o.where, o.mean, o.correction});
    if (!variance.dtype.is_inexact() && (variance.ndim() > 0 || o.out))
        fail(Status::type_error, "dtype: the square root cannot be stored as %s", variance.dtype.name());
    const Array* inputs[] = {&variance};
    ufunc_options root;
    root.out = &variance;
    root.casting = "unsafe";
    return ufunc(Op::sqrt, inputs, root);
}

}  // namespace numpy
}  // namespace lockstep
