// NumPy's advanced indexing, composed from gather, scatter and select.
// Must not know backends or elements.
#include "runtime/numpy/index_expression.h"

#include <string>
#include <vector>

#include "runtime/array/error.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/indexing.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/ufunc.h"

namespace lockstep {
namespace {

// The items, arrays of no dimensions as the integers that they are to NumPy; their result is no view all the same.
struct Items {
    bool arrays = false;   // any that are no integers
    bool scalars = false;  // any that were made integers
    std::span<const Index> items;

    explicit Items(std::span<const Index> index) : items(index) {
        for (const Index& i : index) {
            if (i.kind != Index::Kind::array) continue;
            const Array& a = *i.array;
            if (!a.dtype.is_bool() && !a.dtype.is_integer())
                fail(Status::index_error, "arrays used as indices must be of integer (or boolean) type, got %s", a.dtype.name());
            (a.ndim() > 0 || a.dtype.is_bool() ? arrays : scalars) = true;
        }
        if (scalars) replace();
    }
    Items(const Items&) = delete;

  private:
    void replace() {
        plain_.assign(items.begin(), items.end());
        for (Index& i : plain_) {
            if (i.kind != Index::Kind::array || i.array->ndim() > 0 || i.array->dtype.is_bool()) continue;
            i.kind = Index::Kind::integer;
            i.start = cast_scalar(item(*i.array), types::int64_).as<int64_t>();
        }
        items = plain_;
    }
    std::vector<Index> plain_;
};

bool on_host(const Array& a) { return a.device()->backend->host_memory; }

// One mask over the whole array: the case that has primitives of its own.
const Array* whole_mask(const Array& a, std::span<const Index> index) {
    if (index.size() != 1 || index[0].kind != Index::Kind::array) return nullptr;
    const Array* const mask = index[0].array;
    return mask->dtype.is_bool() && mask->ndim() == a.ndim() && mask->shape == a.shape ? mask : nullptr;
}

// The index as places, and what the result needs.
struct Expression {
    Places places;
    int position = 0;    // of the indexed axes in the result
    int indexed = 0;     // how many they are
    int64_t picked = 1;  // their size

    // Checks how the items fit the array.
    Expression(const Array& a, std::span<const Index> index) : a_(a) { index_geometry(g_, a, index); }

    // The arrays among them broadcast against each other.
    void broadcast() {
        const IndexGeometry& g = g_;
        const Dims picked_shape = collect(g);
        position = g.position;
        indexed = picked_shape.size();
        picked = product(picked_shape);
        if (g.kept.ndim() + indexed > kMaxDims)
            fail(Status::index_error, "index: expected a result of at most %d dimensions", kMaxDims);
        for (int i = 0; i <= g.kept.ndim(); ++i) {
            if (i == position)
                for (const int64_t n : picked_shape) push(n, 0);
            if (i < g.kept.ndim()) push(g.kept.shape[i], g.kept.strides[i]);
        }
        const int behind = g.kept.ndim() - position;
        for (int k = 0; k < places.count; ++k)
            for (int i = 0; i < behind; ++i) {
                places.indices[k].shape.push_back(1);
                places.indices[k].strides.push_back(0);
            }
        places.array = a_;
        places.array.data = g.kept.data;
    }
    // What a gather or scatter of no elements would not see. NumPy: no error where the indices select nothing themselves.
    void check_if_empty() const {
        if (picked > 0 && product(places.shape) == 0) check_places(places);
    }

  private:
    const Array& a_;
    IndexGeometry g_;

