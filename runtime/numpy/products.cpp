// Outer, tensor, Kronecker and cross products.
// Must not know backends.
#include <algorithm>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/contraction.h"
#include "runtime/numpy/functions.h"

namespace lockstep::numpy {

Array outer(const Array& a, const Array& b, const outer_options& o) {
    const Array column = expand_dims(reshape(strong(a), {{-1}}), {Axes(1)}),
                row = reshape(strong(b), {{1, -1}});
    const Array* both[] = {&column, &row};
    ufunc_options options;
    options.out = o.out;
    return ufunc(Op::multiply, both, options);
}

namespace {

// Python's index into a shape: counts from the end where negative.
int64_t size_at(const Array& a, int64_t axis, const char* name) {
    if (axis < -a.ndim() || axis >= a.ndim())
        fail(Status::index_error, "axes: %lld is out of range for the %d dimensions of %s",
             static_cast<long long>(axis), a.ndim(), name);
    return a.shape[static_cast<int>(axis < 0 ? axis + a.ndim() : axis)];
}

void check_distinct(const Dims& axes, const char* name) {
    for (int i = 0; i < axes.size(); ++i)
        for (int j = 0; j < i; ++j)
            if (axes[i] == axes[j])
                fail(Status::value_error, "axes: duplicate axes are not allowed in tensordot: %lld of %s",
                     static_cast<long long>(axes[i]), name);
}

// The axes of `a` that are not summed, then those that are (or the other way round).
Dims sides(const Array& a, Dims& summed, bool summed_last, Dims& kept_shape) {
    uint64_t taken = 0;
    for (int64_t& axis : summed) {
        if (axis < 0) axis += a.ndim();
        if (taken >> axis & 1)
            fail(Status::value_error, "axes: axis %lld is given twice", static_cast<long long>(axis));
        taken |= uint64_t{1} << axis;
    }
    Dims order = summed_last ? Dims() : summed;
    for (int i = 0; i < a.ndim(); ++i)
        if (!(taken >> i & 1)) {
            order.push_back(i);
            kept_shape.push_back(a.shape[i]);
        }
    if (summed_last)
        for (const int64_t axis : summed) order.push_back(axis);
    return order;
}

}  // namespace

Array tensordot(const Array& a, const Array& b, const tensordot_options& o) {
    Dims of_a, of_b;
    if (o.a_axes.given != o.b_axes.given)
        fail(Status::value_error, "a_axes: expected both a_axes and b_axes, or neither");
    if (o.a_axes.given) {
        of_a = o.a_axes.axis;
        of_b = o.b_axes.axis;
    } else {
        if (o.axes > std::max(a.ndim(), b.ndim()))
            fail(Status::index_error, "axes: %lld is out of range", static_cast<long long>(o.axes));
        for (int64_t i = 0; i < o.axes; ++i) {
            of_a.push_back(i - o.axes);
            of_b.push_back(i);
        }
    }
    check_distinct(of_a, "a");
    check_distinct(of_b, "b");
    bool equal = of_a.size() == of_b.size();
    int64_t summed = 1;
    for (int i = 0; equal && i < of_a.size(); ++i) {
        equal = size_at(a, of_a[i], "a") == size_at(b, of_b[i], "b");
        summed *= size_at(a, of_a[i], "a");
    }
    if (!equal)
        fail(Status::value_error, "axes: shape-mismatch for sum: %s and %s", shape_text(a.shape).c_str(),
             shape_text(b.shape).c_str());
    Dims shape, columns;
    const Dims order_a = sides(a, of_a, true, shape), order_b = sides(b, of_b, false, columns);
    const int64_t left[] = {product(shape), summed}, right[] = {summed, product(columns)};
    if (shape.size() + columns.size() > kMaxDims)
        fail(Status::value_error, "a: expected a result of at most %d dimensions", kMaxDims);
    for (const int64_t n : columns) shape.push_back(n);
    checked_bytes(shape, 16);
    const auto turned = [](const Array& x, const Dims& order) {
        return transpose(strong(x), {Axes(std::span<const int64_t>(order))});
    };
    return reshape(matmul(reshape(turned(a, order_a), left), reshape(turned(b, order_b), right)), shape);
}

namespace {

// `a` of `ndim` dimensions, each but the last `together` spread to two: its own and one of size 1 before or
// after it.
Array spread(const Array& a, int ndim, bool before, int together = 0) {
    Dims shape, strides;
    for (int i = 0; i < ndim; ++i) {
        const int axis = i - (ndim - a.ndim());
        const int64_t n = axis < 0 ? 1 : a.shape[axis], stride = axis < 0 ? 0 : a.strides[axis];
        for (const bool own : {!before, before}) {
            if (i >= ndim - together && !own) continue;
            shape.push_back(own ? n : 1);
            strides.push_back(own ? stride : 0);
        }
    }
    return view(a, a.data, std::move(shape), std::move(strides));
}

// `a` with each element of its last axis standing `times` times in a row, or (`whole`) with that axis
// repeated: a copy.
Array repeated(const Array& a, int64_t times, bool whole, DType type) {
    Array wide = a;
    wide.shape.insert(a.ndim() - whole, times);
    wide.strides.insert(a.ndim() - whole, 0);
    const Array copied = empty_array(type, wide.shape, a.device());
    assign(copied, wide, "unsafe");
    Dims shape = a.shape;
    shape[a.ndim() - 1] *= times;
    return view(copied, copied.data, shape, c_strides(shape, type.itemsize()));
}

// Short rows of b make short loops: where there are enough of both to pay for it, the last axes are laid out
// in full.
bool has_short_rows(const Array& a, const Array& b) {
    constexpr int64_t kShort = 256, kEnough = 8;
    if (a.ndim() < 2 || b.ndim() < 2 || a.ndim() != b.ndim() || a.size() == 0 || b.size() == 0) return false;
    const int64_t row = b.shape[b.ndim() - 1], across = a.shape[a.ndim() - 1];
    return row < kShort && across > 1 && a.size() / across >= kEnough / 2 && b.size() / row >= kEnough / 2 &&
           a.size() / across + b.size() / row >= 2 * kEnough;
}

}  // namespace

Array kron(const Array& x, const Array& y) {
    const Array a = strong(x), b = strong(y);
    const int ndim = std::max(a.ndim(), b.ndim());
    if (2 * ndim > kMaxDims)
        fail(Status::value_error, "a: expected at most %d dimensions, got %d", kMaxDims / 2, ndim);
    Array left = spread(a, ndim, false), right = spread(b, ndim, true);
    const Array* both[] = {&left, &right};
    const DType type = resolve_loop(Op::multiply, both);
    Dims shape;
    for (int i = 0; i < ndim; ++i) {
        int64_t n = 0;
        if (__builtin_mul_overflow(left.shape[2 * i], right.shape[2 * i + 1], &n))
            fail(Status::value_error, "a: the result is too large");
        shape.push_back(n);
    }
    const Array result = empty_array(type, shape, common_device(both));
    if (a.device() == b.device() && has_short_rows(a, b)) {
        left = spread(repeated(a, b.shape[ndim - 1], false, type), ndim, false, 1);
        right = spread(repeated(b, a.shape[ndim - 1], true, type), ndim, true, 1);
    }
    const Dims parts_shape = broadcast_shapes(both);
    const Array parts = view(result, result.data, parts_shape, c_strides(parts_shape, type.itemsize()));
    ufunc_options options;
    options.out = &parts;
    ufunc(Op::multiply, both, options);
    return result;
}

}  // namespace lockstep::numpy
