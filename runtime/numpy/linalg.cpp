// Products of matrices and vectors: matmul and its kin, dot, vdot, inner.
// Must not know backends.
#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/memory.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/contraction.h"
#include "runtime/numpy/functions.h"

namespace lockstep::numpy {

Array matmul(const Array& x1, const Array& x2, const matmul_options& o) {
    for (const Array* x : {&x1, &x2})
        if (x->ndim() == 0)
            fail(Status::value_error,
                 "%s: expected at least 1 dimension, got 0: multiply by a scalar with multiply",
                 x == &x1 ? "x1" : "x2");
    return stacked_product(x1, x2, {.row = x1.ndim() == 1, .column = x2.ndim() == 1},
                           {o.out, o.dtype, o.casting});
}

Array matvec(const Array& x1, const Array& x2, const matvec_options& o) {
    return stacked_product(x1, x2, {.column = true}, {o.out, o.dtype, o.casting});
}

Array vecmat(const Array& x1, const Array& x2, const vecmat_options& o) {
    return stacked_product(x1, x2, {.row = true, .conjugate = true}, {o.out, o.dtype, o.casting});
}

namespace {

Array last(const Array& x, int64_t axis, const char* name) {
    if (x.ndim() == 0) fail(Status::value_error, "%s: expected at least 1 dimension, got 0", name);
    return axis == -1 ? x : moveaxis(x, Axes(axis), Axes(-1));
}

// `out` of a result that keeps the summed axis, without that axis.
Array without_kept(const Array& out, int64_t axis) {
    if (out.ndim() == 0)
        fail(Status::value_error, "out: expected at least 1 dimension, as keepdims has it, got 0");
    const int at = normalize_axis(axis, out.ndim());
    if (out.shape[at] != 1)
        fail(Status::value_error, "out: expected size 1 in axis %d, got %lld", at,
             static_cast<long long>(out.shape[at]));
    Array narrow = out;
    narrow.shape.erase(at);
    narrow.strides.erase(at);
    return narrow;
}

}  // namespace

Array vecdot(const Array& x1, const Array& x2, const vecdot_options& o) {
    const Array a = last(x1, o.axis, "x1"), b = last(x2, o.axis, "x2");
    const Array narrow = o.out && o.keepdims ? without_kept(*o.out, o.axis) : Array();
    const product_options product{o.out && o.keepdims ? &narrow : o.out, o.dtype, o.casting};
    const Array result = stacked_product(a, b, {.row = true, .column = true, .conjugate = true}, product);
    if (o.out) return *o.out;
    return o.keepdims ? expand_dims(result, {Axes(o.axis)}) : result;
}

namespace {

int64_t size_without(const Array& a, int axis) {
    int64_t n = 1;
    for (int i = 0; i < a.ndim(); ++i)
        if (i != axis) n *= a.shape[i];
    return n;
}

// Axis `summed` of b against the last of a: every pair of the remaining indices.
Array all_pairs(const Array& a, const Array& b, int summed) {
    if (a.ndim() + b.ndim() - 2 > kMaxDims)
        fail(Status::value_error, "a: expected a result of at most %d dimensions", kMaxDims);
    const int64_t k = a.shape[a.ndim() - 1];
    Dims shape, axes;  // b with its summed axis behind the others
    for (int i = 0; i < a.ndim() - 1; ++i) shape.push_back(a.shape[i]);
    for (int i = 0; i < b.ndim(); ++i) {
        if (i == summed) continue;
        axes.push_back(i);
        shape.push_back(b.shape[i]);
    }
    axes.push_back(summed);
    checked_bytes(shape, 16);
    const int64_t rows[] = {size_without(a, a.ndim() - 1), k}, columns[] = {size_without(b, summed), k};
    const Array turned = reshape(transpose(b, {Axes(std::span<const int64_t>(axes))}), columns);
    return reshape(matmul(reshape(a, rows), transpose(turned)), shape);
}

Array scaled(const Array& a, const Array& b) {
    const Array* both[] = {&a, &b};
    return ufunc(Op::multiply, both);
}

void check_sizes(const Array& a, const Array& b, int summed) {
    if (a.shape[a.ndim() - 1] == b.shape[summed]) return;
    fail(Status::value_error, "b: shapes %s and %s not aligned: expected dimension %d of size %lld, got %lld",
         shape_text(a.shape).c_str(), shape_text(b.shape).c_str(), summed,
         static_cast<long long>(a.shape[a.ndim() - 1]), static_cast<long long>(b.shape[summed]));
}

}  // namespace

Array dot(const Array& x, const Array& y, const dot_options& o) {
    const Array a = strong(x), b = strong(y);
    const bool scalar = a.ndim() == 0 || b.ndim() == 0, plain = a.ndim() <= 2 && b.ndim() <= 2;
    const int summed = b.ndim() > 1 ? b.ndim() - 2 : 0;
    if (!scalar) check_sizes(a, b, summed);
    const auto product = [&] {
        return scalar ? scaled(a, b) : plain || b.ndim() == 1 ? matmul(a, b) : all_pairs(a, b, summed);
    };
    if (!o.out) return product();
    Dims shape;
    const Array* both[] = {&a, &b};
    const DType type = result_type(both);
    for (int i = 0; i < a.ndim() - !scalar; ++i) shape.push_back(a.shape[i]);
    for (int i = 0; i < b.ndim(); ++i)
        if (scalar || i != summed) shape.push_back(b.shape[i]);
    if (o.out->dtype != type || !(o.out->shape == shape) || !is_c_contiguous(*o.out))
        fail(Status::value_error, "out: expected a C-contiguous %s array of shape %s, got %s of shape %s",
             type.name(), shape_text(shape).c_str(), o.out->dtype.name(), shape_text(o.out->shape).c_str());
    if (!o.out->writable()) fail(Status::read_only, "out: the array is read-only");
    if (!scalar && plain)
        return stacked_product(a, b, {.row = a.ndim() == 1, .column = b.ndim() == 1},
                               {.out = o.out, .dtype = {}});
    assign(*o.out, product(), "no");
    return *o.out;
}

Array vdot(const Array& x, const Array& y) {
    const Array a = ravel(strong(x)), b = ravel(strong(y));
    if (a.size() != b.size())
        fail(Status::value_error, "b: expected %lld elements, as a, got %lld",
             static_cast<long long>(a.size()), static_cast<long long>(b.size()));
    return stacked_product(a, b, {.row = true, .column = true, .conjugate = true}, {});
}

Array inner(const Array& x, const Array& y) {
    const Array a = strong(x), b = strong(y);
    if (a.ndim() == 0 || b.ndim() == 0) return scaled(a, b);
    check_sizes(a, b, b.ndim() - 1);
    return all_pairs(a, b, b.ndim() - 1);
}

}  // namespace lockstep::numpy
