// Products of matrices and vectors.
// Must not know backends.
#include <cstdlib>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/stream.h"
#include "runtime/numpy/functions.h"

namespace lockstep::numpy {
namespace {

// out = a * b for arrays of at least two dimensions and one dtype; out is fresh or disjoint.
void multiply_into(const Array& a, const Array& b, const Array& out, const Device* device) {
    const Backend* backend = backend_for(device, Primitive::matmul, a.dtype, "matmul");
    if (backend != device->backend) {
        const Array c = empty_array(out.dtype, out.shape, cpu_device());
        multiply_into(to_device(a, cpu_device()), to_device(b, cpu_device()), c, cpu_device());
        return assign(out, c, "no");
    }
    const int batch = out.ndim() - 2;
    const std::span<const int64_t> batch_shape{out.shape.data(), static_cast<size_t>(batch)};
    int64_t strides[3][kMaxDims];
    const Array* arrays[] = {&a, &b, &out};
    for (int k = 0; k < 3; ++k) {
        const Array& x = *arrays[k];
        Dims outer, outer_strides;
        for (int i = 0; i < x.ndim() - 2; ++i) {
            outer.push_back(x.shape[i]);
            outer_strides.push_back(x.strides[i]);
        }
        broadcast_strides(view(x, x.data, outer, outer_strides), batch_shape, strides[k]);
        strides[k][batch] = x.strides[x.ndim() - 2];
        strides[k][batch + 1] = x.strides[x.ndim() - 1];
    }
    const MatmulTask task{a.dtype,          a.shape[a.ndim() - 2], b.shape[b.ndim() - 1], a.shape[a.ndim() - 1], batch,
                          out.shape.data(), a.data,                b.data,                out.data,              strides[0],
                          strides[1],       strides[2]};
    const Array *reads[] = {&a, &b}, *writes[] = {&out};
    backend->matmul(device->ordinal, task, stream_for(device, reads, writes));
}

// Products count strides in elements: other layouts (fields of packed structures) are copied.
Array in_elements(const Array& a, DType type) {
    bool whole = a.dtype == type && is_aligned(a);
    for (int i = 0; i < a.ndim(); ++i) whole &= a.shape[i] == 1 || a.strides[i] % a.itemsize() == 0;
    return astype(a, type, {.copy = !whole});
}

Array with_axis(const Array& a, int axis) { return expand_dims(a, {Axes(axis)}); }

void check_operand(const Array& a, const char* name) {
    if (a.ndim() == 0)
        fail(Status::value_error, "%s: expected at least 1 dimension, got 0: multiply by a scalar with multiply", name);
}

Dims product_shape(const Array& a, const Array& b) {
    Array outer_a = a, outer_b = b;
    outer_a.shape.resize(a.ndim() - 2);
    outer_b.shape.resize(b.ndim() - 2);
    const Array* both[] = {&outer_a, &outer_b};
    Dims shape = broadcast_shapes(both);
    if (shape.size() + 2 > kMaxDims) fail(Status::value_error, "x1: expected a result of at most %d dimensions", kMaxDims);
    shape.push_back(a.shape[a.ndim() - 2]);
    shape.push_back(b.shape[b.ndim() - 1]);
    return shape;
}

// Drops the axes that stood in for a missing dimension.
Array without_axes(const Array& c, bool row, bool column) {
    Dims shape, strides;
    for (int i = 0; i < c.ndim(); ++i) {
        if ((row && i == c.ndim() - 2) || (column && i == c.ndim() - 1)) continue;
        shape.push_back(c.shape[i]);
        strides.push_back(c.strides[i]);
    }
    return view(c, c.data, std::move(shape), std::move(strides));
}

}  // namespace

Array matmul(const Array& x1, const Array& x2, const matmul_options& o) {
    check_operand(x1, "x1");
    check_operand(x2, "x2");
    const Array* both[] = {&x1, &x2};
    const DType type = o.dtype ? o.dtype : result_type(both);
    if (!type) fail(Status::type_error, "x1: there is no common type of %s and %s", x1.dtype.name(), x2.dtype.name());
    for (const Array* x : both)
        if (!can_cast(x->dtype, type, casting_of(o.casting)))
            fail(Status::type_error, "dtype: cannot cast from %s to %s by the rule '%s'", x->dtype.name(), type.name(),
                 o.casting);
    const bool row = x1.ndim() == 1, column = x2.ndim() == 1;
    const Device* device = common_device(both);
    Array a = in_elements(to_device(row ? with_axis(x1, 0) : x1, device), type);
    Array b = in_elements(to_device(column ? with_axis(x2, 1) : x2, device), type);
    const int64_t inner = b.shape[b.ndim() - 2], k = a.shape[a.ndim() - 1];
    if (inner != k)
        fail(Status::value_error, "x2: expected %s dimension %lld (to match x1's last), got %lld",
             x2.ndim() > 2 ? "second-to-last" : "first", static_cast<long long>(k), static_cast<long long>(inner));
    const Array c = empty_array(type, product_shape(a, b), device);
    if (c.size()) multiply_into(a, b, c, device);
    const Array result = without_axes(c, row, column);
    if (!o.out) return result;
    if (!(o.out->shape == result.shape))
        fail(Status::value_error, "out: expected shape %s, got %s", shape_text(result.shape).c_str(),
             shape_text(o.out->shape).c_str());
    assign(*o.out, result, o.casting);
    return *o.out;
}

namespace {

// a's last axis against b's second-to-last: every pair of remaining indices.
Array dot_general(const Array& a, const Array& b) {
    const int inner = b.ndim() - 2;
    const int64_t k = a.shape[a.ndim() - 1];
    const int64_t rows[] = {k ? a.size() / k : product({a.shape.data(), static_cast<size_t>(a.ndim() - 1)}), k};
    if (a.ndim() + b.ndim() - 2 > kMaxDims)
        fail(Status::value_error, "a: expected a result of at most %d dimensions", kMaxDims);
    // b with its summed axis in front, the others flattened behind it
    Dims axes{inner};
    Dims shape;
    for (int i = 0; i < a.ndim() - 1; ++i) shape.push_back(a.shape[i]);
    for (int i = 0; i < b.ndim(); ++i)
        if (i != inner) {
            axes.push_back(i);
            shape.push_back(b.shape[i]);
        }
    const Array turned = transpose(b, {Axes(std::span<const int64_t>(axes))});
    const int64_t columns[] = {k, k ? b.size() / k : product({turned.shape.data() + 1, static_cast<size_t>(b.ndim() - 1)})};
    return reshape(matmul(reshape(a, rows), reshape(turned, columns)), shape);
}

}  // namespace

Array dot(const Array& a, const Array& b, const dot_options& o) {
    Array result;
    if (a.ndim() == 0 || b.ndim() == 0) {
        const Array* both[] = {&a, &b};
        result = ufunc(Op::multiply, both);
    } else {
        const int inner = b.ndim() > 1 ? b.ndim() - 2 : 0;
        if (a.shape[a.ndim() - 1] != b.shape[inner])
            fail(Status::value_error, "b: shapes %s and %s not aligned: expected dimension %d of size %lld, got %lld",
                 shape_text(a.shape).c_str(), shape_text(b.shape).c_str(), inner,
                 static_cast<long long>(a.shape[a.ndim() - 1]), static_cast<long long>(b.shape[inner]));
        result = a.ndim() <= 2 && b.ndim() <= 2 ? matmul(a, b) : b.ndim() == 1 ? matmul(a, b) : dot_general(a, b);
    }
    if (!o.out) return result;
    if (o.out->dtype != result.dtype || !(o.out->shape == result.shape) || !is_c_contiguous(*o.out))
        fail(Status::value_error, "out: expected a C-contiguous %s array of shape %s, got %s of shape %s",
             result.dtype.name(), shape_text(result.shape).c_str(), o.out->dtype.name(), shape_text(o.out->shape).c_str());
    assign(*o.out, result, "no");
    return *o.out;
}

}  // namespace lockstep::numpy
