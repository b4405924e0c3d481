// Fourier transforms: plan, work area and the steps that cuFFT leaves to its caller: scaling, copies of what it would destroy.
// Must not know arrays, nor how plans are kept.
#include "kernels/fft.h"

#include <optional>

#include "kernels/fft_plans.h"
#include "kernels/region.h"

namespace lockstep::cuda {
namespace {

Cufft::Type type_of(FftKind kind, bool wide) {
    using T = Cufft::Type;
    switch (kind) {
        case FftKind::r2c: return wide ? T::r2c_float64 : T::r2c_float32;
        case FftKind::c2r: return wide ? T::c2r_float64 : T::c2r_float32;
        default: return wide ? T::c2c_float64 : T::c2c_float32;
    }
}

// One side of a task: rows of `points` elements.
struct Side {
    char* data;
    DType type;
    int64_t points, stride;  // bytes from row to row

    Array rows(int64_t howmany) const {
        const int64_t shape[] = {howmany, points}, strides[] = {stride, type.itemsize()};
        return region(data, type, shape, strides);
    }
    // Whether cuFFT takes it in place: whole rows one after the other, pairs of numbers aligned as a pair.
    bool fits(int64_t howmany, int64_t complex_item) const {
        return reinterpret_cast<uintptr_t>(data) % static_cast<uintptr_t>(complex_item) == 0 &&
               (howmany == 1 || (stride % type.itemsize() == 0 && stride / type.itemsize() >= points));
    }
};

struct Transform {
    int ordinal;
    Stream* stream;
    const FftTask& t;
    bool wide;
    Side in, out;

    Transform(int on, const FftTask& task, Stream* s) : ordinal(on), stream(s), t(task), wide(t.real == types::float64_) {
        const DType complex = wide ? types::complex128_ : types::complex64_;
        const bool real_in = t.kind == FftKind::r2c, real_out = t.kind == FftKind::c2r;
        const int64_t half = t.n / 2 + 1;
        in = {const_cast<char*>(t.in), real_in ? t.real : complex, real_out ? half : t.n, t.in_stride};
        out = {t.out, real_out ? t.real : complex, real_in ? half : t.n, t.out_stride};
    }
    int64_t complex_item() const { return wide ? 16 : 8; }

    Side packed(const Side& side, char* data) const {
        return {data, side.type, side.points, side.points * side.type.itemsize()};
    }
    int64_t packed_bytes(const Side& side) const { return t.howmany * side.points * side.type.itemsize(); }

    // Real signals have no imaginary part at frequency 0, nor at n/2 for even n: NumPy ignores what is there, cuFFT does not.
    void clear_imaginary(const Side& spectrum) const {
        const int64_t item = t.real.itemsize();
        const int64_t shape[] = {t.howmany, t.n % 2 == 0 ? 2 : 1}, strides[] = {spectrum.stride, t.n / 2 * 2 * item};
        alignas(16) const char zero[16] = {};
        fill_region(ordinal, constant(zero, t.real), region(spectrum.data + item, t.real, shape, strides), stream);
    }
    void run(const Side& from, const Side& to) const {
        const Cufft& fft = cufft();
        const auto distance = [&](const Side& s) { return t.howmany == 1 ? s.points : s.stride / s.type.itemsize(); };
        const auto plan = fft_plan({ordinal, type_of(t.kind, wide), t.n, t.howmany, distance(from), distance(to)});
        const Workspace area(ordinal, static_cast<int64_t>(plan->work_bytes) + 1, stream);
        const DeviceScope scope(ordinal);
        const std::lock_guard lock(plan->mutex);
        const auto checked = [&](Cufft::Status s, const char* function) { check_fft(s, function, t.n, t.howmany); };
        checked(fft.set_stream(plan->plan, queue_of(stream)), "cufftSetStream");
        checked(fft.set_work_area(plan->plan, area.data()), "cufftSetWorkArea");
        if (t.kind == FftKind::r2c) return checked(fft.execute_r2c[wide](plan->plan, from.data, to.data), "cufftExecR2C");
        if (t.kind == FftKind::c2r) return checked(fft.execute_c2r[wide](plan->plan, from.data, to.data), "cufftExecC2R");
        const int direction = t.kind == FftKind::c2c_forward ? Cufft::kForward : Cufft::kBackward;
        checked(fft.execute_c2c[wide](plan->plan, from.data, to.data, direction), "cufftExecC2C");
    }
    // Complex results are scaled as twice as many real ones.
    void scale() const {
        if (t.scale == 1.0) return;
        const int64_t item = t.real.itemsize(), parts = out.type.itemsize() / item;
        const int64_t shape[] = {t.howmany, out.points * parts}, strides[] = {out.stride, item};
        const Array numbers = region(out.data, t.real, shape, strides);
        const double in_double = t.scale;
        const float in_float = static_cast<float>(t.scale);
        const void* const factor = wide ? static_cast<const void*>(&in_double) : &in_float;
        scale_region(ordinal, constant(factor, t.real), numbers, stream);
    }
};

}  // namespace

void fft(int ordinal, const FftTask& task, Stream* stream) {
    if (task.howmany == 0) return;
    const Transform x(ordinal, task, stream);
    if (task.n == 1) {  // the number itself; of a complex one, where a real one is wanted, its real part
        copy_region(ordinal, x.in.rows(task.howmany), x.out.rows(task.howmany), stream);
        return x.scale();
    }
    Side from = x.in, to = x.out;
    std::optional<Workspace> input, output;
    if (task.kind == FftKind::c2r || !from.fits(task.howmany, x.complex_item())) {  // c2r destroys its input
        input.emplace(ordinal, x.packed_bytes(from), stream);
        from = x.packed(from, input->data());
        copy_region(ordinal, x.in.rows(task.howmany), from.rows(task.howmany), stream);
        if (task.kind == FftKind::c2r) x.clear_imaginary(from);
    }
    if (!to.fits(task.howmany, x.complex_item())) {
        output.emplace(ordinal, x.packed_bytes(to), stream);
        to = x.packed(to, output->data());
    }
    x.run(from, to);
    if (output) copy_region(ordinal, to.rows(task.howmany), x.out.rows(task.howmany), stream);
    x.scale();
}

}  // namespace lockstep::cuda
