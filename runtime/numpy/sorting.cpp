// Searching and choosing.
// Must not know layouts or backends.
#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/reduce.h"

namespace lockstep::numpy {

Array arg_extremum(Monoid monoid, const Array& a, std::optional<int64_t> axis, const Array* out, bool keepdims,
                   const Scalar* for_nan) {
    const char* name = monoid == Monoid::argmax ? "argmax" : "argmin";
    if (out && out->dtype != types::int64_) fail(Status::type_error, "out: expected int64, got %s", out->dtype.name());
    if (a.ndim() == 0 && axis && (*axis == 0 || *axis == -1)) axis.reset();  // NumPy lets the only element's axis be named
    Array run = axis ? a : ravel(a);
    const int along = normalize_axis(axis.value_or(0), run.ndim());
    if (run.shape[along] == 0 && (run.ndim() == 1 || product(run.shape) == 0)) {
        Dims rest = run.shape;
        rest.erase(along);
        if (product(rest) > 0) fail(Status::value_error, "a: attempt to get %s of an empty sequence", name);
    }
    if (run.shape[along] == 1) {  // seen twice, it stays a dimension, and the first of the two wins
        run.shape[along] = 2;
        run.strides[along] = 0;
    }
    Program p;
    Register value = p.input(run.dtype);
    Array other;
    const Array* both[] = {&run, &other};
    const std::span<const Array* const> inputs(both, for_nan ? 2 : 1);
    if (for_nan) {
        other = scalar_array(*for_nan);
        const Register replacement = p.input(run.dtype);
        value = p.push(Op::select, run.dtype, p.push(Op::isnan, run.dtype, value), replacement, value);
    }
    reduce_options o;
    o.axis = Axes(along);
    if (axis || !keepdims) {
        o.out = out;
        o.keepdims = keepdims;
        return reduce_program(p, value, monoid, inputs, run, false, o);
    }
    Array position = reduce_program(p, value, monoid, inputs, run, false, o);
    position.shape = Dims(a.ndim(), 1);
    position.strides = Dims(a.ndim(), 0);
    if (!out) return position;
    assign(*out, position);
    return *out;
}

Array argmax(const Array& a, const argmax_options& o) {
    return arg_extremum(Monoid::argmax, a, o.axis, o.out, o.keepdims, nullptr);
}

Array argmin(const Array& a, const argmin_options& o) {
    return arg_extremum(Monoid::argmin, a, o.axis, o.out, o.keepdims, nullptr);
}

Array where(const Array& condition, const Array& x, const Array& y) {
    const Array* values[] = {&x, &y};
    const DType type = result_type(values);
    Array folded[2];
    for (int i = 0; i < 2; ++i)
        if (values[i]->ndim() == 0 && values[i]->dtype != type && values[i]->device()->backend->host_memory) {
            Scalar value = item(*values[i]);
            value.weak = Weak::no;  // NumPy's where wraps a Python integer that does not fit
            folded[i] = scalar_array(cast_scalar(value, type));
            values[i] = &folded[i];
        }
    const Array* inputs[] = {&condition, values[0], values[1]};
    Program p;
    for (const Array* a : inputs) p.input(a->dtype);
    const Register mask = p.cast(0, types::bool_);
    const Register first = p.cast(1, type), second = p.cast(2, type);
    return run_elementwise(p, inputs, p.push(Op::select, type, mask, first, second), {});
}

}  // namespace lockstep::numpy
