// Cross products of vectors of three or, deprecated in NumPy, two components.
// Must not know backends. Source of the steps: cross in numpy/_core/numeric.py of NumPy 2.4.
#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/contraction.h"
#include "runtime/numpy/functions.h"

namespace lockstep::numpy {
namespace {

// The components of an operand, each without the axis of vectors.
struct Vectors {
    Array component[3];
    int64_t count;

    Vectors(const Array& x, int64_t axis, const char* name) {
        const int at = normalize_axis(axis, x.ndim(), name);
        count = x.shape[at];
        if (count != 2 && count != 3)
            fail(Status::value_error, "%s: expected 2 or 3 components, got %lld", name,
                 static_cast<long long>(count));
        Dims shape = x.shape, strides = x.strides;
        shape.erase(at);
        strides.erase(at);
        for (int i = 0; i < count; ++i) component[i] = view(x, x.data + i * x.strides[at], shape, strides);
    }
};

// out = p * q - r * s, in `type`.
void difference(const Array& p, const Array& q, const Array& r, const Array& s, DType type,
                const Array& out) {
    Program program;
    const Array* inputs[] = {&p, &q, &r, &s};
    Register in[4];
    for (int i = 0; i < 4; ++i) in[i] = program.input(inputs[i]->dtype);
    for (Register& i : in) i = program.cast(i, type);
    const Register minuend = program.push(Op::multiply, type, in[0], in[1]);
    const Register subtrahend = program.push(Op::multiply, type, in[2], in[3]);
    const Register result = program.push(Op::subtract, type, minuend, subtrahend);
    ufunc_options options;
    options.out = &out;
    run_elementwise(program, inputs, result, options);
}

// All components in one pass, so that vectors are read and written once.
void three_differences(const Array (&p)[3], const Array (&q)[3], DType type, const Array (&part)[3],
                       const Device* device) {
    Program program;
    const Array* arrays[] = {&p[0], &p[1], &p[2], &q[0], &q[1], &q[2], &part[0], &part[1], &part[2]};
    Register in[6], difference[3];
    for (int i = 0; i < 6; ++i) in[i] = program.input(arrays[i]->dtype);
    for (Register& i : in) i = program.cast(i, type);
    const auto times = [&](int i, int j) { return program.push(Op::multiply, type, in[i], in[3 + j]); };
    for (int i = 0; i < 3; ++i) {
        const int j = (i + 1) % 3, k = (i + 2) % 3;
        const Register minuend = times(j, k), subtrahend = times(k, j);
        difference[i] = program.push(Op::subtract, type, minuend, subtrahend);
    }
    for (const Register r : difference) program.result(r);
    run_map(program, arrays, part[0].shape, device, Outputs::fresh);
}

// out = p * q, negated on request.
void single(const Array& p, const Array& q, bool negated, DType type, const Array& out) {
    Program program;
    const Array* inputs[] = {&p, &q};
    Register in[2];
    for (int i = 0; i < 2; ++i) in[i] = program.input(inputs[i]->dtype);
    for (Register& i : in) i = program.cast(i, type);
    Register result = program.push(Op::multiply, type, in[0], in[1]);
    if (negated) result = program.push(Op::negative, type, result);
    ufunc_options options;
    options.out = &out;
    run_elementwise(program, inputs, result, options);
}

}  // namespace

Array cross(const Array& x, const Array& y, const cross_options& o) {
    const Array a = strong(x), b = strong(y);
    if (a.ndim() < 1 || b.ndim() < 1)
        fail(Status::value_error, "a: expected arrays of at least 1 dimension, got 0");
    const Vectors v(a, o.axis.value_or(o.axisa), "axisa"), w(b, o.axis.value_or(o.axisb), "axisb");
    const Array* first[] = {&v.component[0], &w.component[0]};
    const Dims shape = broadcast_shapes(first);
    const bool flat = v.count == 2 && w.count == 2;
    const int axis = flat ? 0 : normalize_axis(o.axis.value_or(o.axisc), shape.size() + 1, "axisc");
    const DType type = promote_types(a.dtype, b.dtype);
    if (!type)
        fail(Status::type_error, "a: there is no common type of %s and %s", a.dtype.name(), b.dtype.name());
    if (type.is_bool())
        fail(Status::type_error, "a: booleans cannot be subtracted, give the type of a number");
    const Device* const device = common_device(first);
    const Array(&p)[3] = v.component, (&q)[3] = w.component;
    if (flat) {
        const Array result = empty_array(type, shape, device);
        difference(p[0], q[1], p[1], q[0], type, result);
        return result;
    }
    Dims vectors = shape;
    vectors.push_back(3);
    const Array result = empty_array(type, vectors, device);
    Array part[3];
    for (int i = 0; i < 3; ++i) {
        Dims strides = result.strides;
        strides.resize(shape.size());
        part[i] = view(result, result.data + i * type.itemsize(), shape, std::move(strides));
    }
    if (v.count == 2) {
        single(p[1], q[2], false, type, part[0]);
        single(p[0], q[2], true, type, part[1]);
    } else if (w.count == 2) {
        single(p[2], q[1], true, type, part[0]);
        single(p[2], q[0], false, type, part[1]);
    }
    if (v.count == 3 && w.count == 3)
        three_differences(p, q, type, part, device);
    else
        difference(p[0], q[1], p[1], q[0], type, part[2]);
    return moveaxis(result, Axes(-1), Axes(axis));
}

}  // namespace lockstep::numpy
