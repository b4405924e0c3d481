// The rules of a call for draws. Source: cont, disc and check_constraint in numpy/random/_common.pyx of NumPy 2.4.
// Must not know how a draw is made.
#include "runtime/numpy/random_call.h"

#include <cmath>
#include <limits>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/device.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/numpy/functions.h"

namespace lockstep::numpy {
namespace {

void check_number(const char* name, double x, Limit limit) {
    const auto expect = [&](bool good, const char* what) {
        if (!good) fail(Status::value_error, "%s: expected %s, got %g", name, what, x);
    };
    switch (limit) {
        case Limit::none: return;
        case Limit::non_negative: return expect(std::isnan(x) || !std::signbit(x), "no negative number");
        case Limit::positive: return expect(!(x <= 0), "a positive number");
        case Limit::positive_not_nan: return expect(x > 0, "a positive number");
        case Limit::probability: return expect(x >= 0 && x <= 1, "a number from 0 to 1");
        case Limit::probability_not_0: return expect(x > 0 && x <= 1, "a number above 0, up to 1");
        case Limit::probability_not_1: return expect(x >= 0 && x < 1, "a number from 0, below 1");
        case Limit::above_one: return expect(x > 1, "a number above 1");
        case Limit::poisson: return expect(x >= 0 && x <= kLargestPoisson, "a number from 0 to 9.2e18");
    }
}

int64_t whole(const char* name, double x) {
    if (std::isnan(x)) fail(Status::value_error, "%s: expected an integer, got NaN", name);
    if (!(x > -0x1p63 && x < 0x1p63))
        fail(Status::overflow_error, "%s: expected an integer of 64 bits, got %g", name, x);
    return static_cast<int64_t>(x);
}

template <class T>
T only(const Array& a) {
    return *reinterpret_cast<const T*>(a.data);
}

}  // namespace

// Packed, of float64 or int64, in host memory. One 0-d number casts as Python's float() and int() do, an array safely.
Array RandomCall::host_values(const Array& given, DType type) {
    if (given.ndim() > 0 && !given.device()->backend->host_memory) device_ = given.device();
    const Array here = to_device(given, cpu_device());
    if (here.dtype == type && is_c_contiguous(here) && is_aligned(here)) return here;
    const Array values = empty_array(type, here.shape, cpu_device());
    assign(values, here, "unsafe");
    return values;
}

RandomCall& RandomCall::number(const char* name, const Array* given, double otherwise, Limit limit) {
    DrawParameter& p = parameters_[count_];
    Array& held = held_[count_++];
    p.number = otherwise;
    if (!given) return *this;
    if (!can_cast(given->dtype, types::float64_, Casting::safe))
        fail(Status::type_error, "%s: cannot cast safely from %s to float64", name, given->dtype.name());
    held = host_values(*given, types::float64_);
    const int64_t n = held.size();
    for (int64_t i = 0; i < n; ++i) check_number(name, reinterpret_cast<const double*>(held.data)[i], limit);
    if (held.ndim() == 0) p.number = only<double>(held);
    else p.many = &held;
    return *this;
}

RandomCall& RandomCall::integer(const char* name, const Array& given) {
    DrawParameter& p = parameters_[count_];
    Array& held = held_[count_++];
    const bool real = given.ndim() == 0 && given.dtype.is_float();
    const bool fits =
        given.ndim() == 0 ? !given.dtype.is_complex() : can_cast(given.dtype, types::int64_, Casting::safe);
    if (!fits) fail(Status::type_error, "%s: cannot cast safely from %s to int64", name, given.dtype.name());
    held = host_values(given, real ? types::float64_ : types::int64_);
    if (given.ndim() == 0) {
        p.integer = real ? whole(name, only<double>(held)) : only<int64_t>(held);
        if (p.integer < 0) fail(Status::value_error, "%s: expected no negative number", name);
        return *this;
    }
    const int64_t n = held.size();
    for (int64_t i = 0; i < n; ++i)
        if (reinterpret_cast<const int64_t*>(held.data)[i] < 0)
            fail(Status::value_error, "%s: expected no negative numbers", name);
    p.many = &held;
    return *this;
}

void RandomCall::each(void (*check)(const DrawParameter* values)) const {
    const Array* arrays[random::kMaxParameters];
    size_t many = 0;
    for (int i = 0; i < count_; ++i)
        if (parameters_[i].many) arrays[many++] = parameters_[i].many;
    if (!many) return check(parameters_);
    const Dims all = broadcast_shapes({arrays, many});
    Array packed[random::kMaxParameters];
    for (int i = 0; i < count_; ++i) {
        if (!parameters_[i].many) continue;
        packed[i] = empty_array(held_[i].dtype, all, cpu_device());
        assign(packed[i], held_[i], "no");
    }
    DrawParameter values[random::kMaxParameters] = {};
    const int64_t n = product(all);
    for (int64_t k = 0; k < n; ++k) {
        for (int i = 0; i < count_; ++i)
            values[i].integer =
                parameters_[i].many ? reinterpret_cast<const int64_t*>(packed[i].data)[k] : parameters_[i].integer;
        check(values);
    }
}

void RandomCall::subtract_first() {
    DrawParameter &first = parameters_[0], &second = parameters_[1];
    if (!first.many && !second.many) {
        second.number -= first.number;
        return;
    }
    const Array a = first.many ? held_[0] : scalar_array(Scalar::of(first.number));
    const Array b = second.many ? held_[1] : scalar_array(Scalar::of(second.number));
    held_[1] = subtract(b, a);
    second.many = &held_[1];
}

Dims RandomCall::shape() const {
    const Array* arrays[random::kMaxParameters];
    size_t many = 0;
    for (int i = 0; i < count_; ++i)
        if (parameters_[i].many) arrays[many++] = parameters_[i].many;
    if (!size_.given && !out_) return many ? broadcast_shapes({arrays, many}) : Dims();
    const Dims given = out_ ? out_->shape : size_.axis;
    int64_t strides[kMaxDims];
    for (size_t i = 0; i < many; ++i)
        if (!broadcast_strides(*arrays[i], given, strides))
            fail(Status::value_error, "size: %s does not fit parameters of shape %s", shape_text(given).c_str(),
                 shape_text(arrays[i]->shape).c_str());
    return given;
}

// What the draws fill, in the order of memory: `out`, turned where NumPy takes Fortran's order, or a new array.
Array RandomCall::target(DType type) const {
    const Dims to = shape();
    if (!out_) return empty_array(type, to, device_ ? device_ : default_device());
    if (!out_->writable() || !is_aligned(*out_)) fail(Status::value_error, "out: expected a writable, aligned array");
    Dims turned(to.size()), strides(to.size());
    for (int i = 0; i < to.size(); ++i) {
        turned[i] = to[to.size() - 1 - i];
        strides[i] = out_->strides[to.size() - 1 - i];
    }
    const Array other = is_c_contiguous(*out_) ? *out_ : view(*out_, out_->data, turned, strides);
    if (!is_c_contiguous(other) || (count_ > 0 && !is_c_contiguous(*out_)))
        fail(Status::value_error, "out: expected a contiguous array");
    if (out_->dtype != type)
        fail(Status::type_error, "out: expected dtype %s, got %s", type.name(), out_->dtype.name());
    if (size_.given && !(out_->shape == size_.axis))
        fail(Status::value_error, "size: expected out's shape %s, got %s", shape_text(out_->shape).c_str(),
             shape_text(size_.axis).c_str());
    return other;
}

Array RandomCall::draw(Distribution wanted) {
    const Distribution distribution = generator_.is_legacy() ? legacy_of(wanted) : wanted;
    const Array to = target(DType::from_character(row_of(distribution).type));
    const random::Generator::Use use(generator_);
    run_random(use.state(), distribution, to, {parameters_, static_cast<size_t>(count_)});
    return out_ ? *out_ : to;
}

}  // namespace lockstep::numpy
