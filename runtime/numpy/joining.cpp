// Joining arrays along an axis.
// Must not know backends.
#include <cstdlib>
#include <vector>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/functions.h"

namespace lockstep::numpy {
namespace {

void check_count(std::span<const Array* const> arrays) {
    if (arrays.empty()) fail(Status::value_error, "arrays: expected at least one array");
}

Dims joined_shape(std::span<const Array* const> arrays, int axis) {
    Dims shape = arrays[0]->shape;
    for (size_t k = 1; k < arrays.size(); ++k) {
        const Array& a = *arrays[k];
        if (a.ndim() != shape.size())
            fail(Status::value_error, "arrays: expected %d dimensions as in array 0, got %d in array %zu", shape.size(),
                 a.ndim(), k);
        for (int i = 0; i < shape.size(); ++i)
            if (i != axis && a.shape[i] != shape[i])
                fail(Status::value_error,
                     "arrays: all sizes except along axis %d must match: along dimension %d array 0 has size %lld and "
                     "array %zu has size %lld",
                     axis, i, static_cast<long long>(shape[i]), k, static_cast<long long>(a.shape[i]));
        if (__builtin_add_overflow(shape[axis], a.shape[axis], &shape[axis]))
            fail(Status::value_error, "arrays: the result is too long");
    }
    return shape;
}

// Whether axis `outer` moves inside axis `inner`: where all arrays in which both are wider than 1 agree on it.
// Undecided when there is no such array.
enum class Verdict { undecided, stay, swap };
Verdict compare_axes(std::span<const Array* const> arrays, int outer, int inner) {
    Verdict verdict = Verdict::undecided;
    for (const Array* a : arrays) {
        if (a->shape[outer] == 1 || a->shape[inner] == 1) continue;
        if (std::llabs(a->strides[inner]) <= std::llabs(a->strides[outer])) verdict = Verdict::stay;
        else if (verdict == Verdict::undecided) verdict = Verdict::swap;
    }
    return verdict;
}

// NumPy's order of the result in memory, innermost axis first: all arrays have a say, C order wins a conflict.
// Source: PyArray_CreateMultiSortedStridePerm.
Array fresh(std::span<const Array* const> arrays, DType type, const Dims& shape) {
    const int ndim = shape.size();
    Dims order;
    for (int axis = ndim - 1; axis >= 0; --axis) order.push_back(axis);
    for (int i = ndim - 2; i >= 0; --i) {  // outermost first is at the end: insert each axis among those after it
        const int64_t axis = order[i];
        int position = i;
        for (int j = i + 1; j < ndim; ++j) {
            const Verdict verdict = compare_axes(arrays, static_cast<int>(order[j]), static_cast<int>(axis));
            if (verdict == Verdict::stay) break;
            if (verdict == Verdict::swap) position = j;
        }
        for (int j = i; j < position; ++j) order[j] = order[j + 1];
        order[position] = axis;
    }
    return empty_ordered(type, shape, order, common_device(arrays));
}

// axis=None: all elements of each, one after the other.
Array concatenate_flat(std::span<const Array* const> arrays, concatenate_options o) {
    std::vector<Array> flat;
    std::vector<const Array*> pointers;
    for (const Array* a : arrays) flat.push_back(ravel(*a));
    for (const Array& a : flat) pointers.push_back(&a);
    o.axis = Axes(0);
    return concatenate(pointers, o);
}

}  // namespace

Array concatenate(std::span<const Array* const> arrays, const concatenate_options& o) {
    check_count(arrays);
    if (!o.axis.given) return concatenate_flat(arrays, o);
    if (arrays[0]->ndim() == 0) fail(Status::value_error, "arrays: zero-dimensional arrays cannot be concatenated");
    const int axis = normalize_axis(o.axis.axis[0], arrays[0]->ndim());
    const Dims shape = joined_shape(arrays, axis);
    const DType type = o.dtype ? o.dtype : o.out ? o.out->dtype : result_type(arrays);
    if (o.out && o.dtype) fail(Status::type_error, "out: expected out or dtype, got both");
    if (o.out && !(o.out->shape == shape))
        fail(Status::value_error, "out: expected shape %s, got %s", shape_text(shape).c_str(),
             shape_text(o.out->shape).c_str());
    for (const Array* a : arrays)
        if (!can_cast(a->dtype, type, casting_of(o.casting)))
            fail(Status::type_error, "arrays: cannot cast from %s to %s by the rule '%s'", a->dtype.name(), type.name(),
                 o.casting);
    const Array out = o.out ? *o.out : fresh(arrays, type, shape);
    int64_t at = 0;
    for (const Array* a : arrays) {
        Dims part = shape;
        part[axis] = a->shape[axis];
        if (product(part)) assign(view(out, out.data + at * out.strides[axis], part, out.strides), *a, o.casting);
        at += a->shape[axis];
    }
    return out;
}

Array stack(std::span<const Array* const> arrays, const stack_options& o) {
    check_count(arrays);
    for (const Array* a : arrays)
        if (!(a->shape == arrays[0]->shape))
            fail(Status::value_error, "arrays: all must have one shape, got %s and %s",
                 shape_text(arrays[0]->shape).c_str(), shape_text(a->shape).c_str());
    const int axis = normalize_axis(o.axis, arrays[0]->ndim() + 1);
    std::vector<Array> expanded;
    std::vector<const Array*> pointers;
    for (const Array* a : arrays) expanded.push_back(expand_dims(*a, {Axes(axis)}));
    for (const Array& a : expanded) pointers.push_back(&a);
    return concatenate(pointers, {.axis = Axes(axis), .out = o.out, .dtype = o.dtype, .casting = o.casting});
}

namespace {

// The arrays, each widened, one after the other along `axis`.
Array join(std::span<const Array* const> arrays, int axis, DType dtype, const char* casting, Array (*widen)(const Array&)) {
    std::vector<Array> wide;
    std::vector<const Array*> pointers;
    for (const Array* a : arrays) {
        wide.push_back(widen(*a));
        wide.back().weak = Weak::no;  // NumPy makes an array of a number first
    }
    for (const Array& a : wide) pointers.push_back(&a);
    return concatenate(pointers, {.axis = Axes(axis), .out = nullptr, .dtype = dtype, .casting = casting});
}

// Axes of size 1 in front, up to `ndim` dimensions.
Array in_front(const Array& a, int ndim) {
    Array v = view(a, a.data, a.shape, a.strides);
    while (v.ndim() < ndim) {
        v.shape.insert(0, 1);
        v.strides.insert(0, 0);
    }
    return v;
}

Array line(const Array& a) { return in_front(a, 1); }
Array row(const Array& a) { return in_front(a, 2); }
Array column(const Array& a) { return a.ndim() < 2 ? transpose(row(a), {}) : a; }
Array plane(const Array& a) { return a.ndim() < 3 ? expand_dims(row(a), {Axes(2)}) : a; }

}  // namespace

Array hstack(std::span<const Array* const> tup, const hstack_options& o) {
    check_count(tup);
    return join(tup, tup[0]->ndim() < 2 ? 0 : 1, o.dtype, o.casting, line);
}

Array vstack(std::span<const Array* const> tup, const vstack_options& o) { return join(tup, 0, o.dtype, o.casting, row); }

Array dstack(std::span<const Array* const> tup) { return join(tup, 2, {}, "same_kind", plane); }

Array column_stack(std::span<const Array* const> tup) { return join(tup, 1, {}, "same_kind", column); }

}  // namespace lockstep::numpy
