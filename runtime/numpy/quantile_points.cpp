// Virtual indices and weights of quantiles.
// Must not know the elements. Source of the order of operations: numpy/lib/_function_base_impl.py of NumPy 2.4.
#include "runtime/numpy/quantile_points.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <iterator>

#include "runtime/array/error.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/functions.h"
#include "runtime/scalar/cast.h"

namespace lockstep {
namespace {

constexpr const char* kNames[] = {"inverted_cdf", "averaged_inverted_cdf", "closest_observation",
                                  "interpolated_inverted_cdf", "hazen", "weibull", "linear", "median_unbiased",
                                  "normal_unbiased", "lower", "higher", "midpoint", "nearest"};

// A result of one operation in `type`. Twice rounded, from double to a type with less than half its bits, is once rounded.
double round_to(DType type, double v) {
    if (type == types::float64_ || !type.is_inexact()) return v;
    if (type == types::float32_) return static_cast<double>(static_cast<float>(v));
    return cast_scalar(cast_scalar(Scalar::of(v), type), types::float64_).as<double>();
}

}  // namespace

QuantileMethod quantile_method(const char* name) {
    for (size_t i = 0; i < std::size(kNames); ++i)
        if (!std::strcmp(name, kNames[i])) return static_cast<QuantileMethod>(i);
    std::string known;
    for (const char* n : kNames) known += std::string(known.empty() ? "" : ", ") + n;
    fail(Status::value_error, "method: expected one of %s, got %s", known.c_str(), name);
}

Quantiles::Quantiles(const Array& q, bool percent) : type(q.dtype), weak(q.weak != Weak::no), shape(q.shape) {
    if (type.is_complex()) fail(Status::type_error, "q: expected real numbers, got %s", type.name());
    if (percent && !type.is_inexact()) type = types::float64_;
    value.resize(static_cast<size_t>(q.size()));
    if (q.ndim() == 0) value[0] = cast_scalar(item(q), types::float64_).as<double>();
    else to_host(numpy::astype(q, types::float64_, {}), value.data(), static_cast<int64_t>(value.size() * sizeof(double)));
    if (value.empty() && q.ndim() > 1) fail(Status::value_error, "q: expected at least one quantile in this many dimensions");
    for (double& v : value) {
        if (percent) v = round_to(type, v / 100);
        if (!(v >= 0 && v <= 1))
            fail(Status::value_error, "q: expected numbers from 0 to %d, got %g", percent ? 100 : 1, percent ? v * 100 : v);
    }
    if (q.ndim() > 2) fail(Status::value_error, "q: expected at most 2 dimensions, got %d", q.ndim());
}

QuantilePoints::QuantilePoints(QuantileMethod method, const Quantiles& q)
    : method_(method), integers_(!q.type.is_inexact()), interpolates_(true), type_(q.type) {
    using enum QuantileMethod;
    switch (method) {
        case inverted_cdf:
        case closest_observation:
        case lower:
        case higher:
        case nearest: interpolates_ = false; break;
        case linear: interpolates_ = !integers_; break;
        case hazen:
        case median_unbiased:
        case normal_unbiased:
        case midpoint:  // their constants are floats
            if (integers_) type_ = types::float64_;
            break;
        default: break;
    }
    if (type_.is_bool()) type_ = types::int64_;
}

double QuantilePoints::rounded(double v) const { return round_to(type_, v); }

// The place of quantile q among n elements, as NumPy's formulas round it.
double QuantilePoints::virtual_index(double q, int64_t n) const {
    using enum QuantileMethod;
    const auto r = [this](double v) { return rounded(v); };
    const double all = r(r(static_cast<double>(n)) * q), inner = r(r(static_cast<double>(n - 1)) * q);
    const auto between = [&](double alpha, double beta) {
        const double shift = r(r(alpha) + r(q * r(1 - alpha - beta)));
        return r(r(all + shift) - 1);
    };
    switch (method_) {
        case interpolated_inverted_cdf: return between(0, 1);
        case hazen: return between(0.5, 0.5);
        case weibull: return between(0, 0);
        case median_unbiased: return between(1 / 3.0, 1 / 3.0);
        case normal_unbiased: return between(3 / 8.0, 3 / 8.0);
        case midpoint: return r(0.5 * r(std::floor(inner) + std::ceil(inner)));
        case inverted_cdf:
        case averaged_inverted_cdf: return r(all - 1);
        case closest_observation: return r(r(all - 1) - 0.5);
        default: return inner;
    }
}

// The rank that a method without interpolation takes.
int64_t QuantilePoints::discrete(double q, int64_t n) const {
    using enum QuantileMethod;
    const double index = virtual_index(q, n), below = std::floor(index);
    double rank = index;
    switch (method_) {
        case inverted_cdf: rank = std::max(0.0, index == below ? below : rounded(below + 1)); break;
        case closest_observation: {  // an even rank, counted from 1, where two are as near
            const bool tie = index == below && std::fmod(below, 2) != 0;
            rank = std::max(0.0, tie ? below : rounded(below + 1));
            break;
        }
        case lower: rank = below; break;
        case higher: rank = std::ceil(index); break;
        case nearest: rank = std::nearbyint(index); break;
        default: break;
    }
    if (!(rank >= 0 && rank <= static_cast<double>(n - 1)))
        fail(Status::value_error, "q: rank %g is out of range among %lld elements", rank, static_cast<long long>(n));
    return static_cast<int64_t>(rank);
}

QuantilePoint QuantilePoints::at(double q, int64_t n) const {
    using enum QuantileMethod;
    if (!interpolates_) {
        const int64_t rank = discrete(q, n);
        return {rank, rank, 0, 1};
    }
    const double index = virtual_index(q, n), below = std::floor(index);
    const double last = rounded(static_cast<double>(n - 1));
    QuantilePoint p{};
    double gamma = 0;
    if (index >= last || std::isnan(index)) {  // NumPy counts gamma from rank -1 there; both ends are one element
        p.previous = p.next = n - 1;
        gamma = rounded(index + 1);
    } else if (index < 0) {
        gamma = index;
    } else {
        p.previous = static_cast<int64_t>(below);
        p.next = std::min(static_cast<int64_t>(rounded(below + 1)), n - 1);
        gamma = rounded(index - below);
    }
    if (method_ == averaged_inverted_cdf) gamma = gamma == 0 ? 0.5 : 1;
    if (method_ == midpoint) gamma = index == below ? 0 : 0.5;
    p.gamma = type_.is_inexact() ? gamma : std::trunc(gamma);
    p.rest = rounded(1 - p.gamma);
    return p;
}

}  // namespace lockstep
