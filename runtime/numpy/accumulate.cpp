// NumPy's ufunc.accumulate, reduce and reduceat by their rules for types, shapes and errors.
// Must not know layouts or backends. Source: PyUFunc_Accumulate and PyUFunc_Reduceat of NumPy 2.4.
#include "runtime/numpy/accumulate.h"

#include <cstring>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/scan.h"
#include "runtime/exec/scan_order.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/reduce.h"

namespace lockstep {
namespace {

// The type in which `op` folds elements of `a`.
DType fold_type(Op op, const Array& a, DType dtype, const Array* out) {
    const OpRow& row = row_of(op);
    if (scans_truth(op)) {
        if (dtype && !dtype.is_bool()) fail(Status::type_error, "%s has no loop with a result of %s", row.name, dtype.name());
        return types::bool_;
    }
    if (dtype) {
        if (!row.has_loop(dtype)) fail(Status::type_error, "%s has no loop with a result of %s", row.name, dtype.name());
        return dtype;
    }
    Array like;
    like.dtype = out ? promote_types(out->dtype, a.dtype) : a.dtype;
    if (!out && (op == Op::add || op == Op::multiply)) like.dtype = sum_type(a.dtype);
    const Array* const both[] = {&like, &like};
    return resolve_loop(op, both);
}

Array cast_to(const Array& a, DType type, const Device* device) {
    if (a.dtype == type) return to_device(a, device);
    const Array* inputs[] = {&a};
    const Array cast = empty_ordered(type, a.shape, result_order(inputs, a.shape), device);
    assign(cast, a.device() == device ? a : to_device(a, device), "unsafe");
    return cast;
}

void check_out(const Array& out, const Dims& shape) {
    if (!out.writable()) fail(Status::read_only, "out: the array is read-only");
    if (!(out.shape == shape))
        fail(Status::value_error, "out: expected shape %s, got %s", shape_text(shape).c_str(), shape_text(out.shape).c_str());
}

// Everything from position 1 of the axis on, or position 0 alone.
Array part(const Array& a, int axis, bool first) {
    Array p = a;
    if (!first) p.data += p.strides[axis];
    p.shape[axis] = first ? 1 : p.shape[axis] - 1;
    return p;
}

const Device* device_of(const Array& a, const Array* out) {
    const Array* arrays[] = {&a, out};
    return common_device({arrays, out ? size_t{2} : size_t{1}});
}

}  // namespace

Array accumulate(Op op, const Array& a, const accumulate_options& o) {
    const int axis = normalize_axis(o.axis, a.ndim());
    const DType type = fold_type(op, a, o.dtype, o.out);
    Dims shape = a.shape;
    shape[axis] += o.initial;
    if (o.out) check_out(*o.out, shape);
    const Device* const device = device_of(a, o.out);
    const Array* inputs[] = {&a};
    const bool direct = o.out && o.out->dtype == type && o.out->device() == device;
    const Array result = direct ? *o.out : empty_ordered(type, shape, result_order(inputs, a.shape), device);
    const Array in = cast_to(a, type, device);
    if (!o.initial) {
        run_scan(op, in, axis, result);
    } else {
        run_scan(op, in, axis, part(result, axis, false));
        const bool one = row_of(op).identity == Identity::one;
        assign(part(result, axis, true), scalar_array(cast_scalar(Scalar::of<int64_t>(one), type)), "no");
    }
    if (!o.out || direct) return result;
    assign(*o.out, result, "unsafe");
    return *o.out;
}

namespace numpy {
namespace {

// The ufunc of two inputs that `method` folds with.
Op binary_op(const char* name, const char* method) {
    for (int i = 1; i < kOps; ++i) {
        const OpRow& row = kOpRows.row[i];
        if (!row.ufunc || std::strcmp(row.name, name) != 0) continue;
        if (row.inputs != 2) fail(Status::value_error, "%s only supported for binary functions", method);
        return static_cast<Op>(i);
    }
    fail(Status::value_error, "ufunc: there is no ufunc named %s", name);
}

[[noreturn]] void not_there(const char* name, const char* method) {
    fail(Status::not_implemented, "%s.%s is not there yet in Lockstep", name, method);
}

Op folding_op(const char* name, const char* method) {
    const Op op = binary_op(name, method);
    if (scan_slot(op) < 0) not_there(name, method);
    return op;
}

Monoid monoid_of(const char* name) {
    const Op op = binary_op(name, "reduce");
    for (int m = 1; m < kMonoids; ++m)
        if (operation_of(static_cast<Monoid>(m)) == op && !is_arg(static_cast<Monoid>(m))) return static_cast<Monoid>(m);
    not_there(name, "reduce");
}

int fold_axis(const Array& array, std::optional<int64_t> axis, const char* method) {
    if (array.ndim() == 0) fail(Status::type_error, "cannot %s on a scalar", method);
    if (!axis && array.ndim() > 1) fail(Status::value_error, "%s does not allow multiple axes", method);
    return normalize_axis(axis.value_or(0), array.ndim());
}

}  // namespace

Array ufunc_accumulate(const char* name, const Array& array, const ufunc_accumulate_options& o) {
    const Op op = folding_op(name, "accumulate");
    const int axis = fold_axis(array, o.axis, "accumulate");
    return accumulate(op, array, {.axis = axis, .dtype = o.dtype, .out = o.out});
}

Array ufunc_reduce(const char* name, const Array& array, const ufunc_reduce_options& o) {
    return reduce(monoid_of(name), array, {o.axis, o.dtype, o.out, o.keepdims, o.initial, o.where});
}

Array ufunc_reduceat(const char* name, const Array& array, const Array& indices, const ufunc_reduceat_options& o) {
    const Op op = folding_op(name, "reduceat");
    const int axis = fold_axis(array, o.axis, "reduceat");
    if (indices.ndim() > 1) fail(Status::value_error, "indices: expected one dimension, got %d", indices.ndim());
    if (!can_cast(indices.dtype, types::int64_, indices.ndim() == 0 || indices.size() == 0 ? Casting::unsafe : Casting::safe))
        fail(Status::type_error, "indices: cannot cast %s to int64 by the rule 'safe'", indices.dtype.name());
    const DType type = fold_type(op, array, o.dtype, o.out);
    Dims shape = array.shape;
    shape[axis] = indices.size();
    if (o.out) check_out(*o.out, shape);
    const Device* const device = device_of(array, o.out);
    const bool direct = o.out && o.out->dtype == type && o.out->device() == device;
    Array result;
    if (direct) {
        result = *o.out;
    } else {
        // the axis takes no part in the order: it stays where C order has it
        int64_t strides[kMaxDims];
        int order[kMaxDims];
        broadcast_strides(array, array.shape, strides);
        strides[axis] = 0;
        const int64_t* rows[] = {strides};
        sort_axes(array.ndim(), rows, order);
        Dims axes;
        for (int i = 0; i < array.ndim(); ++i) axes.push_back(order[i]);
        result = empty_ordered(type, shape, axes, device);
    }
    const Array places = ravel(cast_to(indices, types::int64_, device), {});
    run_segments(op, cast_to(array, type, device), axis, places, result);
    if (!o.out || direct) return result;
    assign(*o.out, result, "unsafe");
    return *o.out;
}

}  // namespace numpy
}  // namespace lockstep
