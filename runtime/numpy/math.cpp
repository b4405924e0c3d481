// Clipping, interpolation, parts of complex numbers.
// Must not know backends.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <vector>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/numpy/functions.h"
#include "runtime/scalar/division.h"

namespace lockstep::numpy {

namespace {

// A Python integer that no element of the integer array passes: NumPy drops such a bound instead of raising OverflowError.
bool bounds_nothing(const Array& a, const Array* bound, bool below) {
    if (!bound || bound->weak != Weak::integer || !a.dtype.is_integer() || a.weak != Weak::no) return false;
    const int64_t v = item(*bound).as<int64_t>();
    const int bits = 8 * static_cast<int>(a.itemsize()) - (a.dtype.kind() == 'i');
    const int64_t largest = bits >= 63 ? INT64_MAX : (int64_t{1} << bits) - 1;
    if (below) return v <= (a.dtype.kind() == 'i' ? -largest - 1 : 0);
    return v >= largest && bits < 64;
}

}  // namespace

Array clip(const Array& a, const clip_options& given) {
    clip_options o = given;
    casting_of(o.casting);  // throws on a wrong name
    if (bounds_nothing(a, o.a_min, true)) o.a_min = nullptr;
    if (bounds_nothing(a, o.a_max, false)) o.a_max = nullptr;
    const Array* inputs[3] = {&a};
    size_t n = 1;
    for (const Array* bound : {o.a_min, o.a_max})
        if (bound) inputs[n++] = bound;
    const std::span<const Array* const> all{inputs, n};
    const DType type = o.dtype ? o.dtype : resolve_loop(Op::maximum, all);
    Array folded[3];
    for (size_t i = 0; i < n; ++i)
        if (inputs[i]->dtype != type && inputs[i]->ndim() == 0 && inputs[i]->device()->backend->host_memory) {
            folded[i] = scalar_array(cast_scalar(item(*inputs[i]), type));
            inputs[i] = &folded[i];
        }
    Program p;
    for (size_t i = 0; i < n; ++i) p.input(inputs[i]->dtype);
    if (o.where) {
        p.input(types::bool_);
        p.input(o.out ? o.out->dtype : type);
    }
    Register in[3] = {};
    for (size_t i = 0; i < n; ++i) in[i] = p.cast(static_cast<Register>(i), type);
    Register r = in[0];
    if (o.a_min) r = p.push(Op::maximum, type, r, in[1]);
    if (o.a_max) r = p.push(Op::minimum, type, r, in[n - 1]);
    ufunc_options options;
    options.out = o.out;
    options.where = o.where;
    options.casting = o.casting;
    return run_elementwise(p, all, r, options);
}

namespace {

// One component of the interpolated values, NumPy's formula and its second try when that gives NaN.
double between(double x, double x0, double x1, double y0, double y1, double slope) {
    double y = slope * (x - x0) + y0;
    if (std::isnan(y)) {
        y = slope * (x - x1) + y1;
        if (std::isnan(y) && y0 == y1) y = y0;
    }
    return y;
}

struct Points {
    std::vector<double> x, re, im;  // im empty for real values
};

struct Outside {
    scalar::complex128 left, right;
};

scalar::complex128 interpolate(const Points& p, const Outside& outside, double x) {
    const size_t n = p.x.size();
    const auto value = [&](size_t i) { return scalar::complex128{p.re[i], p.im.empty() ? 0 : p.im[i]}; };
    if (n == 1) return x < p.x[0] ? outside.left : x > p.x[0] ? outside.right : value(0);  // NaN too
    if (std::isnan(x)) return {x, 0};
    if (x > p.x[n - 1]) return outside.right;
    if (x < p.x[0]) return outside.left;
    const size_t j = static_cast<size_t>(std::upper_bound(p.x.begin(), p.x.end(), x) - p.x.begin()) - 1;
    if (j == n - 1 || p.x[j] == x) return value(j);  // avoids 0 * infinity
    const double x0 = p.x[j], x1 = p.x[j + 1], rise = p.re[j + 1] - p.re[j];
    if (p.im.empty()) return {between(x, x0, x1, p.re[j], p.re[j + 1], rise / (x1 - x0)), 0};
    const double inverse = 1.0 / (x1 - x0);  // NumPy divides real values, and multiplies complex ones
    return {between(x, x0, x1, p.re[j], p.re[j + 1], rise * inverse),
            between(x, x0, x1, p.im[j], p.im[j + 1], (p.im[j + 1] - p.im[j]) * inverse)};
}

double remainder(double x, double period) {
    return scalar::remainder_is_rare(x, period) ? scalar::remainder_rare(x, period) : scalar::remainder(x, period);
}

// With a period: abscissae reduced into [0, period), sorted, and one point of either neighbour period added.
void wrap_points(Points& p, double period) {
    std::vector<size_t> order(p.x.size());
    for (size_t i = 0; i < order.size(); ++i) order[i] = i;
    for (double& x : p.x) x = remainder(x, period);
    std::stable_sort(order.begin(), order.end(), [&](size_t i, size_t j) { return p.x[i] < p.x[j]; });
    const auto permuted = [&](const std::vector<double>& v, double shift) {
        std::vector<double> w;
        if (v.empty()) return w;
        w.push_back(v[order.back()] - shift);
        for (const size_t i : order) w.push_back(v[i]);
        w.push_back(v[order.front()] + shift);
        return w;
    };
    p = {permuted(p.x, period), permuted(p.re, 0), permuted(p.im, 0)};
}

std::vector<double> host_values(const Array& a) {
    const Array packed = astype(a, types::float64_);
    std::vector<double> v(static_cast<size_t>(a.size()));
    to_host(packed, v.data(), static_cast<int64_t>(v.size() * sizeof(double)));
    return v;
}

Points read_points(const Array& xp, const Array& fp) {
    if (xp.ndim() != 1 || fp.ndim() != 1)
        fail(Status::value_error, "xp: expected xp and fp with 1 dimension, got %d and %d", xp.ndim(), fp.ndim());
    if (xp.size() != fp.size())
        fail(Status::value_error, "fp: expected %lld elements, as xp, got %lld", static_cast<long long>(xp.size()),
             static_cast<long long>(fp.size()));
    if (xp.size() == 0) fail(Status::value_error, "xp: expected at least one sample point");
    Points p;
    p.x = host_values(xp);
    if (!fp.dtype.is_complex()) {
        p.re = host_values(fp);
        return p;
    }
    std::vector<scalar::complex128> z(static_cast<size_t>(fp.size()));
    to_host(astype(fp, types::complex128_), z.data(), static_cast<int64_t>(z.size() * sizeof z[0]));
    for (const auto& v : z) {
        p.re.push_back(v.re);
        p.im.push_back(v.im);
    }
    return p;
}

}  // namespace

Array interp(const Array& x, const Array& xp, const Array& fp, const interp_options& o) {
    Points p = read_points(xp, fp);
    if (x.dtype.is_complex()) fail(Status::type_error, "x: expected real numbers, got %s", x.dtype.name());
    std::vector<double> at = host_values(x);
    const auto end = [&](const Scalar* s, size_t i) {
        return s ? cast_scalar(*s, types::complex128_).as<scalar::complex128>()
                 : scalar::complex128{p.re[i], p.im.empty() ? 0 : p.im[i]};
    };
    Outside outside{end(o.left, 0), end(o.right, p.x.size() - 1)};
    if (o.period) {
        const double period = std::abs(*o.period);
        if (period == 0) fail(Status::value_error, "period: expected other than 0");
        for (double& v : at) v = remainder(v, period);
        wrap_points(p, period);
        outside = {end(nullptr, 0), end(nullptr, p.x.size() - 1)};
    }
    const bool complex = !p.im.empty();
    const Array result = empty_array(complex ? types::complex128_ : types::float64_, x.shape, cpu_device());
    for (size_t i = 0; i < at.size(); ++i) {
        const scalar::complex128 y = interpolate(p, outside, at[i]);
        if (complex) reinterpret_cast<scalar::complex128*>(result.data)[i] = y;
        else reinterpret_cast<double*>(result.data)[i] = y.re;
    }
    return to_device(result, x.device());
}

namespace {

Array part(const Array& complex, int64_t offset) {
    Array v = view(complex, complex.data + offset, complex.shape, complex.strides);
    v.dtype = real_type(complex.dtype);
    return v;
}

}  // namespace

Array real(const Array& val) { return val.dtype.is_complex() ? part(val, 0) : val; }

Array imag(const Array& val) {
    if (val.dtype.is_complex()) return part(val, val.itemsize() / 2);
    Array zeros = zeros_like(val, {});
    zeros.read_only = true;
    return zeros;
}

}  // namespace lockstep::numpy
