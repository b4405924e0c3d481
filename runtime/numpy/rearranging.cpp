// Rolling, flipping, turning, tiling, moving axes.
// Must not know backends.
#include <algorithm>
#include <utility>

#include "runtime/array/error.h"
#include "runtime/exec/memory.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/order.h"

namespace lockstep::numpy {
namespace {

// `count` elements along one axis, from `start` on.
Array part(const Array& a, int axis, int64_t start, int64_t count) {
    Array v = view(a, a.data + start * a.strides[axis], a.shape, a.strides);
    v.shape[axis] = count;
    return v;
}

// to = from rolled by shift[i] (0 <= shift[i] < size) along axis i, for the axes from `axis` on.
void roll_into(const Array& to, const Array& from, const Dims& shift, int axis) {
    while (axis < shift.size() && shift[axis] == 0) ++axis;
    if (axis == shift.size()) return assign(to, from, "no");
    const int64_t n = from.shape[axis], moved = shift[axis];
    roll_into(part(to, axis, moved, n - moved), part(from, axis, 0, n - moved), shift, axis + 1);
    roll_into(part(to, axis, 0, moved), part(from, axis, n - moved, moved), shift, axis + 1);
}

void require(const Axes& axes, const char* argument) {
    if (!axes.given) fail(Status::type_error, "%s: expected an integer or several, got None", argument);
}

Array reversed(const Array& m, uint64_t axes) {
    Array v = view(m, m.data, m.shape, m.strides);
    for (int i = 0; i < m.ndim(); ++i) {
        if (!(axes >> i & 1)) continue;
        if (m.shape[i] > 0) v.data += (m.shape[i] - 1) * m.strides[i];
        v.strides[i] = -m.strides[i];
    }
    return v;
}

}  // namespace

Array roll(const Array& a, const Axes& shift, const roll_options& o) {
    require(shift, "shift");
    if (!o.axis.given) return reshape(roll(ravel(a), shift, {.axis = Axes(0)}), a.shape);
    const Dims &shifts = shift.axis, &axes = o.axis.axis;
    const int pairs = shifts.size() == 1 ? axes.size() : shifts.size();
    if (shifts.size() != axes.size() && shifts.size() != 1 && axes.size() != 1)
        fail(Status::value_error, "shift: expected as many shifts as axes or one of either, got %d and %d", shifts.size(),
             axes.size());
    for (const int64_t axis : axes) normalize_axis(axis, a.ndim());
    Dims moved(a.ndim());
    for (int i = 0; i < pairs; ++i) {
        const int axis = normalize_axis(axes[axes.size() == 1 ? 0 : i], a.ndim());
        const int64_t n = a.shape[axis], by = shifts[shifts.size() == 1 ? 0 : i];
        if (n == 0) continue;
        const int64_t places = by % n + (by % n < 0 ? n : 0);  // in [0, n): no sum of two wraps
        moved[axis] = moved[axis] >= n - places ? moved[axis] - (n - places) : moved[axis] + places;
    }
    const Array result = empty_in_order(a.dtype, a, 'K');
    roll_into(result, a, moved, 0);
    return result;
}

Array flip(const Array& m, const flip_options& o) {
    uint64_t axes = 0;
    for (const int64_t axis : normalize_axes(o.axis, m.ndim())) axes |= uint64_t{1} << axis;
    return reversed(m, axes);
}

Array fliplr(const Array& m) {
    if (m.ndim() < 2) fail(Status::value_error, "m: expected at least 2 dimensions, got %d", m.ndim());
    return reversed(m, 2);
}

Array flipud(const Array& m) {
    if (m.ndim() < 1) fail(Status::value_error, "m: expected at least 1 dimension, got 0");
    return reversed(m, 1);
}

Array rot90(const Array& m, const rot90_options& o) {
    const Dims& axes = o.axes.axis;
    if (!o.axes.given) fail(Status::type_error, "axes: expected two axes, got None");
    if (axes.size() != 2) fail(Status::value_error, "axes: expected two axes, got %d", axes.size());
    for (const int64_t axis : axes)
        if (axis < -m.ndim() || axis >= m.ndim())
            fail(Status::value_error, "axes: %lld is out of bounds for an array of dimension %d",
                 static_cast<long long>(axis), m.ndim());
    const int first = normalize_axis(axes[0], m.ndim(), "axes"), second = normalize_axis(axes[1], m.ndim(), "axes");
    if (first == second) fail(Status::value_error, "axes: expected two different axes, got %d twice", first);
    const uint64_t one = uint64_t{1} << first, two = uint64_t{1} << second;
    switch (o.k & 3) {
        case 1: return swapaxes(reversed(m, two), first, second);
        case 2: return reversed(m, one | two);
        case 3: return reversed(swapaxes(m, first, second), two);
        default: return view(m, m.data, m.shape, m.strides);
    }
}

Array tile(const Array& A, const Axes& reps) {
    require(reps, "reps");
    Dims times = reps.axis;
    Array a = A;
    a.weak = Weak::no;
    const int ndim = std::max(a.ndim(), times.size());
    const bool once = std::all_of(times.begin(), times.end(), [](int64_t n) { return n == 1; });
    while (times.size() < ndim) times.insert(0, 1);
    while (a.ndim() < ndim) {
        a.shape.insert(0, 1);
        a.strides.insert(0, 0);
    }
    if (once) return copy(a);
    Dims shape = a.shape;
    for (int i = 0; i < ndim; ++i) {
        if (times[i] < 0)
            fail(Status::value_error, "reps: expected at least 0, got %lld", static_cast<long long>(times[i]));
        if (__builtin_mul_overflow(shape[i], times[i], &shape[i]))
            fail(Status::value_error, "reps: the result is too long");
    }
    const Array result = empty_array(a.dtype, shape, a.device());
    if (result.size() == 0) return result;
    // An axis that is wide and repeated becomes two: the result is a's broadcast. 64 dimensions are enough, as each
    // such axis makes the result at least four times as large.
    Dims wide, from, to;
    const auto push = [&](int64_t size, int64_t source, int64_t target) {
        if (size == 1) return;
        wide.push_back(size);
        from.push_back(source);
        to.push_back(target);
    };
    for (int i = 0; i < ndim; ++i) {
        push(times[i], 0, result.strides[i] * a.shape[i]);
        push(a.shape[i], a.strides[i], result.strides[i]);
    }
    assign(view(result, result.data, wide, std::move(to)), view(a, a.data, wide, std::move(from)), "no");
    return result;
}

Array resize(const Array& a, const Axes& new_shape) {
    require(new_shape, "new_shape");
    for (const int64_t n : new_shape.axis)
        if (n < 0) fail(Status::value_error, "new_shape: expected sizes of at least 0, got %lld", static_cast<long long>(n));
    const Array line = ravel(a);
    const Array result = empty_array(a.dtype, new_shape.axis, a.device());
    const int64_t size = result.size(), n = line.size();
    if (n == 0 && size > 0) assign(result, scalar_array(weak_int(0)), "unsafe");
    if (n == 0 || size == 0) return result;
    const int64_t itemsize = a.itemsize(), whole = size / n, rest = size % n;
    const Dims shape{whole, n};
    if (whole) assign(view(result, result.data, shape, c_strides(shape, itemsize)), line, "no");
    if (rest) assign(view(result, result.data + whole * n * itemsize, {rest}, {itemsize}), part(line, 0, 0, rest), "no");
    return result;
}

Array append(const Array& arr, const Array& values, const append_options& o) {
    Array first = o.axis ? arr : ravel(arr), second = o.axis ? values : ravel(values);
    first.weak = second.weak = Weak::no;  // NumPy makes arrays of them first
    const Array* both[] = {&first, &second};
    concatenate_options along;
    along.axis = Axes(o.axis.value_or(0));
    return concatenate(both, along);
}

Array moveaxis(const Array& a, const Axes& source, const Axes& destination) {
    require(source, "source");
    require(destination, "destination");
    const Dims from = normalize_axes(source, a.ndim(), "source"), to = normalize_axes(destination, a.ndim(), "destination");
    if (from.size() != to.size())
        fail(Status::value_error, "source: expected as many axes as destination has, got %d and %d", from.size(), to.size());
    Dims order(a.ndim(), -1);
    uint64_t moved = 0;
    for (int i = 0; i < from.size(); ++i) {
        order[static_cast<int>(to[i])] = from[i];
        moved |= uint64_t{1} << from[i];
    }
    for (int i = 0, next = 0; i < a.ndim(); ++i) {
        if (order[i] >= 0) continue;
        while (moved >> next & 1) ++next;
        order[i] = next++;
    }
    return transpose(a, {Axes(std::span<const int64_t>(order))});
}

Array rollaxis(const Array& a, int64_t axis, const rollaxis_options& o) {
    const int n = a.ndim(), from = normalize_axis(axis, n);
    if (o.start < -n || o.start > n)
        fail(Status::axis_error, "start: expected from %d to %d, got %lld", -n, n, static_cast<long long>(o.start));
    const int64_t start = o.start < 0 ? o.start + n : o.start;
    return moveaxis(a, Axes(from), Axes(from < start ? start - 1 : start));
}

}  // namespace lockstep::numpy
