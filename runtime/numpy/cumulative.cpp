// Cumulative sums and products.
// Must not know layouts or backends. Source: numpy/_core/fromnumeric.py and numpy/lib/_nanfunctions_impl.py of NumPy 2.4.
#include "runtime/array/error.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/accumulate.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/functions.h"

namespace lockstep::numpy {
namespace {

// Without an axis, of the flattened array; a scalar is an array of one.
template <class Options>
Array cumulative(Op op, const Array& a, const Options& o) {
    const bool flat = !o.axis || a.ndim() == 0;
    if (flat && o.axis) normalize_axis(*o.axis, 1);
    return accumulate(op, flat ? ravel(a, {}) : a, {.axis = flat ? 0 : *o.axis, .dtype = o.dtype, .out = o.out});
}

// The array API's form: an axis is needed where there is a choice, and the identity may stand in front.
template <class Options>
Array cumulative_with_initial(Op op, const Array& x, const Options& o) {
    if (!o.axis && x.ndim() > 1)
        fail(Status::value_error, "axis: expected one for an array of more than one dimension");
    return accumulate(op, x.ndim() == 0 ? ravel(x, {}) : x,
                      {.axis = o.axis.value_or(0), .dtype = o.dtype, .out = o.out, .initial = o.include_initial});
}

// NaN counts as `value`.
Array without_nan(const Array& a, int64_t value) {
    if (!a.dtype.is_inexact()) return a;
    const Array instead = scalar_array(cast_scalar(Scalar::of(value), a.dtype));
    const Array* inputs[] = {&a, &instead};
    Program p;
    const Register in = p.input(a.dtype), other = p.input(a.dtype);
    const Register is_nan = p.push(Op::isnan, a.dtype, in);
    return run_elementwise(p, inputs, p.push(Op::select, a.dtype, is_nan, other, in), {});
}

}  // namespace

Array cumsum(const Array& a, const cumsum_options& o) { return cumulative(Op::add, a, o); }

Array cumprod(const Array& a, const cumprod_options& o) { return cumulative(Op::multiply, a, o); }

Array nancumsum(const Array& a, const nancumsum_options& o) { return cumulative(Op::add, without_nan(a, 0), o); }

Array nancumprod(const Array& a, const nancumprod_options& o) { return cumulative(Op::multiply, without_nan(a, 1), o); }

Array cumulative_sum(const Array& x, const cumulative_sum_options& o) { return cumulative_with_initial(Op::add, x, o); }

Array cumulative_prod(const Array& x, const cumulative_prod_options& o) {
    return cumulative_with_initial(Op::multiply, x, o);
}

}  // namespace lockstep::numpy
