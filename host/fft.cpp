// The CPU's fft: our own transforms, or an FFTW3-interface library where the user asked for one.
// Must not know algorithms.
#include "host/fft/fft.h"

#include "host/primitives.h"
#include "host/vendor/fftw.h"

namespace lockstep::host {
namespace {

fft::Kind kind_of(FftKind k) {
    switch (k) {
        case FftKind::c2c_forward: return fft::Kind::c2c_forward;
        case FftKind::c2c_backward: return fft::Kind::c2c_backward;
        case FftKind::r2c: return fft::Kind::r2c;
        default: return fft::Kind::c2r;
    }
}

template <class T>
void transform(const FftTask& t) {
    const int64_t real = sizeof(T), complex = 2 * real;
    const int64_t in_item = t.kind == FftKind::r2c ? real : complex, out_item = t.kind == FftKind::c2r ? real : complex;
    const T* in = reinterpret_cast<const T*>(t.in);
    T* out = reinterpret_cast<T*>(t.out);
    const fft::Kind kind = kind_of(t.kind);
    const T scale = static_cast<T>(t.scale);
    const int64_t in_row = t.in_stride / in_item, out_row = t.out_stride / out_item;
    if (!vendor::fftw_transform(kind, t.n, t.howmany, in, in_row, out, out_row, scale))
        fft::transform(kind, t.n, t.howmany, in, in_row, out, out_row, scale);
}

}  // namespace

void fourier(int, const FftTask& task, Stream*) {
    if (task.real == types::float32_) transform<float>(task);
    else transform<double>(task);
}

}  // namespace lockstep::host
