// Elements at given places, and what a condition selects: take, put and their like along an axis, compress, extract, choose.
// Must not know layouts or backends.
#include "runtime/array/error.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/indexing.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/positions.h"

namespace lockstep::numpy {
namespace {

void check_target(const Array& a, const char* name) {
    if (!a.writable()) fail(Status::read_only, "%s: the array is read-only", name);
}

// NumPy reads `out` before it writes it: its dtype must cast safely to the result's.
void check_out(const Array& out, DType dtype, const Dims& shape, const Device* device) {
    if (out.device() != device)
        fail(Status::value_error, "out: expected an array on %s, got one on %s", device->name.c_str(),
             out.device()->name.c_str());
    if (!can_cast(out.dtype, dtype, Casting::safe))
        fail(Status::type_error, "out: expected a dtype that casts safely to %s, got %s", dtype.name(), out.dtype.name());
    if (!(out.shape == shape))
        fail(Status::value_error, "out: expected shape %s, got %s", shape_text(shape).c_str(), shape_text(out.shape).c_str());
    check_target(out, "out");
}

// The places along one axis: `at` replaces it.
Places along_one(const Array& from, int axis, const Array& at, OutOfRange mode) {
    const int inner = from.ndim() - axis - 1, ndim = axis + at.ndim() + inner;
    if (ndim > kMaxDims) fail(Status::value_error, "indices: expected a result of at most %d dimensions", kMaxDims);
    Places p;
    p.array = from;
    p.shape.resize(ndim);
    p.strides.resize(ndim);
    Dims shape(at.ndim() + inner, 1), strides(at.ndim() + inner, 0);
    for (int d = 0; d < axis; ++d) {
        p.shape[d] = from.shape[d];
        p.strides[d] = from.strides[d];
    }
    for (int d = 0; d < at.ndim(); ++d) {
        p.shape[axis + d] = shape[d] = at.shape[d];
        p.strides[axis + d] = 0;
        strides[d] = at.strides[d];
    }
    for (int d = 0; d < inner; ++d) {
        p.shape[axis + at.ndim() + d] = from.shape[axis + 1 + d];
        p.strides[axis + at.ndim() + d] = from.strides[axis + 1 + d];
    }
    p.count = 1;
    p.indices[0] = view(at, at.data, std::move(shape), std::move(strides));
    p.axes[0] = axis;
    p.mode = mode;
    return p;
}

// Where there is nothing to read, wrong indices are wrong all the same.
void check_nothing_taken(const Array& from, int axis, const Array& at, const Places& p) {
    int64_t outer = 1;
    for (int d = 0; d < axis; ++d) outer *= from.shape[d];
    const int64_t n = from.shape[axis];
    if (at.size() == 0 || outer == 0) return;
    if (n == 0 || (product(p.shape) == 0 && p.mode == OutOfRange::raise && any_outside(at, -n, n - 1)))
        fail(Status::index_error, "indices: out of bounds for axis %d with size %lld", axis, static_cast<long long>(n));
}

}  // namespace

Array take(const Array& a, const Array& indices, const take_options& o) {
    const OutOfRange mode = out_of_range(o.mode);
    Array taken;
    const bool first_axis = a.ndim() == 1 ? o.axis.value_or(0) == 0 : o.axis && *o.axis == 0;
    if (!o.out && first_axis && a.size() > 0 && take_packed(a, indices, mode, taken)) return taken;
    const Array* arrays[] = {&a, &indices};
    const Device* const device = common_device(arrays);
    int axis;
    Array made, moved, integers;
    const Array& run = along(a, o.axis, axis, made);
    const Array& from = run.device() == device ? run : moved = to_device(run, device);
    const Array& at =
        indices.dtype == types::int64_ ? indices : integers = positions(indices, Casting::same_kind, "indices");
    const Places p = along_one(from, axis, at, mode);
    if (o.out) check_out(*o.out, from.dtype, p.shape, device);
    if (from.size() == 0) check_nothing_taken(from, axis, at, p);
    const bool direct = o.out && o.out->dtype == from.dtype;
    const Array result = direct ? *o.out : empty_array(from.dtype, p.shape, device);
    run_gather(p, result);
    if (!o.out || direct) return result;
    assign(*o.out, result, "unsafe");
    return *o.out;
}

void put(const Array& a, const Array& ind, const Array& v, const put_options& o) {
    const OutOfRange mode = out_of_range(o.mode);
    check_target(a, "a");
    const Array at = ravel(positions(ind, Casting::safe, "ind"));
    const Array values = ravel(values_as(v, a.dtype, "unsafe", "v", a.device()));
    if (at.size() == 0) return;
    if (a.size() == 0) fail(Status::index_error, "ind: cannot replace elements of an empty array");
    if (values.size() == 0) return;
    scatter_flat(a, at, cycled(values, at.size()), mode);
}

namespace {

Array flat_positions(const Array& indices) {
    if (indices.ndim() != 1)
        fail(Status::value_error, "indices: expected one dimension where axis is None, got %d", indices.ndim());
    return indices;
}

// The places that an array of indices names along the axis; its other axes broadcast with arr's.
Places along_each(const Array& arr, const Array& indices, int axis) {
    if (!indices.dtype.is_integer())
        fail(Status::index_error, "indices: expected integers, got %s", indices.dtype.name());
    if (indices.ndim() != arr.ndim())
        fail(Status::value_error, "indices: expected %d dimensions, got %d", arr.ndim(), indices.ndim());
    Places p;
    p.array = arr;
    p.shape = indices.shape;
    p.strides = Dims(arr.ndim(), 0);
    for (int d = 0; d < arr.ndim(); ++d) {
        if (d == axis) continue;
        if (p.shape[d] == 1) p.shape[d] = arr.shape[d];
        if (arr.shape[d] != p.shape[d] && arr.shape[d] != 1)
            fail(Status::index_error, "indices: shape %s could not be broadcast with %s", shape_text(indices.shape).c_str(),
                 shape_text(arr.shape).c_str());
        if (arr.shape[d] != 1) p.strides[d] = arr.strides[d];
    }
    p.count = 1;
    p.indices[0] = positions(indices, Casting::same_kind, "indices");
    p.axes[0] = axis;
    return p;
}

}  // namespace

Array take_along_axis(const Array& arr, const Array& indices, const take_along_axis_options& o) {
    const Array from = o.axis ? arr : ravel(arr);
    const int axis = o.axis ? normalize_axis(*o.axis, arr.ndim()) : 0;
    if (!o.axis) flat_positions(indices);
    const Places p = along_each(from, indices, axis);
    const Array* arrays[] = {&arr, &indices};
    const Array result = empty_array(arr.dtype, p.shape, common_device(arrays));
    run_gather(p, result);
    return result;
}

void put_along_axis(const Array& arr, const Array& indices, const Array& values, const put_along_axis_options& o) {
    if (!o.axis) flat_positions(indices);
    const int axis = o.axis ? normalize_axis(*o.axis, arr.ndim()) : 0;
    const Array flat = o.axis ? arr : view(arr, arr.data, {arr.size()}, {0});  // its shape alone is looked at
    Places p = along_each(flat, indices, axis);
    check_target(arr, "arr");
    const Array source = narrowed(values_as(values, arr.dtype, "unsafe", "values", arr.device()), p.shape.size());
    int64_t unused[kMaxDims];
    if (!broadcast_strides(source, p.shape, unused))
        fail(Status::value_error, "values: shape %s could not be broadcast to %s", shape_text(source.shape).c_str(),
             shape_text(p.shape).c_str());
    if (o.axis)
        run_scatter(p, source);
    else if (product(p.shape) > 0)
        scatter_flat(arr, p.indices[0], source, OutOfRange::raise);
}

Array compress(const Array& condition, const Array& a, const compress_options& o) {
    if (condition.ndim() != 1)
        fail(Status::value_error, "condition: expected one dimension, got %d", condition.ndim());
    const Array* arrays[] = {&a, &condition};
    const Device* const device = common_device(arrays);
    int axis;
    Array made;
    const Array& from = along(a, o.axis, axis, made);
    if (o.out || from.ndim() > 1 || condition.size() > from.size() || from.device() != device)
        return take(from, flatnonzero(condition), {axis, o.out, "raise"});
    const Array mask = truth(condition);
    const Array head = view(from, from.data, mask.shape, from.strides);
    const Array packed = empty_array(from.dtype, Dims{count_true(mask)}, device);
    pack_selected(mask, head, packed);
    return packed;
}

Array extract(const Array& condition, const Array& arr) { return compress(ravel(condition), ravel(arr)); }

namespace {

// The values as `type`: a Python integer that does not fit wraps here, as in NumPy.
Array wrapped(const Array& a, DType type) {
    if (a.weak == Weak::no) return a;
    Scalar value = item(a);
    value.weak = Weak::no;
    return scalar_array(cast_scalar(value, type));
}

}  // namespace

Array choose(const Array& a, std::span<const Array* const> choices, const choose_options& o) {
    OutOfRange mode = out_of_range(o.mode);
    if (choices.empty()) fail(Status::value_error, "choices: expected at least one");
    std::vector<const Array*> all(choices.begin(), choices.end());
    const Dims common = broadcast_shapes(choices);
    const DType type = result_type(choices);
    all.push_back(&a);
    const Device* const device = common_device(all);
    const Array at = positions(a, Casting::safe, "a");
    const int64_t n = static_cast<int64_t>(choices.size());
    Array first = at;  // stands for the choices' shape
    first.shape = common;
    first.strides = Dims(common.size(), 0);
    const Array* both[] = {&at, &first};
    Places p;
    p.shape = broadcast_shapes(both);
    if (o.out && !(o.out->shape == p.shape))
        fail(Status::type_error, "out: expected shape %s, got %s", shape_text(p.shape).c_str(),
             shape_text(o.out->shape).c_str());
    if (o.out) check_target(*o.out, "out");
    if (mode == OutOfRange::raise && product(p.shape) > 0 && any_outside(at, 0, n - 1))
        fail(Status::value_error, "a: expected numbers from 0 to %lld, the last choice", static_cast<long long>(n - 1));
    if (common.size() == kMaxDims) fail(Status::value_error, "choices: expected fewer than %d dimensions", kMaxDims);
    Dims stacked = common;
    stacked.insert(0, n);
    p.array = empty_array(type, stacked, device);
    for (int64_t k = 0; k < n; ++k) {
        const Array row = view(p.array, p.array.data + k * p.array.strides[0], common,
                               Dims(std::span(p.array.strides.begin() + 1, p.array.strides.end())));
        assign(row, wrapped(*choices[static_cast<size_t>(k)], type), "unsafe");
    }
    const Array row = view(p.array, p.array.data, common,
                           Dims(std::span(p.array.strides.begin() + 1, p.array.strides.end())));
    p.strides.resize(p.shape.size());
    broadcast_strides(row, p.shape, p.strides.data());
    p.count = 1;
    p.indices[0] = at;
    p.axes[0] = 0;
    p.mode = mode;
    const bool direct = o.out && o.out->dtype == type;
    const Array result = direct ? *o.out : empty_array(type, p.shape, device);
    run_gather(p, result);
    if (!o.out || direct) return result;
    assign(*o.out, result, "unsafe");
    return *o.out;
}

Array select(std::span<const Array* const> condlist, std::span<const Array* const> choicelist, const select_options& o) {
    if (condlist.size() != choicelist.size())
        fail(Status::value_error, "choicelist: expected %zu choices, one for each condition, got %zu", condlist.size(),
             choicelist.size());
    if (condlist.empty()) fail(Status::value_error, "condlist: expected at least one condition");
    const Array zero = scalar_array(weak_int(0));
    std::vector<const Array*> values(choicelist.begin(), choicelist.end());
    values.push_back(o.default_value ? o.default_value : &zero);
    const DType type = result_type(values);
    broadcast_shapes(values);
    std::vector<const Array*> all = values;
    for (const Array* c : condlist) {
        if (!c->dtype.is_bool()) fail(Status::type_error, "condlist: expected bool arrays, got %s", c->dtype.name());
        all.push_back(c);
    }
    const Array result = empty_array(type, broadcast_shapes(all), common_device(all));
    assign(result, wrapped(*values.back(), type), "unsafe");
    for (size_t k = condlist.size(); k-- > 0;) {
        if (!can_cast(choicelist[k]->dtype, type, Casting::same_kind))  // a Python integer beside unsigned ones
            fail(Status::type_error, "choicelist: cannot cast from %s to %s by the rule 'same_kind'",
                 choicelist[k]->dtype.name(), type.name());
        copyto(result, wrapped(*choicelist[k], type), {.casting = "unsafe", .where = condlist[k]});
    }
    return result;
}

}  // namespace lockstep::numpy
