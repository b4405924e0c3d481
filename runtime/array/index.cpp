// Index expressions on shapes and strides.
// Must not know devices or elements.
#include "runtime/array/index.h"

#include "runtime/array/error.h"

namespace lockstep {
namespace {

struct Range {
    int64_t start, length, step;
};

// Python's slice.indices on an axis of n elements.
Range slice_range(const Index& s, int64_t n) {
    if (s.step == 0) fail(Status::value_error, "index: expected a slice step other than 0");
    const bool forward = s.step > 0;
    const int64_t low = forward ? 0 : -1, high = forward ? n : n - 1;
    const auto clamp = [&](int64_t i) {
        if (i < 0) i = i < -n ? low : i + n;  // i + n cannot overflow here
        return i < low ? low : i > high ? high : i;
    };
    const int64_t start = s.has_start ? clamp(s.start) : forward ? low : high;
    const int64_t stop = s.has_stop ? clamp(s.stop) : forward ? high : low;
    const uint64_t distance = static_cast<uint64_t>(forward ? stop - start : start - stop);
    const bool empty = forward ? stop <= start : start <= stop;
    const uint64_t magnitude = forward ? static_cast<uint64_t>(s.step) : -static_cast<uint64_t>(s.step);
    if (empty) return {start, 0, s.step};
    const uint64_t length = magnitude == 1 ? distance : (distance - 1) / magnitude + 1;  // a division was 39 % of the time of index_view
    return {start, static_cast<int64_t>(length), s.step};
}

// Axes that an array item takes: one per index, as many as a mask has.
int axes_of(const Array& array) { return array.dtype.is_bool() ? array.ndim() : 1; }

struct Counts {
    int left;  // axes that no item takes
    int ndim;  // of the view
};

Counts count_axes(const Array& a, std::span<const Index> index) {
    int consumed = 0, ellipses = 0, arrays = 0, ndim = a.ndim();
    for (const Index& i : index) {
        consumed += i.kind == Index::Kind::array ? axes_of(*i.array)
                                                 : i.kind == Index::Kind::integer || i.kind == Index::Kind::slice;
        ellipses += i.kind == Index::Kind::ellipsis;
        ndim += (i.kind == Index::Kind::new_axis) - (i.kind == Index::Kind::integer);
        if (i.kind == Index::Kind::array) arrays += axes_of(*i.array);
    }
    if (ellipses > 1) fail(Status::index_error, "index: expected at most one ellipsis ('...'), got %d", ellipses);
    if (consumed > a.ndim())
        fail(Status::index_error, "index: too many indices: the array is %d-dimensional, but %d were indexed", a.ndim(),
             consumed);
    if (ndim > kMaxDims)
        fail(Status::index_error, "index: expected a result of at most %d dimensions", kMaxDims);
    return {a.ndim() - consumed, ndim - arrays};
}

// Makes a view of `a` in place, axis by axis: `x[3:7]` is little more than this.
struct ViewMaker {
    const Array& a;
    int left;  // axes that no item takes
    int64_t *shape, *strides;
    int ndim = 0;  // of the view, so far
    int64_t offset = 0;
    int axis = 0;

    ViewMaker(Array& view, const Array& from, Counts counts) : a(from), left(counts.left) {
        view.shape.resize(counts.ndim);
        view.strides.resize(counts.ndim);
        shape = view.shape.data();
        strides = view.strides.data();
    }
    void push(int64_t size, int64_t stride) {
        shape[ndim] = size;
        strides[ndim++] = stride;
    }
    void keep() {
        push(a.shape[axis], a.strides[axis]);
        ++axis;
    }
    void integer(int64_t i) {
        const int64_t n = a.shape[axis];
        if (i < -n || i >= n)
            fail(Status::index_error, "index %lld is out of bounds for axis %d with size %lld",
                 static_cast<long long>(i), axis, static_cast<long long>(n));
        offset += (i < 0 ? i + n : i) * a.strides[axis];
        ++axis;
    }
    void slice(const Index& i) {
        const Range r = slice_range(i, a.shape[axis]);
        if (r.length > 0) offset += r.start * a.strides[axis];
        // a step that is never taken must not overflow
        push(r.length, r.length > 1 ? r.step * a.strides[axis] : a.strides[axis]);
        ++axis;
    }
    // Of every kind but an array.
    void item(const Index& i) {
        switch (i.kind) {
            case Index::Kind::integer: return integer(i.start);
            case Index::Kind::slice: return slice(i);
            case Index::Kind::new_axis: return push(1, 0);
            case Index::Kind::ellipsis:
                for (; left > 0; --left) keep();
                return;
            default: fail(Status::value_error, "index: unknown kind %d", static_cast<int>(i.kind));
        }
    }
    void finish(Array& view) {
        while (axis < a.ndim()) keep();
        view.storage = a.storage;
        view.data = a.data ? a.data + offset : nullptr;  // an empty array may have no memory
        view.dtype = a.dtype;
        view.read_only = a.read_only;
    }
};

void check_mask_shape(const Array& mask, const Array& a, int axis) {
    for (int i = 0; i < mask.ndim(); ++i)
        if (mask.shape[i] != a.shape[axis + i] && mask.shape[i] != 0)  // NumPy lets empty masks select nothing of anything
            fail(Status::index_error,
                 "boolean index did not match indexed array along axis %d; size of axis is %lld but size of "
                 "corresponding boolean axis is %lld",
                 axis + i, static_cast<long long>(a.shape[axis + i]), static_cast<long long>(mask.shape[i]));
}

}  // namespace

void index_view(Array& view, const Array& a, std::span<const Index> index) {
    ViewMaker maker(view, a, count_axes(a, index));
    for (const Index& i : index) maker.item(i);
    maker.finish(view);
}

Array index_view(const Array& a, std::span<const Index> index) {
    Array view;
    index_view(view, a, index);
    return view;
}

void index_geometry(IndexGeometry& g, const Array& a, std::span<const Index> index) {
    ViewMaker maker(g.kept, a, count_axes(a, index));
    // NumPy: arrays and integers beside each other put their axes where the first one stood, else in front
    enum { none, beside, apart, scattered } seen = none;
    g.position = 0;
    for (const Index& i : index) {
        const bool picks = i.kind == Index::Kind::array || i.kind == Index::Kind::integer;
        if (!picks && seen == beside) seen = apart;
        if (picks && seen == none) {
            seen = beside;
            g.position = maker.ndim;
        } else if (picks && seen == apart) {
            seen = scattered;
            g.position = 0;
        }
        if (i.kind != Index::Kind::array) {
            maker.item(i);
            continue;
        }
        if (i.array->dtype.is_bool()) check_mask_shape(*i.array, a, maker.axis);
        g.array[g.arrays] = i.array;
        g.axis[g.arrays++] = maker.axis;
        maker.axis += axes_of(*i.array);
    }
    maker.finish(g.kept);
}

}  // namespace lockstep
