// Shapes, axes, conversion.
// Must not know backends.
#include <algorithm>
#include <cstring>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/order.h"
#include "runtime/numpy/reshape_strides.h"

namespace lockstep::numpy {

Array astype(const Array& x, DType dtype, const astype_options& o) {
    if (!dtype) fail(Status::type_error, "dtype: expected a dtype");
    const bool order_kept = o.order == 'K' || (o.order == 'A' && (is_c_contiguous(x) || is_f_contiguous(x))) ||
                            (o.order == 'C' && is_c_contiguous(x)) || (o.order == 'F' && is_f_contiguous(x));
    if (!o.copy && x.dtype == dtype && order_kept) return x;
    if (!can_cast(x.dtype, dtype, casting_of(o.casting)))
        fail(Status::type_error, "x: cannot cast from %s to %s by the rule '%s'", x.dtype.name(), dtype.name(), o.casting);
    const Array y = empty_in_order(dtype, x, o.order);
    assign(y, x, "unsafe");
    return y;
}

Array reshape(const Array& a, std::span<const int64_t> shape, const reshape_options& o) {
    const Dims wanted = complete_shape(a, shape);
    const bool never = o.copy && !std::strcmp(o.copy, "never"), always = o.copy && !std::strcmp(o.copy, "always");
    if (o.copy && !never && !always)
        fail(Status::value_error, "copy: expected always, never or None, got %s", o.copy);
    char order = o.order;
    if (order == 'A') order = is_f_contiguous(a) && !is_c_contiguous(a) ? 'F' : 'C';
    if (order != 'C' && order != 'F') fail(Status::value_error, "order: expected C, F or A, got '%c'", o.order);
    Dims strides;
    if (!always && reshape_strides(a, wanted, order == 'F', strides)) return view(a, a.data, wanted, std::move(strides));
    if (never) fail(Status::value_error, "copy: this reshape cannot be made without a copy");
    Array packed = empty_array(a.dtype, a.shape, a.device(), order);
    assign(packed, a, "no");
    reshape_strides(packed, wanted, order == 'F', strides);
    return view(packed, packed.data, wanted, std::move(strides));
}

Array ravel(const Array& a, const ravel_options& o) {
    const int64_t flat[] = {-1};
    if (o.order != 'K') {
        const Array line = reshape(a, flat, {.order = o.order});
        return is_c_contiguous(line) ? line : copy(line, {.order = 'C'});
    }
    // as the elements lie in memory: sort the axes by stride, then flatten
    int order[kMaxDims];
    const int64_t* strides[] = {a.strides.data()};
    sort_axes(a.ndim(), strides, order);
    Dims axes;
    for (int i = a.ndim() - 1; i >= 0; --i) axes.push_back(order[i]);
    const Array line = reshape(transpose(a, {Axes(axes)}), flat);
    return is_c_contiguous(line) ? line : copy(a.ndim() > 1 && a.size() > 1 ? reshape(a, flat) : line, {.order = 'C'});
}

Array transpose(const Array& a, const transpose_options& o) {
    Dims axes;
    if (o.axes.given) {
        axes = normalize_axes(o.axes, a.ndim(), "axes");
        if (axes.size() != a.ndim())
            fail(Status::value_error, "axes: expected %d (one per dimension), got %d", a.ndim(), axes.size());
    } else {
        for (int i = a.ndim() - 1; i >= 0; --i) axes.push_back(i);
    }
    Dims shape(a.ndim()), strides(a.ndim());
    for (int i = 0; i < a.ndim(); ++i) {
        shape[i] = a.shape[static_cast<int>(axes[i])];
        strides[i] = a.strides[static_cast<int>(axes[i])];
    }
    return view(a, a.data, std::move(shape), std::move(strides));
}

Array swapaxes(const Array& a, int64_t axis1, int64_t axis2) {
    const int i = normalize_axis(axis1, a.ndim(), "axis1"), j = normalize_axis(axis2, a.ndim(), "axis2");
    Dims shape = a.shape, strides = a.strides;
    std::swap(shape[i], shape[j]);
    std::swap(strides[i], strides[j]);
    return view(a, a.data, std::move(shape), std::move(strides));
}

Array expand_dims(const Array& a, const expand_dims_options& o) {
    const int ndim = a.ndim() + o.axis.axis.size();
    if (ndim > kMaxDims) fail(Status::value_error, "axis: expected a result of at most %d dimensions", kMaxDims);
    const Dims axes = normalize_axes(o.axis, ndim);
    Dims shape(ndim), strides(ndim);
    for (int i = 0, j = 0; i < ndim; ++i) {
        const bool fresh = std::find(axes.begin(), axes.end(), i) != axes.end();
        shape[i] = fresh ? 1 : a.shape[j];
        strides[i] = fresh ? 0 : a.strides[j++];
    }
    return view(a, a.data, std::move(shape), std::move(strides));
}

Array squeeze(const Array& a, const squeeze_options& o) {
    // NumPy lets the only element's axis be named: 0 or -1
    const bool scalar_axis = a.ndim() == 0 && o.axis.given && o.axis.axis.size() == 1 &&
                             (o.axis.axis[0] == 0 || o.axis.axis[0] == -1);
    const Dims axes = scalar_axis ? Dims() : normalize_axes(o.axis, a.ndim());
    Dims shape, strides;
    for (int i = 0; i < a.ndim(); ++i) {
        const bool named = std::find(axes.begin(), axes.end(), i) != axes.end();
        if (named && o.axis.given && a.shape[i] != 1)
            fail(Status::value_error, "axis: cannot drop axis %d: expected size 1, got %lld", i,
                 static_cast<long long>(a.shape[i]));
        if (named && a.shape[i] == 1) continue;
        shape.push_back(a.shape[i]);
        strides.push_back(a.strides[i]);
    }
    return view(a, a.data, std::move(shape), std::move(strides));
}

Array broadcast_to(const Array& array, std::span<const int64_t> shape) {
    checked_bytes(shape, array.itemsize());
    Dims strides(static_cast<int>(shape.size()));
    if (!broadcast_strides(array, shape, strides.data()))
        fail(Status::value_error, "array: shape %s could not be broadcast to %s", shape_text(array.shape).c_str(),
             shape_text(shape).c_str());
    Array v = view(array, array.data, Dims(shape), std::move(strides));
    v.read_only = true;
    return v;
}

}  // namespace lockstep::numpy
