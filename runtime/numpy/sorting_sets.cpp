// Set routines: distinct elements, membership, unions and the like.
// Must not know layouts or backends. Source of the steps: numpy/lib/_arraysetops_impl.py of NumPy 2.4.
#include <vector>

#include "runtime/array/error.h"
#include "runtime/array/index.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/indexing.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/sort.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/functions.h"

namespace lockstep::numpy {
namespace {

// a[begin:end] along the first axis.
Array part(const Array& a, int64_t begin, int64_t end) {
    const Index slice{.kind = Index::Kind::slice, .has_start = true, .has_stop = true, .start = begin, .stop = end};
    return index_view(a, {&slice, 1});
}

Array strong(const Array& a) {
    Array typed = a;
    typed.weak = Weak::no;
    return typed;
}

// The first axis of `a` indexed by the 1-D `places`.
Places along_first(const Array& a, const Array& places) {
    Places p;
    p.array = a;
    p.shape = a.shape;
    p.strides = a.strides;
    p.shape[0] = places.size();
    p.strides[0] = 0;
    p.count = 1;
    p.axes[0] = 0;
    Array index = places;
    for (int d = 1; d < a.ndim(); ++d) {
        index.shape.push_back(1);
        index.strides.push_back(0);
    }
    p.indices[0] = index;
    return p;
}

// The slices of `a` at `places` (1-D int64) along the first axis.
Array taken(const Array& a, const Array& places) {
    const Places p = along_first(a, places);
    const Array result = empty_array(a.dtype, p.shape, a.device());
    run_gather(p, result);
    return result;
}

// The elements of the 1-D `a` where mask is true.
Array selected(const Array& mask, const Array& a) {
    const Array result = empty_array(a.dtype, Dims{count_true(mask)}, a.device());
    if (result.size()) pack_selected(mask, a, result);
    return result;
}

// Positions, int64, where the 1-D mask is true.
Array places_of(const Array& mask) {
    const Array result = empty_array(types::int64_, Dims{1, count_true(mask)}, mask.device());
    if (result.size()) selected_positions(mask, result);
    return part(reshape(result, Dims{-1}), 0, result.size());
}

Array compared(Op op, const Array& a, const Array& b) {
    const Array* inputs[] = {&a, &b};
    return ufunc(op, inputs);
}

// Per element of a sorted row whether it is the first of its equals; one NaN stands for all where `equal_nan`.
Array firsts(const Array& sorted, bool equal_nan) {
    const int64_t n = sorted.size();
    const Array mask = empty_array(types::bool_, Dims{n}, sorted.device());
    if (n == 0) return mask;
    assign(part(mask, 0, 1), scalar_array(Scalar::of(true)));
    if (n == 1) return mask;
    const Array after = part(sorted, 1, n), before = part(sorted, 0, n - 1), out = part(mask, 1, n);
    Program p;
    const Register x = p.input(sorted.dtype), y = p.input(sorted.dtype);
    Register differs = p.push(Op::not_equal, sorted.dtype, x, y);
    if (equal_nan && sorted.dtype.is_inexact()) {  // NaNs are last: only the first has a number before it
        const Register number = p.push(Op::logical_not, types::bool_, p.push(Op::isnan, sorted.dtype, y));
        differs = p.push(Op::logical_and, types::bool_, differs, number);
    }
    const Array* inputs[] = {&after, &before};
    ufunc_options o;
    o.out = &out;
    run_elementwise(p, inputs, differs, o);
    return mask;
}

// The results of unique from `order`, which sorts the elements, and `mask`, which marks the first of each kind.
struct Kinds {
    const Array& order;
    const Array& mask;
    Array index() const { return selected(mask, order); }
    Array inverse() const {
        const int64_t n = mask.size();
        const Array inverse = empty_array(types::int64_, Dims{n}, mask.device());
        if (n == 0) return inverse;
        const Array every = to_device(arange(weak_int(0), weak_int(n), weak_int(1), {.dtype = types::int64_}), mask.device());
        const Array ranks = subtract(run_search(places_of(mask), every, true), scalar_array(Scalar::of<int64_t>(1)));
        run_scatter(along_first(inverse, order), ranks);
        return inverse;
    }
    Array counts() const {
        const Array starts = places_of(mask), end = full(Dims{1}, Scalar::of(mask.size()), {.dtype = types::int64_});
        const Array moved = to_device(end, mask.device());
        const Array* parts[] = {&starts, &moved};
        const Array all = concatenate(parts);
        return subtract(part(all, 1, all.size()), part(all, 0, all.size() - 1));
    }
};

struct Wanted {
    bool index, inverse, counts, equal_nan;
};

std::vector<Array> unique_flat(const Array& ar, const Wanted& wanted) {
    const Array flat = ravel(ar);
    const Array sorted = empty_array(flat.dtype, flat.shape, flat.device());
    std::vector<Array> results;
    if (!wanted.index && !wanted.inverse) {
        run_sort(flat, &sorted, nullptr);
        const Array mask = firsts(sorted, wanted.equal_nan);
        results.push_back(selected(mask, sorted));
        if (wanted.counts) results.push_back(Kinds{mask, mask}.counts());
        return results;
    }
    const Array order = empty_array(types::int64_, flat.shape, flat.device());
    run_sort(flat, &sorted, &order);
    const Array mask = firsts(sorted, wanted.equal_nan);
    const Kinds kinds{order, mask};
    results.push_back(selected(mask, sorted));
    if (wanted.index) results.push_back(kinds.index());
    if (wanted.inverse) results.push_back(reshape(kinds.inverse(), ar.shape));
    if (wanted.counts) results.push_back(kinds.counts());
    return results;
}

// The order of the rows of a matrix, by their elements from the left.
Array row_order(const Array& rows) {
    const int64_t n = rows.shape[0], m = rows.shape[1];
    if (m == 0 || n == 0) return to_device(arange(weak_int(0), weak_int(n), weak_int(1), {.dtype = types::int64_}), rows.device());
    const Array columns = swapaxes(rows, 0, 1);
    std::vector<Array> keys;
    std::vector<const Array*> pointers;
    for (int64_t c = m - 1; c >= 0; --c) keys.push_back(reshape(part(columns, c, c + 1), Dims{n}));
    for (const Array& key : keys) pointers.push_back(&key);
    return lexsort(pointers);
}

std::vector<Array> unique_along(const Array& ar, int axis, const Wanted& wanted) {
    const Array moved = moveaxis(ar, axis, 0);
    Dims rest = moved.shape;
    rest.erase(0);
    const Array rows = reshape(moved, Dims{moved.shape[0], product(rest)});
    const int64_t n = rows.shape[0];
    const Array order = row_order(rows), sorted = taken(rows, order);
    const Array mask = empty_array(types::bool_, Dims{n}, rows.device());
    if (n > 0) {
        assign(part(mask, 0, 1), scalar_array(Scalar::of(true)));
        const Array differs = any(compared(Op::not_equal, part(sorted, 1, n), part(sorted, 0, n - 1)), {.axis = 1});
        assign(part(mask, 1, n), differs);
    }
    const Kinds kinds{order, mask};
    std::vector<Array> results;
    Dims shape = moved.shape;
    const Array places = places_of(mask);
    shape[0] = places.size();
    results.push_back(moveaxis(reshape(taken(sorted, places), shape), 0, axis));
    if (wanted.index) results.push_back(kinds.index());
    if (wanted.inverse) results.push_back(kinds.inverse());
    if (wanted.counts) results.push_back(kinds.counts());
    return results;
}

Array unique_values_of(const Array& a) { return unique_flat(a, {false, false, false, true})[0]; }

// Both arrays, flattened, in their common type.
std::pair<Array, Array> flat_pair(const Array& ar1, const Array& ar2) {
    const Array a = strong(ravel(ar1)), b = strong(ravel(ar2));
    const Array* both[] = {&a, &b};
    const DType common = result_type(both);
    return {astype(a, common, {.copy = false}), astype(b, common, {.copy = false})};
}

// Per element of the 1-D a whether it is in b, of the same type. NaN is in nothing.
Array member(const Array& a, const Array& b, bool invert) {
    if (b.size() == 0 || a.size() == 0) return full(a.shape, Scalar::of(invert), {.dtype = types::bool_});
    const Array sorted = empty_array(b.dtype, b.shape, b.device());
    run_sort(b, &sorted, nullptr);
    const Array last = scalar_array(Scalar::of(b.size() - 1));
    const Array place = minimum(run_search(sorted, a, false), last);
    return compared(invert ? Op::not_equal : Op::equal, taken(sorted, place), a);
}

// The same for any two types. int64 and uint64 have no common integer: as uint64 they compare exactly once the negative ones,
// which are in nothing unsigned, are left out.
Array member_of_any(const Array& ar1, const Array& ar2, bool invert) {
    const Array* both[] = {&ar1, &ar2};
    if (!ar1.dtype.is_integer() || !ar2.dtype.is_integer() || result_type(both).is_integer()) {
        const auto [a, b] = flat_pair(ar1, ar2);
        return member(a, b, invert);
    }
    const Array zero = scalar_array(Scalar::of<int64_t>(0));
    const bool signed_first = ar1.dtype.kind() == 'i';
    const Array a = strong(ravel(ar1)), b = strong(ravel(ar2));
    const Array kept = signed_first ? b : selected(greater_equal(b, zero), b);
    const Array found = member(astype(a, types::uint64_), astype(kept, types::uint64_), false);
    const Array inside = signed_first ? logical_and(found, greater_equal(a, zero)) : found;
    return invert ? logical_not(inside) : inside;
}

Array sorted_flat(const Array& a) {
    const Array result = empty_array(a.dtype, a.shape, a.device());
    run_sort(a, &result, nullptr);
    return result;
}

}  // namespace

std::vector<Array> unique(const Array& given, const unique_options& o) {
    const Array ar = strong(given);
    const Wanted wanted{o.return_index, o.return_inverse, o.return_counts, o.equal_nan};
    if (!o.axis) return unique_flat(ar, wanted);
    const int axis = normalize_axis(*o.axis, ar.ndim());
    return ar.ndim() == 1 ? unique_flat(ar, wanted) : unique_along(ar, axis, wanted);
}

std::vector<Array> unique_all(const Array& x) { return unique_flat(strong(x), {true, true, true, false}); }
std::vector<Array> unique_counts(const Array& x) { return unique_flat(strong(x), {false, false, true, false}); }
std::vector<Array> unique_inverse(const Array& x) { return unique_flat(strong(x), {false, true, false, false}); }
Array unique_values(const Array& x) { return unique_flat(strong(x), {false, false, false, false})[0]; }

Array isin(const Array& element, const Array& test_elements, const isin_options& o) {
    const std::string_view kind(o.kind ? o.kind : "sort");
    if (kind != "sort" && kind != "table") fail(Status::value_error, "kind: expected None, 'sort' or 'table', got '%s'", o.kind);
    const auto whole = [](const Array& a) { return a.dtype.is_bool() || a.dtype.is_integer(); };
    if (kind == "table" && !(whole(element) && whole(test_elements)))
        fail(Status::value_error, "kind: 'table' is for booleans and integers only");
    return reshape(member_of_any(strong(element), strong(test_elements), o.invert), element.shape);
}

std::vector<Array> intersect1d(const Array& ar1, const Array& ar2, const intersect1d_options& o) {
    std::vector<Array> a, b;
    if (o.assume_unique) {
        a = {strong(ravel(ar1))};
        b = {strong(ravel(ar2))};
    } else {
        a = unique_flat(strong(ar1), {o.return_indices, false, false, true});
        b = unique_flat(strong(ar2), {o.return_indices, false, false, true});
    }
    const Array* both[] = {&a[0], &b[0]};
    const Array all = concatenate(both);
    const int64_t n = all.size();
    if (!o.return_indices) {
        const Array sorted = sorted_flat(all);
        if (n < 2) return {part(sorted, 0, 0)};
        return {selected(compared(Op::equal, part(sorted, 1, n), part(sorted, 0, n - 1)), part(sorted, 0, n - 1))};
    }
    const Array order = empty_array(types::int64_, all.shape, all.device()), sorted = empty_array(all.dtype, all.shape, all.device());
    run_sort(all, &sorted, &order);
    if (n < 2) return {part(sorted, 0, 0), part(order, 0, 0), part(order, 0, 0)};
    const Array mask = compared(Op::equal, part(sorted, 1, n), part(sorted, 0, n - 1));
    Array first = selected(mask, part(order, 0, n - 1));
    Array second = subtract(selected(mask, part(order, 1, n)), scalar_array(Scalar::of(a[0].size())));
    if (!o.assume_unique) {
        first = taken(a[1], first);
        second = taken(b[1], second);
    }
    return {selected(mask, part(sorted, 0, n - 1)), first, second};
}

Array union1d(const Array& ar1, const Array& ar2) {
    const auto [a, b] = flat_pair(ar1, ar2);
    const Array* both[] = {&a, &b};
    return unique_values_of(concatenate(both));
}

Array setdiff1d(const Array& ar1, const Array& ar2, const setdiff1d_options& o) {
    const Array kept = o.assume_unique ? strong(ravel(ar1)) : unique_values_of(strong(ar1));
    return selected(member_of_any(kept, strong(ar2), true), kept);
}

Array setxor1d(const Array& ar1, const Array& ar2, const setxor1d_options& o) {
    const Array a = o.assume_unique ? strong(ravel(ar1)) : unique_values_of(strong(ar1));
    const Array b = o.assume_unique ? strong(ravel(ar2)) : unique_values_of(strong(ar2));
    const Array* both[] = {&a, &b};
    const Array sorted = sorted_flat(concatenate(both));
    const int64_t n = sorted.size();
    if (n < 2) return sorted;
    const Array differs = compared(Op::not_equal, part(sorted, 1, n), part(sorted, 0, n - 1));
    const Array alone = full(Dims{n + 1}, Scalar::of(true), {.dtype = types::bool_});
    assign(part(alone, 1, n), differs);
    return selected(logical_and(part(alone, 1, n + 1), part(alone, 0, n)), sorted);
}

Array ediff1d(const Array& given, const ediff1d_options& o) {
    const Array ary = strong(ravel(given));
    const int64_t n = ary.size(), differences = n > 0 ? n - 1 : 0;
    const Array after = part(ary, n > 0 ? 1 : 0, n), before = part(ary, 0, differences);
    if (!o.to_begin && !o.to_end) return subtract(after, before);
    const auto end_part = [&](const Array* a, const char* name) {
        if (!a) return part(ary, 0, 0);
        if (!can_cast(a->dtype, ary.dtype, Casting::same_kind))
            fail(Status::type_error, "%s: expected a type that casts to %s by 'same_kind', got %s", name, ary.dtype.name(),
                 a->dtype.name());
        return strong(ravel(*a));
    };
    const Array begin = end_part(o.to_begin, "to_begin"), end = end_part(o.to_end, "to_end");
    const Array result = empty_array(ary.dtype, Dims{begin.size() + differences + end.size()}, ary.device());
    assign(part(result, 0, begin.size()), begin);
    assign(part(result, begin.size() + differences, result.size()), end);
    const Array out = part(result, begin.size(), begin.size() + differences);
    ufunc_options to_middle;
    to_middle.out = &out;
    subtract(after, before, to_middle);
    return result;
}

}  // namespace lockstep::numpy
