// quantile, percentile and their nan forms: ranks, the elements there, and NumPy's interpolation between them.
// Must not know backends. Source of the order of operations: numpy/lib/_function_base_impl.py of NumPy 2.4.
#include <algorithm>
#include <utility>
#include <vector>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/nan_functions.h"
#include "runtime/numpy/quantile_points.h"
#include "runtime/numpy/quantile_rows.h"
#include "runtime/numpy/weighted_quantiles.h"

namespace lockstep::numpy {
namespace {

// The points of every quantile, for rows of one length or (nan forms) of a length each, as arrays on the rows' device.
struct PointArrays {
    const QuantilePoints& rule;
    Dims shape;               // of q, then of the rows: ones where all are of one length
    const Device* device;
    std::vector<QuantilePoint> point;

    PointArrays(const QuantilePoints& points, const Quantiles& q, std::span<const int64_t> lengths, const Dims& rows,
           const Device* where)
        : rule(points), shape(q.shape), device(where) {
        for (const int64_t size : rows) shape.push_back(lengths.size() == 1 ? 1 : size);
        point.reserve(q.value.size() * lengths.size());
        for (const double value : q.value)
            for (const int64_t n : lengths) point.push_back(n ? rule.at(value, n) : QuantilePoint{0, 0, 0, 1});
    }

    std::vector<int64_t> ranks(int64_t last, bool with_last) const {
        std::vector<int64_t> all;
        for (const QuantilePoint& p : point) all.insert(all.end(), {p.previous, p.next});
        if (with_last) all.push_back(last);
        std::sort(all.begin(), all.end());
        all.erase(std::unique(all.begin(), all.end()), all.end());
        return all;
    }
    bool single() const { return point.size() == 1; }

