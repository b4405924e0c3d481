// Basic indexing on shapes and strides.
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
    return {start, empty ? 0 : static_cast<int64_t>((distance - 1) / magnitude + 1), s.step};
}

int count_consumed(const Array& a, std::span<const Index> index) {
    int consumed = 0, ellipses = 0, ndim = a.ndim();  // of the result
    for (const Index& i : index) {
        consumed += i.kind == Index::Kind::integer || i.kind == Index::Kind::slice;
        ellipses += i.kind == Index::Kind::ellipsis;
        ndim += (i.kind == Index::Kind::new_axis) - (i.kind == Index::Kind::integer);
    }
    if (ellipses > 1) fail(Status::index_error, "index: expected at most one ellipsis, got %d", ellipses);
    if (consumed > a.ndim())
        fail(Status::index_error, "index: too many indices: the array is %d-dimensional, but %d were indexed", a.ndim(),
             consumed);
    if (ndim > kMaxDims)
        fail(Status::index_error, "index: expected a result of at most %d dimensions", kMaxDims);
    return consumed;
}

}  // namespace

Array index_view(const Array& a, std::span<const Index> index) {
    const int consumed = count_consumed(a, index);
    Dims shape, strides;
    int64_t offset = 0;
    int axis = 0;
    const auto keep = [&] {
        shape.push_back(a.shape[axis]);
        strides.push_back(a.strides[axis]);
        ++axis;
    };
    for (const Index& i : index) {
        switch (i.kind) {
            case Index::Kind::integer: {
                const int64_t n = a.shape[axis];
                if (i.start < -n || i.start >= n)
                    fail(Status::index_error, "index: %lld is out of bounds for axis %d with size %lld",
                         static_cast<long long>(i.start), axis, static_cast<long long>(n));
                offset += (i.start < 0 ? i.start + n : i.start) * a.strides[axis];
                ++axis;
                break;
            }
            case Index::Kind::slice: {
                const Range r = slice_range(i, a.shape[axis]);
                if (r.length > 0) offset += r.start * a.strides[axis];
                shape.push_back(r.length);
                // a step that is never taken must not overflow
                strides.push_back(r.length > 1 ? r.step * a.strides[axis] : a.strides[axis]);
                ++axis;
                break;
            }
            case Index::Kind::new_axis:
                shape.push_back(1);
                strides.push_back(0);
                break;
            case Index::Kind::ellipsis:
                for (int left = a.ndim() - consumed; left > 0; --left) keep();
                break;
            default: fail(Status::value_error, "index: unknown kind %d", static_cast<int>(i.kind));
        }
    }
    while (axis < a.ndim()) keep();
    // an empty array may have no memory
    return view(a, a.data ? a.data + offset : nullptr, std::move(shape), std::move(strides));
}

}  // namespace lockstep
