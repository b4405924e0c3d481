// Rows of elements to be ranked, and the elements of given ranks.
// Must not know methods or weights.
#include "runtime/numpy/quantile_rows.h"

#include <algorithm>
#include <cstdlib>

#include "runtime/array/error.h"
#include "runtime/exec/indexing.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/sort.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/functions.h"

namespace lockstep {

QuantileRows::QuantileRows(const Array& a, const Axes& axis) : n(1), ndim_(a.ndim()), all_(!axis.given) {
    for (const int64_t i : normalize_axes(axis, a.ndim())) reduced_ |= uint64_t{1} << i;
    for (int i = 0; i < a.ndim(); ++i) {
        if (reduced_ >> i & 1) n *= a.shape[i];
        else shape.push_back(a.shape[i]);
    }
}

Array QuantileRows::rows(const Array& a) const {
    if (all_) return numpy::ravel(a, {});
    Dims sizes, strides, wide;
    int64_t count = 1;
    int wide_at = -1, merged = 0;
    for (int i = 0; i < a.ndim(); ++i) {
        if (reduced_ >> i & 1) continue;
        sizes.push_back(a.shape[i]);
        strides.push_back(a.strides[i]);
    }
    wide = sizes;
    for (int i = 0; i < a.ndim(); ++i) {
        if (!(reduced_ >> i & 1)) continue;
        count *= a.shape[i];
        sizes.push_back(a.shape[i]);
        strides.push_back(a.strides[i]);
        wide_at = i;
        ++merged;
    }
    wide.push_back(count);
    const Array turned = view(a, a.data, std::move(sizes), std::move(strides));
    if (merged == 1) return turned;
    if (product(shape) == 0)  // NumPy leaves the size of a row to reshape
        fail(Status::value_error, "axis: cannot make rows of array of shape %s", shape_text(a.shape).c_str());
    if (wide_at < 0) return numpy::expand_dims(a, {Axes(a.ndim())});
    return numpy::reshape(turned, wide, {});
}

Array QuantileRows::narrow(const Array& out) const {
    const int leading = out.ndim() - ndim_;
    if (leading < 0) fail(Status::index_error, "out: expected at least %d dimensions, got %d", ndim_, out.ndim());
    Dims sizes, strides;
    for (int i = 0; i < out.ndim(); ++i) {
        if (i >= leading && reduced_ >> (i - leading) & 1) {
            if (out.shape[i] == 0) fail(Status::index_error, "out: axis %d has no place for a result", i);
            continue;
        }
        sizes.push_back(out.shape[i]);
        strides.push_back(out.strides[i]);
    }
    Array v = view(out, out.data, std::move(sizes), std::move(strides));
    v.read_only = out.read_only;
    return v;
}

Array QuantileRows::widen(const Array& result) const {
    const int leading = result.ndim() - shape.size();
    Dims sizes, strides;
    for (int i = 0; i < leading; ++i) {
        sizes.push_back(result.shape[i]);
        strides.push_back(result.strides[i]);
    }
    for (int i = 0, j = leading; i < ndim_; ++i) {
        const bool gone = reduced_ >> i & 1;
        sizes.push_back(gone ? 1 : result.shape[j]);
        strides.push_back(gone ? 0 : result.strides[j++]);
    }
    return view(result, result.data, std::move(sizes), std::move(strides));
}

Array ranked(const Array& rows, std::span<const int64_t> ranks, bool kept_order) {
    const int last = rows.ndim() - 1;
    Dims order{last};
    for (int i = last - 1; i >= 0; --i) order.push_back(i);
    if (kept_order)
        std::stable_sort(order.begin() + 1, order.end(), [&](int64_t i, int64_t j) {
            return std::llabs(rows.strides[static_cast<int>(i)]) < std::llabs(rows.strides[static_cast<int>(j)]);
        });
    const Array values = empty_ordered(rows.dtype, rows.shape, order, rows.device());
    run_sort(rows, &values, nullptr, ranks);
    return values;
}

// On the CPU a maximum of long rows takes 0.2 ns an element, one more rank 1.3 (10^6 float64); short rows are cheap to rank.
bool last_rank_needed(const Array& rows) {
    return !rows.device()->backend->host_memory || rows.shape[rows.ndim() - 1] < 2048;
}

Array largest(const Array& rows, const Array& ranked) {
    const int last = rows.ndim() - 1;
    if (last_rank_needed(rows)) return element(ranked, rows.shape[last] - 1);
    return numpy::max(rows, {.axis = Axes(last)});
}

Array element(const Array& rows, int64_t rank) {
    Dims sizes = rows.shape, strides = rows.strides;
    const int last = rows.ndim() - 1;
    char* const data = rows.data + (rows.size() ? rank * rows.strides[last] : 0);
    sizes.resize(last);
    strides.resize(last);
    return view(rows, data, std::move(sizes), std::move(strides));
}

Array elements(const Array& rows, const Array& index) {
    const int kept = rows.ndim() - 1, leading = index.ndim() - kept;
    Places places;
    places.array = rows;
    for (int i = 0; i < index.ndim(); ++i) {
        places.shape.push_back(i < leading ? index.shape[i] : rows.shape[i - leading]);
        places.strides.push_back(i < leading ? 0 : rows.strides[i - leading]);
    }
    places.count = 1;
    places.indices[0] = index;
    places.axes[0] = kept;
    const Array values = empty_array(rows.dtype, places.shape, rows.device());
    if (values.size()) run_gather(places, values);
    return values;
}

}  // namespace lockstep