    void push(int64_t n, int64_t stride) {
        places.shape.push_back(n);
        places.strides.push_back(stride);
    }
    void add(Array index, int axis) {
        places.indices[places.count] = std::move(index);
        places.axes[places.count++] = axis;
    }
    // Masks become the coordinates of what they select; returns the shape to which all broadcast.
    Dims collect(const IndexGeometry& g) {
        Dims shape;
        bool fits = true;
        for (int k = 0; k < g.arrays; ++k) {
            const Array& array = *g.array[k];
            Dims own = array.shape;
            if (array.dtype.is_bool()) own = Dims{add_mask(array, g.axis[k])};
            else add(as_positions(array), g.axis[k]);
            fits &= widen(shape, own);
        }
        if (!fits) refuse_shapes(g);
        return shape;
    }
    [[noreturn]] static void refuse_shapes(const IndexGeometry& g) {
        std::string texts;
        for (int k = 0; k < g.arrays; ++k) {
            const Array& array = *g.array[k];
            const bool mask = array.dtype.is_bool();
            texts += " " + shape_text(mask ? Dims{array.ndim() ? count_true(array) : item(array).as<bool>()} : array.shape);
        }
        fail(Status::index_error, "shape mismatch: indexing arrays could not be broadcast together with shapes%s",
             texts.c_str());
    }
    static Array as_positions(const Array& array) {
        if (array.dtype == types::int64_) return array;
        const Array* const only[] = {&array};
        const Array wide = empty_ordered(types::int64_, array.shape, result_order(only, array.shape), array.device());
        assign(wide, array, "unsafe");
        return wide;
    }
    int64_t add_mask(const Array& mask, int axis) {
        if (mask.ndim() == 0) return item(mask).as<bool>();
        const int64_t count = count_true(mask);
        const Array where = empty_array(types::int64_, Dims{mask.ndim(), count}, mask.device());
        selected_positions(mask, where);
        for (int d = 0; d < mask.ndim(); ++d)
            add(view(where, where.data + d * count * 8, Dims{count}, Dims{8}), axis + d);
        return count;
    }
    // False where `own` does not broadcast with `shape`.
    static bool widen(Dims& shape, const Dims& own) {
        while (shape.size() < own.size()) shape.insert(0, 1);
        const int shift = shape.size() - own.size();
        for (int i = 0; i < own.size(); ++i) {
            int64_t& n = shape[shift + i];
            if (n == 1) n = own[i];
            else if (own[i] != 1 && own[i] != n) return false;
        }
        return true;
    }
};

// NumPy's memory order: the indexed axes outermost, the kept ones inside by their strides; the indexed ones by the strides of
// the index arrays where one element is kept at each place, else in C order.
Array result_of(const Expression& e) {
    const Places& p = e.places;
    const int ndim = p.shape.size();
    Dims kept_shape, kept_strides;
    Dims kept_axes, order;
    for (int i = 0; i < ndim; ++i) {
        if (i >= e.position && i < e.position + e.indexed) continue;
        kept_shape.push_back(p.shape[i]);
        kept_strides.push_back(p.strides[i]);
        kept_axes.push_back(i);
    }
    int sorted[kMaxDims];
    const int64_t* rows[kMaxDims] = {kept_strides.data()};
    sort_axes(kept_shape.size(), {rows, 1}, sorted);
    for (int i = 0; i < kept_shape.size(); ++i) order.push_back(kept_axes[sorted[i]]);
    int64_t wide[kMaxDims][kMaxDims];
    for (int k = 0; k < p.count; ++k) {
        broadcast_strides(p.indices[k], p.shape, wide[k]);
        rows[k] = wide[k] + e.position;
    }
    sort_axes(e.indexed, {rows, product(kept_shape) == 1 ? static_cast<size_t>(p.count) : 0}, sorted);
    for (int i = 0; i < e.indexed; ++i) order.push_back(e.position + sorted[i]);
    return empty_ordered(p.array.dtype, p.shape, order, p.array.device());
}

Array copy_in_order(const Array& a) {
    const Array* const only[] = {&a};
    const Array copy = empty_ordered(a.dtype, a.shape, result_order(only, a.shape), a.device());
    assign(copy, a, "no");
    return copy;
}

// A value for elements of `dtype`, cast as in an assignment.
Array cast_value(const Array& value, DType dtype) {
    if (value.weak == Weak::complex && (dtype.is_integer() || dtype.is_float()))
        fail(Status::type_error, "value: a complex number is no %s", dtype.name());
    // a Python integer that does not fit is an error, where an array's element would wrap
    if (value.weak == Weak::integer && dtype.is_integer()) return scalar_array(cast_scalar(item(value), dtype));
    if (value.dtype == dtype) return value;
    const Array cast = empty_array(dtype, value.shape, value.device());
    assign(cast, value, "unsafe");
    return cast;
}

// NumPy takes no array, not even of one element, for an element that integers alone name; of booleans it asks their truth.
void check_element(const Array& a, std::span<const Index> index, const Array& value) {
    if (index.empty() || static_cast<int>(index.size()) != a.ndim()) return;
    for (const Index& i : index)
        if (i.kind != Index::Kind::integer) return;
    if (a.dtype.is_bool() && value.size() == 1) return;
    if (a.dtype.is_complex()) fail(Status::type_error, "only 0-dimensional arrays can be converted to Python scalars");
    fail(Status::value_error, "setting an array element with a sequence.");
}

void set_by_mask(const Array& a, const Array& mask, const Array& value) {
    if (value.ndim() > 1)
        fail(Status::type_error,
             "NumPy boolean array indexing assignment requires a 0 or 1-dimensional input, input has %d dimensions",
             value.ndim());
    const Array from = cast_value(value, a.dtype);
    if (from.size() == 1) return fill_selected(mask, a, from);
    const int64_t count = count_true(mask);
    if (from.size() != count)
        fail(Status::value_error,
             "NumPy boolean array indexing assignment cannot assign %lld input values to the %lld output values where "
             "the mask is true",
             static_cast<long long>(from.size()), static_cast<long long>(count));
    unpack_selected(mask, a, from);
}

// With an array among the items.
void get_copied(Array& result, const Array& a, std::span<const Index> index) {
    if (index.size() == 1 && index[0].array->ndim() > 0 && take_packed(a, *index[0].array, OutOfRange::raise, result))
        return;
    const Items i(index);
    if (!i.arrays) {
        result = copy_in_order(index_view(a, i.items));
        return;
    }
    if (const Array* const mask = whole_mask(a, index)) {
        result = empty_array(a.dtype, Dims{count_true(*mask)}, a.device());
        pack_selected(*mask, a, result);
        return;
    }
    Expression e(a, i.items);
    e.broadcast();
    e.check_if_empty();
    result = result_of(e);
    run_gather(e.places, result);
}

}  // namespace

void get_indexed(Array& result, const Array& a, std::span<const Index> index) {
    for (const Index& i : index)
        if (i.kind == Index::Kind::array) return get_copied(result, a, index);
    index_view(result, a, index);
}

void set_indexed(const Array& a, std::span<const Index> index, const Array& value) {
    if (!a.writable()) fail(Status::read_only, "assignment destination is read-only");
    const bool by_one_array = index.size() == 1 && index[0].kind == Index::Kind::array;
    if (by_one_array && value.dtype == a.dtype && put_packed(a, *index[0].array, value)) return;
    const Items i(index);
    if (!i.arrays) {
        const Array target = index_view(a, i.items);
        if (value.ndim() > 0) check_element(a, i.items, value);
        else if (target.ndim() == 0 && on_host(target) && on_host(value) && value.weak != Weak::complex)
            return set_item(target, item(value));
        const bool checked = (value.weak == Weak::integer && a.dtype.is_integer()) || value.weak == Weak::complex;
        return assign(target, checked ? cast_value(value, a.dtype) : value, "unsafe");
    }
    if (const Array* const mask = whole_mask(a, index)) return set_by_mask(a, *mask, value);
    Expression e(a, i.items);
    Array from = cast_value(value, a.dtype);
    if (by_one_array && put_packed(a, *index[0].array, from)) return;
    e.broadcast();
    while (from.ndim() > e.places.shape.size() && from.shape[0] == 1) {
        from.shape.erase(0);
        from.strides.erase(0);
    }
    int64_t unused[kMaxDims];
    if (!broadcast_strides(from, e.places.shape, unused))
        fail(Status::value_error, "shape mismatch: value array of shape %s could not be broadcast to indexing result of shape %s",
             shape_text(value.shape).c_str(), shape_text(e.places.shape).c_str());
    e.check_if_empty();
    run_scatter(e.places, from);
}

void update_indexed(const Array& a, std::span<const Index> index, Op op, const Array* value) {
    const Items i(index);
    if (!i.arrays) {  // a view: each element once
        const Array target = index_view(a, i.items);
        const Array* inputs[] = {&target, value};
        ufunc_options options;
        options.out = &target;
        ufunc(op, {inputs, value ? size_t{2} : size_t{1}}, options);
        return;
    }
    Expression e(a, i.items);
    e.broadcast();
    int64_t unused[kMaxDims];
    if (value && !broadcast_strides(*value, e.places.shape, unused))
        fail(Status::value_error, "b: shape %s is not broadcastable to the indexed shape %s", shape_text(value->shape).c_str(),
             shape_text(e.places.shape).c_str());
    e.check_if_empty();
    run_scatter(e.places, value ? *value : a, op);
}

}  // namespace lockstep
