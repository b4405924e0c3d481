// Discrete Fourier transforms along one axis.
// Must not know backends.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/stream.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/functions.h"

namespace lockstep::numpy {
namespace {

struct Call {
    FftKind kind;
    int64_t n;
    int axis;
    double scale;
};

// float32 for what float32 holds, else float64.
DType transform_precision(DType t) {
    const bool narrow = t == types::float16_ || t == types::bfloat16_ || t == types::float32_ || t == types::complex64_;
    return narrow ? types::float32_ : types::float64_;
}

double scale_of(const char* norm, int64_t n, bool forward) {
    const double count = static_cast<double>(n);
    if (!norm || !std::strcmp(norm, "backward")) return forward ? 1.0 : 1.0 / count;
    if (!std::strcmp(norm, "ortho")) return 1.0 / std::sqrt(count);
    if (!std::strcmp(norm, "forward")) return forward ? 1.0 / count : 1.0;
    fail(Status::value_error, "norm: expected backward, ortho, forward or None, got %s", norm);
}

Call call_of(const Array& a, FftKind kind, const fft_fft_options& o) {
    if (a.ndim() == 0) fail(Status::axis_error, "axis: expected an array of at least 1 dimension");
    Call c;
    c.kind = kind;
    c.axis = normalize_axis(o.axis, a.ndim());
    const int64_t size = a.shape[c.axis];
    c.n = o.n.value_or(kind == FftKind::c2r ? 2 * (size - 1) : size);
    if (c.n < 1) fail(Status::value_error, "n: expected at least 1 point, got %lld", static_cast<long long>(c.n));
    c.scale = scale_of(o.norm, c.n, kind == FftKind::c2c_forward || kind == FftKind::r2c);
    if (kind == FftKind::r2c && a.dtype.is_complex())
        fail(Status::type_error, "a: expected real numbers, got %s", a.dtype.name());
    return c;
}

// The input packed with the transformed axis last, cut or padded with zeros to `points`.
Array packed_rows(const Array& a, const Call& c, DType type, int64_t points) {
    Array rows = swapaxes(a, c.axis, a.ndim() - 1);
    const int last = rows.ndim() - 1;
    const int64_t have = rows.shape[last], used = std::min(have, points);
    rows.shape[last] = used;
    Dims shape = rows.shape;
    shape[last] = points;
    if (have >= points && rows.dtype == type && is_c_contiguous(rows) && is_aligned(rows)) return rows;
    const Array packed = empty_array(type, shape, a.device());
    Dims part = shape;
    part[last] = used;
    assign(view(packed, packed.data, part, packed.strides), rows, "unsafe");
    if (used < points) {
        part[last] = points - used;
        assign(view(packed, packed.data + used * type.itemsize(), part, packed.strides), scalar_array(weak_int(0)), "unsafe");
    }
    return packed;
}

Array run(const Array& a, const Call& c) {
    const DType real = transform_precision(a.dtype);
    const DType complex = real == types::float32_ ? types::complex64_ : types::complex128_;
    const int64_t half = c.n / 2 + 1;
    const bool real_in = c.kind == FftKind::r2c, real_out = c.kind == FftKind::c2r;
    const Array in = packed_rows(a, c, real_in ? real : complex, real_out ? half : c.n);
    Dims shape = in.shape;
    shape[shape.size() - 1] = real_in ? half : c.n;
    const Array out = empty_array(real_out ? real : complex, shape, a.device());
    const int64_t points = in.shape[in.ndim() - 1];
    const FftTask task{c.kind,  real, c.n, points ? in.size() / points : 0, in.data, out.data, points * in.itemsize(),
                       shape[shape.size() - 1] * out.itemsize(), c.scale};
    const Backend* backend = backend_for(a.device(), Primitive::fft, real, "fft");
    if (backend != a.device()->backend) return to_device(run(to_device(a, cpu_device()), c), a.device());
    const Array *reads[] = {&in}, *writes[] = {&out};
    if (task.howmany) backend->fft(a.device()->ordinal, task, stream_for(a.device(), reads, writes));
    return swapaxes(out, c.axis, out.ndim() - 1);
}

Array transform(const Array& a, FftKind kind, const fft_fft_options& o) {
    Array result = run(a, call_of(a, kind, o));
    if (kind == FftKind::c2r && a.dtype == types::float16_) result = astype(result, types::float16_);  // as NumPy
    if (!o.out) return result;
    if (!(o.out->shape == result.shape))
        fail(Status::value_error, "out: expected shape %s, got %s", shape_text(result.shape).c_str(),
             shape_text(o.out->shape).c_str());
    if (!can_cast(result.dtype, o.out->dtype, Casting::same_kind))
        fail(Status::type_error, "out: cannot cast the result from %s to %s by the rule 'same_kind'", result.dtype.name(),
             o.out->dtype.name());
    assign(*o.out, result, "same_kind");
    return *o.out;
}

}  // namespace

Array fft_fft(const Array& a, const fft_fft_options& o) { return transform(a, FftKind::c2c_forward, o); }

Array fft_ifft(const Array& a, const fft_ifft_options& o) {
    return transform(a, FftKind::c2c_backward, {o.n, o.axis, o.norm, o.out});
}

Array fft_rfft(const Array& a, const fft_rfft_options& o) {
    return transform(a, FftKind::r2c, {o.n, o.axis, o.norm, o.out});
}

Array fft_irfft(const Array& a, const fft_irfft_options& o) {
    return transform(a, FftKind::c2r, {o.n, o.axis, o.norm, o.out});
}

Array fft_fftfreq(int64_t n, const fft_fftfreq_options& o) {
    if (n == 0 || o.d == 0) fail(Status::zero_division, "n, d: expected n * d other than 0");
    if (n < 0) fail(Status::value_error, "n: expected at least 1, got %lld", static_cast<long long>(n));
    const int64_t shape[] = {n};
    const Array positions = empty_array(types::int64_, shape, cpu_device());
    auto* k = reinterpret_cast<int64_t*>(positions.data);
    for (int64_t i = 0; i < n; ++i) k[i] = i < (n + 1) / 2 ? i : i - n;
    const Array unit = scalar_array(weak_float(1.0 / (static_cast<double>(n) * o.d)));
    const Array* inputs[] = {&positions, &unit};
    return to_device(ufunc(Op::multiply, inputs), default_device());
}

}  // namespace lockstep::numpy
