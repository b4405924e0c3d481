// median and nanmedian.
// Must not know backends. Source of the steps: NumPy 2.4's _median and _nanmedian1d.
#include <utility>

#include "runtime/array/error.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/nan_functions.h"
#include "runtime/numpy/quantile_rows.h"

namespace lockstep::numpy {
namespace {

// The mean of the elements from rank `first` to `last` of each row.
Array mean_between(const Array& rows, int64_t first, int64_t last, const Array* out) {
    Array middle = rows;
    const int axis = rows.ndim() - 1;
    middle.shape[axis] = last - first + 1;
    middle.data += first * rows.strides[axis];
    return mean(middle, {.axis = Axes(axis), .dtype = {}, .out = out});
}

bool is_nan_number(const Array& one) {
    const auto z = cast_scalar(item(one), types::complex128_).as<scalar::complex128>();
    return z.re != z.re || z.im != z.im;
}

// NaN where the largest element of a row is NaN: that one.
Array with_nan(const Array& result, const Array& largest) {
    if (largest.ndim() == 0 && largest.device()->backend->host_memory && !is_nan_number(largest)) return result;
    Program p;
    const Register x = p.input(largest.dtype), r = p.input(result.dtype);
    const Register nan = p.push(Op::isnan, largest.dtype, x);
    const Register chosen = p.push(Op::select, result.dtype, nan, p.cast(x, result.dtype), r);
    const Array* inputs[] = {&largest, &result};
    ufunc_options into;
    into.out = &result;
    return run_elementwise(p, inputs, chosen, into);
}

// The median of the n smallest elements of each row.
Array median_of_rows(const Array& rows, int64_t n, const Array* out, bool nan_possible) {
    if (n == 0) return mean(rows, {.axis = Axes(rows.ndim() - 1), .dtype = {}, .out = out});
    int64_t ranks[3];
    size_t count = 0;
    const int64_t high = n / 2, low = n % 2 ? high : high - 1;
    const bool last = nan_possible && last_rank_needed(rows);
    for (const int64_t rank : {low, high, last ? n - 1 : high})
        if (count == 0 || ranks[count - 1] < rank) ranks[count++] = rank;
    const Array sorted = ranked(rows, {ranks, count}, true);
    const Array result = mean_between(sorted, low, high, out);
    return nan_possible && result.size() ? with_nan(result, largest(rows, sorted)) : result;
}

Array finish(const QuantileRows& axes, const Array& result, const Array* out, bool keepdims) {
    if (out) return *out;
    return keepdims ? axes.widen(result) : result;
}

Array apply(Op op, const Array& x, int64_t y) {
    const Array number = scalar_array(weak_int(y));
    const Array* both[] = {&x, &number};
    return ufunc(op, both);
}

// Of rows with different numbers of elements that are not NaN: sorted whole, the middle of those.
Array nanmedian_of_rows(const Array& rows, const Array& numbers) {
    const Array sorted = ranked(rows, {}, true);
    const Array high = apply(Op::floor_divide, numbers, 2);
    const Array below = apply(Op::floor_divide, apply(Op::subtract, numbers, 1), 2);
    const Array low = apply(Op::maximum, below, 0);  // a row of NaN has its first one
    const Array* ends[] = {&low, &high};
    stack_options behind;
    behind.axis = -1;
    const Array index = stack(ends, behind);
    Dims shape = sorted.shape, strides = sorted.strides;  // each row seen twice
    shape.insert(rows.ndim() - 1, 2);
    strides.insert(rows.ndim() - 1, 0);
    const Array pairs = elements(view(sorted, sorted.data, std::move(shape), std::move(strides)), index);
    const Array odd = apply(Op::remainder, numbers, 2);
    return where(odd, mean_between(pairs, 0, 0, nullptr), mean_between(pairs, 0, 1, nullptr));
}

}  // namespace

Array median(const Array& a, const median_options& o) {
    const QuantileRows axes(a, o.axis);
    Array out;
    if (o.out) out = o.keepdims ? axes.narrow(*o.out) : *o.out;
    const Array result = median_of_rows(axes.rows(a), axes.n, o.out ? &out : nullptr, a.dtype.is_inexact());
    return finish(axes, result, o.out, o.keepdims);
}

Array nanmedian(const Array& a, const nanmedian_options& o) {
    if (a.size() == 0)
        return nanmean(a, {.axis = o.axis, .dtype = {}, .out = o.out, .keepdims = o.keepdims});
    if (!a.dtype.is_inexact()) return median(a, {o.axis, o.out, o.overwrite_input, o.keepdims});
    const QuantileRows axes(a, o.axis);
    const Array rows = axes.rows(a), numbers = count_numbers(rows, Axes(-1), false, nullptr);
    const int64_t first = rows.ndim() == 1 ? item(numbers).as<int64_t>() : 0;
    Array result;
    if (rows.ndim() == 1) {
        result = first ? median_of_rows(rows, first, nullptr, false) : copy(element(rows, axes.n - 1), {});
    } else if (rows.device()->backend->host_memory && item(min(numbers, {})).as<int64_t>() == axes.n) {
        result = median_of_rows(rows, axes.n, nullptr, false);
    } else {
        result = nanmedian_of_rows(rows, numbers);
    }
    if (o.out) assign(o.keepdims ? axes.narrow(*o.out) : *o.out, result, "unsafe");
    return finish(axes, result, o.out, o.keepdims);
}

}  // namespace lockstep::numpy
