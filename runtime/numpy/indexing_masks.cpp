// Where arrays are not zero, and writing where a mask says so.
// Must not know layouts or backends.
#include <algorithm>
#include <cstring>

#include "runtime/array/error.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/indexing.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/positions.h"
#include "runtime/numpy/reduce.h"

namespace lockstep::numpy {
namespace {

Array coordinates_of_few(const Array& a) {
    bool bits[kFew];
    const int64_t count = truth_of_few(a, bits);
    const Array all = empty_array(types::int64_, Dims{a.ndim(), count}, a.device());
    int64_t* to = reinterpret_cast<int64_t*>(all.data);
    if (a.ndim() == 1) {
        for (int64_t i = 0, k = 0; k < count; ++i)
            if (bits[i]) to[k++] = i;
        return all;
    }
    for (int64_t i = 0, k = 0; k < count; ++i) {
        if (!bits[i]) continue;
        int64_t rest = i;
        for (int d = a.ndim() - 1; d >= 0; --d) {
            to[d * count + k] = rest % a.shape[d];
            rest /= a.shape[d];
        }
        ++k;
    }
    return all;
}

// Coordinates of the elements that are not zero: (a.ndim, count).
Array coordinates(const Array& a) {
    if (is_few(a)) return coordinates_of_few(a);
    const Array mask = truth(a);
    const Array all = empty_array(types::int64_, Dims{a.ndim(), count_true(mask)}, a.device());
    selected_positions(mask, all);
    return all;
}

Array row_of(const Array& all, int k) {
    return view(all, all.data + k * all.strides[0], {all.shape[1]}, {all.strides[1]});
}

}  // namespace

std::vector<Array> nonzero(const Array& a) {
    if (a.ndim() == 0) fail(Status::value_error, "a: expected at least one dimension, got a 0-d array");
    Array all = coordinates(a);
    std::vector<Array> rows;
    rows.reserve(static_cast<size_t>(a.ndim()));
    if (a.ndim() == 1) {  // itself, without its first axis
        all.shape.erase(0);
        all.strides.erase(0);
        rows.push_back(std::move(all));
        return rows;
    }
    for (int k = 0; k < a.ndim(); ++k) rows.push_back(row_of(all, k));
    return rows;
}

Array flatnonzero(const Array& a) { return row_of(coordinates(ravel(a)), 0); }

Array argwhere(const Array& a) {
    if (a.ndim() > 0) return transpose(coordinates(a));
    return empty_array(types::int64_, Dims{count_true(truth(a)), 0}, a.device());
}

Array count_nonzero(const Array& a, const count_nonzero_options& o) {
    if (!o.axis.given && (is_few(a) || (a.dtype.is_bool() && a.device()->backend->host_memory))) {
        bool bits[kFew];
        const Array count = scalar_array(Scalar::of(is_few(a) ? truth_of_few(a, bits) : count_true(a)));
        return o.keepdims ? view(count, count.data, Dims(a.ndim(), 1), Dims(a.ndim(), 0)) : count;
    }
    const Array* inputs[] = {&a};
    Program p;
    const Register value = p.cast(p.cast(p.input(a.dtype), types::bool_), types::int64_);
    return reduce_program(p, value, Monoid::add, inputs, a, false, {.axis = o.axis, .dtype = {}, .keepdims = o.keepdims});
}

namespace {

void check_target(const Array& a, const char* name) {
    if (!a.writable()) fail(Status::read_only, "%s: the array is read-only", name);
}

// The mask under the target's shape; both have one size.
Array mask_for(const Array& mask, const Array& a) {
    if (mask.size() != a.size())
        fail(Status::value_error, "mask: expected %lld elements, as many as the array, got %lld",
             static_cast<long long>(a.size()), static_cast<long long>(mask.size()));
    const Array bits = truth(mask);
    return bits.shape == a.shape ? bits : reshape(bits, a.shape);
}

// What copyto writes: a Python number goes into any dtype of its kind or a higher one.
Array source_for(const Array& src, DType dtype, const char* casting) {
    const Casting rule = casting_of(casting);
    bool allowed = can_cast(src.dtype, dtype, rule);
    if (src.weak == Weak::integer) allowed = rule == Casting::unsafe || !dtype.is_bool();
    if (!allowed)
        fail(Status::type_error, "src: cannot cast from %s to %s by the rule '%s'", src.dtype.name(), dtype.name(), casting);
    return src.weak == Weak::no ? src : scalar_array(cast_scalar(item(src), dtype));
}

}  // namespace

void copyto(const Array& dst, const Array& src, const copyto_options& o) {
    const Array source = narrowed(source_for(src, dst.dtype, o.casting), dst.ndim());
    check_target(dst, "dst");
    if (!o.where) return assign(dst, source, "unsafe");
    int64_t unused[kMaxDims];
    for (const Array* a : {&source, o.where})
        if (!broadcast_strides(*a, dst.shape, unused))
            fail(Status::value_error, "%s: shape %s could not be broadcast to %s", a == o.where ? "where" : "src",
                 shape_text(a->shape).c_str(), shape_text(dst.shape).c_str());
    const Array* inputs[] = {&source};
    Program p;
    const Register value = p.input(source.dtype);
    p.input(types::bool_);  // run_elementwise's own: the mask, and what is there
    p.input(dst.dtype);
    run_elementwise(p, inputs, value, {.out = &dst, .where = o.where, .dtype = {}, .casting = "unsafe"});
}

namespace {

// The same for few elements on the host, one by one: 0.2 us where a masked copy takes 0.6.
void putmask_few(const Array& a, const Array& where, const Array& values) {
    bool bits[kFew];
    truth_of_few(where, bits);
    const size_t item = static_cast<size_t>(a.itemsize());
    const int64_t n = a.size(), period = std::min(values.size(), n);
    char copied[kFew * 16];  // values may be a view of a
    std::memcpy(copied, values.data, static_cast<size_t>(period) * item);
    for (int64_t i = 0, k = 0; i < n; ++i, k = k + 1 < period ? k + 1 : 0)
        if (bits[i]) std::memcpy(a.data + static_cast<size_t>(i) * item, copied + static_cast<size_t>(k) * item, item);
}

}  // namespace

void putmask(const Array& a, const Array& mask, const Array& values) {
    check_target(a, "a");
    const Array where = mask_for(mask, a);
    const Array given = values_as(values, a.dtype, "safe", "values", a.device());
    if (given.size() == 0 || a.size() == 0) return;
    if (is_few(a) && is_c_contiguous(a) && is_c_contiguous(given)) return putmask_few(a, where, given);
    if (given.shape == a.shape) return copyto(a, given, {.casting = "no", .where = &where});
    const Array source = ravel(given);
    copyto(a, source.size() == 1 ? source : reshape(cycled(source, a.size()), a.shape), {.casting = "no", .where = &where});
}

void place(const Array& arr, const Array& mask, const Array& vals) {
    const Array where = mask_for(mask, arr);
    const Array source = ravel(values_as(vals, arr.dtype, "safe", "vals", arr.device()));
    check_target(arr, "arr");
    const int64_t n = count_true(where);
    if (n == 0) return;
    if (source.size() == 0) fail(Status::value_error, "vals: expected values, got an empty array");
    unpack_selected(where, arr, source.size() == 1 ? source : cycled(source, n));
}

}  // namespace lockstep::numpy
