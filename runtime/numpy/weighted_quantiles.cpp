// Quantiles of weighted elements by sorting, summing up the weights and counting.
// Must not know backends. Source of the steps: numpy/lib/_function_base_impl.py of NumPy 2.4.
#include "runtime/numpy/weighted_quantiles.h"

#include <algorithm>
#include <cmath>
#include <utility>
#include <vector>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/sort.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/nan_functions.h"
#include "runtime/numpy/quantile_rows.h"
#include "runtime/numpy/reduce.h"

namespace lockstep {
namespace {

Array apply(Op op, const Array& x, const Array& y) {
    const Array* both[] = {&x, &y};
    return ufunc(op, both);
}

bool any_true(const Array& mask) { return item(numpy::any(mask, {})).as<bool>(); }

// select(isnan(by), x, y)
Array where_nan(const Array& by, const Array& x, const Array& y) {
    const Array* only[] = {&by};
    return numpy::where(ufunc(Op::isnan, only), x, y);
}

// The share of the whole that each row's elements up to here have. Added one after the other on the host, as NumPy's cumsum
// does: where a share equals q the last bit decides, and the order of this library's scans is another.
Array shares(const Array& weights, const Array& numbers) {
    const int64_t n = weights.shape[weights.ndim() - 1];
    std::vector<double> share(static_cast<size_t>(weights.size()));
    to_host(numpy::astype(weights, types::float64_, {}), share.data(), weights.size() * 8);
    std::vector<int64_t> counted(static_cast<size_t>(numbers.size()));
    to_host(numbers, counted.data(), numbers.size() * 8);
    for (size_t row = 0; row * static_cast<size_t>(n) < share.size(); ++row) {
        double* const first = share.data() + row * static_cast<size_t>(n);
        for (int64_t i = 1; i < n; ++i) first[i] += first[i - 1];
        const double total = first[n - 1];
        for (int64_t i = 0; i < n; ++i) first[i] /= total;
        if (std::isnan(first[n - 1]) && counted[counted.size() == 1 ? 0 : row] > 0)
            fail(Status::value_error, "weights: expected finite numbers, not all 0 where they are summed up");
    }
    return from_host(share.data(), types::float64_, weights.shape, {}, weights.device());
}

// How many elements of each row lie before the one at which the share reaches q: those below q, and those without weight.
Array ranks_of(const Array& share, const Quantiles& q) {
    const DType type = q.type.is_inexact() ? q.type : types::float64_;
    Dims shape = q.shape, column = q.shape;
    for (const int64_t size : share.shape) {
        shape.push_back(size);
        column.push_back(1);
    }
    const Array numbers = numpy::astype(
        from_host(q.value.data(), types::float64_, column, {}, share.device()), type, {.copy = false});
    const Array zero = scalar_array(cast_scalar(weak_int(0), type));
    Program p;
    const Register c = p.input(share.dtype), level = p.input(type), none = p.input(type);
    const Register rounded = p.cast(c, type);
    const Register before = p.push(Op::logical_or, types::bool_, p.push(Op::less, type, rounded, level),
                                   p.push(Op::equal, type, rounded, none));
    const Array wide = numpy::broadcast_to(share, shape);
    const Array* inputs[] = {&wide, &numbers, &zero};
    const Array count = reduce_program(p, p.cast(before, types::int64_), Monoid::add, inputs, wide, false,
                                       {.axis = Axes(-1), .dtype = {}});
    return apply(Op::minimum, count, scalar_array(weak_int(share.shape[share.ndim() - 1] - 1)));
}

}  // namespace

void check_weights(const Array& weights, const Array& a, const Axes& axis, QuantileMethod method) {
    if (method != QuantileMethod::inverted_cdf)
        fail(Status::value_error, "weights: only the method inverted_cdf takes weights");
    const Dims axes = normalize_axes(axis, a.ndim());
    if (!(weights.shape == a.shape)) {
        if (!axis.given) fail(Status::type_error, "axis: expected axes, as the shapes of a and weights differ");
        Dims expected;
        for (const int64_t i : axes) expected.push_back(a.shape[static_cast<int>(i)]);
        if (!(weights.shape == expected))
            fail(Status::value_error, "weights: expected shape %s, got %s", shape_text(expected).c_str(),
                 shape_text(weights.shape).c_str());
    }
    if (any_true(apply(Op::less, weights, scalar_array(weak_int(0)))))
        fail(Status::value_error, "weights: expected numbers of at least 0");
}

Array weights_like(const Array& weights, const Array& a, const Axes& axis) {
    if (weights.shape == a.shape) return weights;
    Dims strides(a.ndim());
    int k = 0;
    for (const int64_t i : normalize_axes(axis, a.ndim())) strides[static_cast<int>(i)] = weights.strides[k++];
    return view(weights, weights.data, a.shape, std::move(strides));
}

Array weighted_quantiles(const Array& rows, const Array& weights, const Quantiles& q, bool ignore_nan, const Array* out) {
    const Array sorted = empty_array(rows.dtype, rows.shape, rows.device());
    const Array positions = empty_array(types::int64_, rows.shape, rows.device());
    run_sort(rows, &sorted, &positions);
    const bool nan_possible = rows.dtype.is_inexact();
    // each weight beside its element; gathered row by row
    Dims shape = rows.shape, strides = weights.strides;
    shape.push_back(weights.shape[rows.ndim() - 1]);
    strides.insert(rows.ndim() - 1, 0);
    Array beside = elements(view(weights, weights.data, shape, strides), positions);
    const Scalar all = Scalar::of<int64_t>(rows.shape[rows.ndim() - 1]);
    Array numbers = scalar_array(all);
    if (ignore_nan && nan_possible) {
        beside = where_nan(sorted, scalar_array(cast_scalar(weak_int(0), beside.dtype)), beside);
        numbers = count_numbers(rows, Axes(-1), false, nullptr);
    }
    const Array ranks = ranks_of(shares(beside, numbers), q);
    const Array chosen = elements(sorted, ranks);
    const Array result = nan_possible && !ignore_nan
                             ? where_nan(element(sorted, rows.shape[rows.ndim() - 1] - 1),
                                         element(sorted, rows.shape[rows.ndim() - 1] - 1), chosen)
                             : chosen;
    if (!out) return result;
    if (!(out->shape == result.shape))
        fail(Status::value_error, "out: expected shape %s, got %s", shape_text(result.shape).c_str(),
             shape_text(out->shape).c_str());
    assign(*out, result, "unsafe");
    return *out;
}

}  // namespace lockstep
