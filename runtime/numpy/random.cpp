// Random numbers: the rows of the chapter "random".
// Must not know how a bit generator makes its words.
#include "runtime/array/error.h"
#include "runtime/exec/device.h"
#include "runtime/exec/memory.h"
#include "runtime/numpy/functions.h"
#include "runtime/random/generator.h"
#include "runtime/scalar/random/generators.h"
#include "runtime/scalar/random/uniform.h"

namespace lockstep::numpy {
namespace {

// What a call fills: `out`, or a new array of the size, 0-d without one.
Array target(const Axes& size, DType dtype, const Array* out) {
    if (!out) return empty_array(dtype, {size.axis.data(), static_cast<size_t>(size.axis.size())}, default_device());
    if (out->dtype != dtype)
        fail(Status::type_error, "out: expected dtype %s, got %s", dtype.name(), out->dtype.name());
    if (!is_c_contiguous(*out) || !out->writable()) fail(Status::value_error, "out: expected a writable, C-contiguous array");
    if (size.given && !(out->shape == size.axis))
        fail(Status::value_error, "size: expected out's shape %s, got %s", shape_text(out->shape).c_str(),
             shape_text(size.axis).c_str());
    return *out;
}

}  // namespace

Array random_random(random::Generator& generator, const random_random_options& o) {
    if (o.dtype != types::float64_ && o.dtype != types::float32_)
        fail(Status::type_error, "dtype: expected float64 or float32, got %s", o.dtype.name());
    const Array to = target(o.size, o.dtype, o.out);
    const Array host = empty_array(to.dtype, to.shape, cpu_device());
    const random::Generator::Use use(generator);
    scalar::random::draw_from(use.state(), [&](auto& g) {
        if (to.dtype == types::float64_)
            for (int64_t i = 0; i < host.size(); ++i) reinterpret_cast<double*>(host.data)[i] = scalar::random::random(g);
        else
            for (int64_t i = 0; i < host.size(); ++i) reinterpret_cast<float*>(host.data)[i] = scalar::random::random_float(g);
    });
    assign(to, host, "no");
    return to;
}

}  // namespace lockstep::numpy
