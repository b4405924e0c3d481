// Sorting, partitions by rank, and search in sorted arrays.
// Must not know layouts or backends.
#include <algorithm>
#include <vector>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/indexing.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/sort.h"
#include "runtime/exec/stream.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/order.h"

namespace lockstep::numpy {
namespace {

// Whether `kind` is one that keeps equal elements in order; like NumPy, the first letter tells.
bool is_stable(const char* kind, std::optional<bool> stable) {
    if (kind && stable) fail(Status::value_error, "kind: cannot be given together with stable");
    if (!kind) return stable.value_or(false);
    switch (kind[0] | 0x20) {
        case 'q':
        case 'h': return false;
        case 'm':
        case 's': return true;
        default: fail(Status::value_error, "kind: expected 'quicksort', 'heapsort', 'mergesort' or 'stable', got '%s'", kind);
    }
}

// A view with `axis` last.
Array with_last(const Array& a, int axis) {
    Array moved = a;
    for (int d = axis; d + 1 < a.ndim(); ++d) {
        std::swap(moved.shape[d], moved.shape[d + 1]);
        std::swap(moved.strides[d], moved.strides[d + 1]);
    }
    return moved;
}

void check_out(const Array& a, const Array& out) {
    if (out.dtype != a.dtype) fail(Status::type_error, "out: expected %s, got %s", a.dtype.name(), out.dtype.name());
    if (out.shape != a.shape)
        fail(Status::value_error, "out: expected shape %s, got %s", shape_text(a.shape).c_str(), shape_text(out.shape).c_str());
    if (!out.writable()) fail(Status::read_only, "out: the array is read-only");
}

// Sorted values in a's memory order, or in `out`.
Array values_along(const Array& given, std::optional<int64_t> axis_given, const Array* out, bool stable,
                   std::span<const int64_t> ranks) {
    const Array a = axis_given ? given : ravel(given);
    const int axis = normalize_axis(axis_given.value_or(-1), a.ndim());
    if (out) check_out(a, *out);
    const Array result = out ? *out : empty_in_order(a.dtype, a, 'K');
    const Array from = with_last(a, axis), to = with_last(result, axis);
    if (!stable || !a.dtype.is_float()) {
        run_sort(from, &to, nullptr, ranks);
    } else {  // the only equal elements that can be told apart are zeros and NaNs
        const Array order = empty_array(types::int64_, from.shape, a.device());
        run_sort(from, &to, &order);
    }
    return result;
}

Array positions_along(const Array& given, std::optional<int64_t> axis_given, std::span<const int64_t> ranks) {
    const Array a = axis_given && given.ndim() > 0 ? given : ravel(given);
    const int axis = normalize_axis(axis_given.value_or(-1), a.ndim());
    const Array result = empty_array(types::int64_, a.shape, a.device());
    const Array to = with_last(result, axis);
    run_sort(with_last(a, axis), nullptr, &to, ranks);
    return result;
}

// The ranks of a partition, counted from 0, ascending and distinct, for an axis of n elements.
std::vector<int64_t> ranks_of(const Array& kth, int64_t n) {
    if (kth.dtype.is_bool()) fail(Status::value_error, "kth: booleans are no partition index");
    if (!kth.dtype.is_integer()) fail(Status::type_error, "kth: expected integers, got %s", kth.dtype.name());
    if (kth.ndim() > 1) fail(Status::value_error, "kth: expected at most one dimension, got shape %s", shape_text(kth.shape).c_str());
    std::vector<int64_t> ranks(static_cast<size_t>(kth.size()));
    if (!ranks.empty()) to_host(astype(kth, types::int64_), ranks.data(), kth.size() * 8);
    for (int64_t& r : ranks) {
        if (r < -n || r >= n)
            fail(Status::value_error, "kth: %lld is out of bounds for %lld elements", static_cast<long long>(r), static_cast<long long>(n));
        if (r < 0) r += n;
    }
    std::sort(ranks.begin(), ranks.end());
    ranks.erase(std::unique(ranks.begin(), ranks.end()), ranks.end());
    return ranks;
}

void check_select_kind(const char* kind) {
    if (std::string_view(kind) != "introselect") fail(Status::value_error, "kind: expected 'introselect', got '%s'", kind);
}

std::vector<int64_t> partition_ranks(const Array& a, const Array& kth, std::optional<int64_t> axis) {
    if (a.size() == 0) {  // NumPy looks at the type of kth only
        (void)ranks_of(reshape(kth, Dims{-1}), INT64_MAX);
        return {};
    }
    const int64_t n = !axis || a.ndim() == 0 ? a.size() : a.shape[normalize_axis(*axis, a.ndim())];
    return ranks_of(kth, n);
}

// Fresh: result[..., i] = a[..., places[..., i]]
Array take_along_last(const Array& a, const Array& places) {
    Array out;
    if (a.ndim() == 1 && take_packed(a, places, OutOfRange::raise, out)) return out;
    out = empty_array(a.dtype, a.shape, a.device());
    Places p;
    p.array = a;
    p.shape = a.shape;
    p.strides = a.strides;
    p.strides[a.ndim() - 1] = 0;
    p.count = 1;
    p.indices[0] = places;
    p.axes[0] = a.ndim() - 1;
    run_gather(p, out);
    return out;
}

}  // namespace

Array sort(const Array& a, const sort_options& o) {
    return values_along(a, o.axis, o.out, is_stable(o.kind, o.stable), {});
}

Array argsort(const Array& a, const argsort_options& o) {
    (void)is_stable(o.kind, o.stable);
    return positions_along(a, o.axis, {});
}

Array partition(const Array& a, const Array& kth, const partition_options& o) {
    check_select_kind(o.kind);
    if (o.axis) (void)normalize_axis(*o.axis, a.ndim());
    const std::vector<int64_t> ranks = partition_ranks(a, kth, o.axis);
    if (ranks.empty()) {  // nothing need be in place
        if (o.out) check_out(a, *o.out);
        const Array source = o.axis ? a : ravel(a);
        const Array result = o.out ? *o.out : empty_in_order(a.dtype, source, 'K');
        assign(result, source, "no");
        return result;
    }
    return values_along(a, o.axis, o.out, false, ranks);
}

Array argpartition(const Array& a, const Array& kth, const argpartition_options& o) {
    check_select_kind(o.kind);
    return positions_along(a, o.axis, partition_ranks(a, kth, o.axis));
}

Array lexsort(std::span<const Array* const> keys, const lexsort_options& o) {
    if (keys.empty()) fail(Status::type_error, "keys: expected at least one");
    for (const Array* key : keys)
        if (key->shape != keys[0]->shape)
            fail(Status::value_error, "keys: expected equal shapes, got %s and %s", shape_text(keys[0]->shape).c_str(),
                 shape_text(key->shape).c_str());
    const Array& first = *keys[0];
    if (first.ndim() == 0 && (o.axis == 0 || o.axis == -1)) return zeros({}, {.dtype = types::int64_});
    const int axis = normalize_axis(o.axis, first.ndim());
    if (first.size() == 0) return empty_array(types::int64_, first.shape, first.device());
    Array order;  // of the keys so far, its axis the last
    for (const Array* key : keys) {
        const Array values = with_last(key->device() == first.device() ? *key : to_device(*key, first.device()), axis);
        const Array taken = key == keys.front() ? values : take_along_last(values, order);
        const Array next = empty_array(types::int64_, taken.shape, first.device());
        run_sort(taken, nullptr, &next);
        order = key == keys.front() ? next : take_along_last(order, next);
    }
    if (axis == first.ndim() - 1) return order;
    const Array result = empty_array(types::int64_, first.shape, first.device());
    assign(with_last(result, axis), order, "no");
    return result;
}

Array sort_complex(const Array& a) {
    const Array sorted = sort(a);
    if (a.dtype.is_complex()) return sorted;
    const bool narrow = a.dtype.is_integer() && a.itemsize() < 4;
    return astype(sorted, narrow ? types::complex64_ : types::complex128_);
}

Array searchsorted(const Array& given, const Array& v, const searchsorted_options& o) {
    const std::string_view side(o.side);
    if (side != "left" && side != "right") fail(Status::value_error, "side: expected 'left' or 'right', got '%s'", o.side);
    if (given.ndim() != 1)
        fail(Status::value_error, "a: expected one dimension, got shape %s", shape_text(given.shape).c_str());
    Array a = given, values = v;
    values.weak = Weak::no;  // NumPy looks for an array of its own type
    const Array* both[] = {&a, &values};
    const DType common = result_type(both);
    if (a.dtype != common) a = astype(a, common);
    if (values.dtype != common) values = astype(values, common);
    if (!o.sorter) return run_search(a, values, side == "right");
    const Array& sorter = *o.sorter;
    if (!sorter.dtype.is_integer() || sorter.ndim() != 1)
        fail(Status::type_error, "sorter: expected integers in one dimension, got %s of shape %s", sorter.dtype.name(),
             shape_text(sorter.shape).c_str());
    if (sorter.dtype == types::uint64_) fail(Status::value_error, "sorter: uint64 cannot be cast safely to int64");
    if (sorter.size() != a.size()) fail(Status::value_error, "sorter: expected %lld elements, got %lld",
                                        static_cast<long long>(a.size()), static_cast<long long>(sorter.size()));
    const Array places = astype(sorter, types::int64_, {.copy = false});
    return run_search(a, values, side == "right", &places);
}

namespace {

// 1: never falling, -1: never rising after what is equal at the start, 0: neither. Comparisons are NumPy's, with NaN.
int direction(const std::vector<double>& bins) {
    size_t i = 1;
    while (i < bins.size() && bins[i] == bins[0]) ++i;
    if (i >= bins.size()) return 1;
    const bool rising = bins[0] < bins[i];
    for (++i; i < bins.size(); ++i)
        if (rising ? bins[i - 1] > bins[i] : bins[i - 1] < bins[i]) return 0;
    return rising ? 1 : -1;
}

}  // namespace

Array digitize(const Array& x, const Array& bins, const digitize_options& o) {
    if (x.dtype.is_complex()) fail(Status::type_error, "x: expected real numbers, got %s", x.dtype.name());
    if (bins.dtype.is_complex()) fail(Status::type_error, "bins: expected real numbers, got %s", bins.dtype.name());
    if (bins.ndim() != 1)
        fail(Status::value_error, "bins: expected one dimension, got shape %s", shape_text(bins.shape).c_str());
    std::vector<double> edges(static_cast<size_t>(bins.size()));
    to_host(astype(bins, types::float64_), edges.data(), bins.size() * 8);
    const int way = direction(edges);
    if (way == 0) fail(Status::value_error, "bins: expected a monotonic row");
    const char* const side = o.right ? "left" : "right";
    if (way == 1) return searchsorted(bins, x, {.side = side});
    const Array below = searchsorted(flip(bins), x, {.side = side});
    return subtract(scalar_array(Scalar::of(bins.size())), below);
}

}  // namespace lockstep::numpy
