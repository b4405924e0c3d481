// Generator's uniform, normal and exponential draws.
// Must not know how a bit generator makes its words, nor how a draw is made.
#include <cmath>

#include "runtime/array/error.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/random_call.h"

namespace lockstep::numpy {
namespace {

bool is_double(DType dtype) {
    if (dtype != types::float64_ && dtype != types::float32_)
        fail(Status::type_error, "dtype: expected float64 or float32, got %s", dtype.name());
    return dtype == types::float64_;
}

}  // namespace

Array random_random(random::Generator& generator, const random_random_options& o) {
    return RandomCall(generator, o.size, o.out)
        .draw(is_double(o.dtype) ? Distribution::random : Distribution::random_float);
}

Array random_uniform(random::Generator& generator, const random_uniform_options& o) {
    RandomCall call(generator, o.size);
    call.number("low", o.low, 0, Limit::none).number("high", o.high, 1, Limit::none);
    call.each([](const DrawParameter* values) {
        const double range = values[1].number - values[0].number;
        if (!std::isfinite(range)) fail(Status::overflow_error, "high: expected high - low within float64's range");
    });
    if (!generator.is_legacy()) {  // RandomState counts down, too
        call.each([](const DrawParameter* values) {
            if (std::signbit(values[1].number - values[0].number)) fail(Status::value_error, "high: expected no less than low");
        });
    }
    call.subtract_first();
    return call.draw(Distribution::uniform);
}

Array random_standard_normal(random::Generator& generator, const random_standard_normal_options& o) {
    return RandomCall(generator, o.size, o.out)
        .draw(is_double(o.dtype) ? Distribution::standard_normal : Distribution::standard_normal_float);
}

Array random_normal(random::Generator& generator, const random_normal_options& o) {
    return RandomCall(generator, o.size)
        .number("loc", o.loc, 0, Limit::none)
        .number("scale", o.scale, 1, Limit::non_negative)
        .draw(Distribution::normal);
}

Array random_standard_exponential(random::Generator& generator, const random_standard_exponential_options& o) {
    const bool inverse = std::string_view(o.method) != "zig";
    const Distribution wide = inverse ? Distribution::standard_exponential_inverse : Distribution::standard_exponential;
    const Distribution narrow =
        inverse ? Distribution::standard_exponential_inverse_float : Distribution::standard_exponential_float;
    return RandomCall(generator, o.size, o.out).draw(is_double(o.dtype) ? wide : narrow);
}

Array random_exponential(random::Generator& generator, const random_exponential_options& o) {
    return RandomCall(generator, o.size)
        .number("scale", o.scale, 1, Limit::non_negative)
        .draw(Distribution::exponential);
}

Array random_standard_gamma(random::Generator& generator, const Array& shape, const random_standard_gamma_options& o) {
    return RandomCall(generator, o.size, o.out)
        .number("shape", shape, Limit::non_negative)
        .draw(is_double(o.dtype) ? Distribution::standard_gamma : Distribution::standard_gamma_float);
}

}  // namespace lockstep::numpy