    Array ranks_of(int64_t QuantilePoint::*which) const {
        std::vector<int64_t> rank;
        for (const QuantilePoint& p : point) rank.push_back(p.*which);
        return from_host(rank.data(), types::int64_, shape, {}, device);
    }
    Array weights(double QuantilePoint::*which, DType type) const {
        if (single()) return scalar_array(cast_scalar(Scalar::of(point[0].*which), type));
        std::vector<double> weight;
        for (const QuantilePoint& p : point) weight.push_back(p.*which);
        return astype(from_host(weight.data(), types::float64_, shape, {}, device), type, {.copy = false});
    }
    Array upper_half() const {
        if (single()) return scalar_array(Scalar::of(point[0].gamma >= 0.5));
        std::vector<unsigned char> upper;
        for (const QuantilePoint& p : point) upper.push_back(p.gamma >= 0.5);
        return from_host(upper.data(), types::bool_, shape, {}, device);
    }
    // The elements of these ranks: shape of q, then of the rows.
    Array take(const Array& sorted, int64_t QuantilePoint::*which) const {
        if (!single()) return elements(sorted, ranks_of(which));
        Array v = element(sorted, point[0].*which);
        for (int i = shape.size() - v.ndim(); i > 0; --i) {
            v.shape.insert(0, 1);
            v.strides.insert(0, 0);
        }
        return v;
    }
};

// What the result of all rows is made of. `largest`: the last element of each row where that may be NaN, else null.
struct Values {
    Array previous, next;
    const Array* largest;
};

// previous + (next - previous) * gamma, from above for the upper half: NumPy's operations, each in its type.
Array interpolate(const PointArrays& places, const Values& v, bool weak, const Array* out) {
    const DType type = v.previous.dtype, gamma = places.rule.type();
    const DType computed = weak ? (type.is_inexact() ? type : types::float64_) : promote_types(type, gamma);
    const DType stored = out ? out->dtype : computed;
    if (type.is_bool()) fail(Status::type_error, "a: booleans cannot be subtracted: take a method without interpolation");
    if (!can_cast(computed, stored, Casting::same_kind))
        fail(Status::type_error, "out: cannot cast from %s to %s by the rule 'same_kind'", computed.name(), stored.name());
    const Array t = places.weights(&QuantilePoint::gamma, computed), rest = places.weights(&QuantilePoint::rest, computed);
    const Array upper = places.upper_half();
    Program p;
    const Array* inputs[6] = {&v.previous, &v.next, &t, &rest, &upper, v.largest};
    const size_t n = v.largest ? 6 : 5;
    for (size_t i = 0; i < n; ++i) p.input(inputs[i]->dtype);
    const Register difference = p.push(Op::subtract, type, 1, 0), wide = p.cast(difference, computed);
    const Register rise = p.push(Op::multiply, computed, wide, 2), fall = p.push(Op::multiply, computed, wide, 3);
    const Register low = p.cast(p.push(Op::add, computed, p.cast(0, computed), rise), stored);
    const Register high = p.push(Op::subtract, stored, p.cast(1, stored), p.cast(fall, stored));
    Register result = p.push(Op::select, stored, 4, high, low);
    if (v.largest)
        result = p.push(Op::select, stored, p.push(Op::isnan, type, 5), p.cast(5, stored), result);
    ufunc_options into;
    into.out = out;
    into.casting = "unsafe";
    return run_elementwise(p, {inputs, n}, result, into);
}

// The elements themselves, NaN where the largest is, as numpy.take stores them.
Array choose(const Values& v, const Array* out) {
    if (out && !(out->shape == v.previous.shape))
        fail(Status::value_error, "out: expected shape %s, got %s", shape_text(v.previous.shape).c_str(),
             shape_text(out->shape).c_str());
    if (out && !can_cast(out->dtype, v.previous.dtype, Casting::safe))
        fail(Status::type_error, "out: cannot cast from %s to %s by the rule 'safe'", out->dtype.name(),
             v.previous.dtype.name());
    const DType type = v.previous.dtype;
    Program p;
    const Array* inputs[2] = {&v.previous, v.largest};
    const size_t n = v.largest ? 2 : 1;
    for (size_t i = 0; i < n; ++i) p.input(inputs[i]->dtype);
    Register result = 0;
    if (v.largest) result = p.push(Op::select, type, p.push(Op::isnan, type, 1), 1, 0);
    ufunc_options into;
    into.out = out;
    into.casting = "unsafe";
    return run_elementwise(p, {inputs, n}, result, into);
}

bool is_nan_number(const Array& one) {
    const double v = cast_scalar(item(one), types::float64_).as<double>();
    return v != v;
}

struct Call {
    const Axes& axis;
    const Array* out;
    QuantileMethod method;
    bool keepdims;
    const Array* weights;
    bool ignore_nan;
};

// The quantiles of rows of which the first `lengths` elements count, once sorted: one length for all, or one each.
Array of_rows(const Array& rows, const Quantiles& q, const Call& call, std::span<const int64_t> lengths, const Array* out) {
    const int64_t n = rows.shape[rows.ndim() - 1];
    Dims kept = rows.shape;
    kept.resize(rows.ndim() - 1);
    const QuantilePoints rule(call.method, q);
    const PointArrays places(rule, q, lengths, kept, rows.device());
    const bool nan_possible = rows.dtype.is_inexact() && !call.ignore_nan;
    const std::vector<int64_t> ranks = lengths.size() == 1 ? places.ranks(n - 1, nan_possible && last_rank_needed(rows)) : std::vector<int64_t>();
    const bool whole = lengths.size() > 1;
    const Array sorted = whole || !ranks.empty() ? ranked(rows, ranks, false) : rows;
    Array top;
    if (nan_possible) top = largest(rows, sorted);
    const Values values{places.take(sorted, &QuantilePoint::previous),
                        rule.interpolates() ? places.take(sorted, &QuantilePoint::next) : Array(),
                        nan_possible ? &top : nullptr};
    if (!rule.interpolates()) return choose(values, out);
    // NumPy returns the NaN itself where the result is a number, and the first row's missing median decides in nan forms
    const bool number = values.previous.ndim() == 0 && !out;
    if (number && nan_possible && is_nan_number(top)) return copy(top, {});
    const Array result = interpolate(places, values, q.weak, out);
    return call.ignore_nan && !out && lengths[0] == 0 ? astype(result, rows.dtype, {.copy = false}) : result;
}

// How many elements of each row are not NaN; one number where all have as many.
std::vector<int64_t> lengths_of(const Array& rows) {
    const Array numbers = count_numbers(rows, Axes(-1), false, nullptr);
    std::vector<int64_t> lengths(static_cast<size_t>(numbers.size()));
    to_host(numbers, lengths.data(), static_cast<int64_t>(lengths.size() * sizeof(int64_t)));
    if (std::all_of(lengths.begin(), lengths.end(), [&](int64_t n) { return n == lengths[0]; })) lengths.resize(1);
    return lengths;
}

Array quantiles(const Array& a, const Quantiles& q, const Call& call) {
    if (call.weights) check_weights(*call.weights, a, call.axis, call.method);
    if (call.ignore_nan && a.size() == 0)
        return nanmean(a, {.axis = call.axis, .dtype = {}, .out = call.out, .keepdims = call.keepdims});
    const QuantileRows axes(a, call.axis);
    Array narrow;
    if (call.out) narrow = call.keepdims ? axes.narrow(*call.out) : *call.out;
    const Array* const out = call.out ? &narrow : nullptr;
    if (axes.n == 0 && (a.dtype.is_inexact() || !q.value.empty()))
        fail(Status::index_error, "a: expected at least one element to choose from");
    const Array rows = axes.rows(a);
    Array result;
    if (call.weights) {
        const Array weights = axes.rows(weights_like(*call.weights, a, call.axis));
        result = weighted_quantiles(rows, weights, q, call.ignore_nan, out);
    } else {
        std::vector<int64_t> lengths{axes.n};
        if (call.ignore_nan && a.dtype.is_inexact()) lengths = lengths_of(rows);
        result = of_rows(rows, q, call, lengths, call.ignore_nan ? nullptr : out);
        if (call.ignore_nan && out) assign(*out, result, "unsafe");
    }
    if (call.out) return *call.out;
    return call.keepdims ? axes.widen(result) : result;
}

template <class Options>
Array call_quantiles(const Array& a, const Array& q, const Options& o, bool percent, bool ignore_nan) {
    if (a.dtype.is_complex()) fail(Status::type_error, "a: expected real numbers, got %s", a.dtype.name());
    const Quantiles numbers(to_device(q, cpu_device()), percent);
    return quantiles(a, numbers, {o.axis, o.out, quantile_method(o.method), o.keepdims, o.weights, ignore_nan});
}

}  // namespace

Array quantile(const Array& a, const Array& q, const quantile_options& o) { return call_quantiles(a, q, o, false, false); }

Array percentile(const Array& a, const Array& q, const percentile_options& o) {
    return call_quantiles(a, q, o, true, false);
}

Array nanquantile(const Array& a, const Array& q, const nanquantile_options& o) {
    return call_quantiles(a, q, o, false, true);
}

Array nanpercentile(const Array& a, const Array& q, const nanpercentile_options& o) {
    return call_quantiles(a, q, o, true, true);
}

}  // namespace lockstep::numpy
