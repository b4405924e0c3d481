// transform(): checks, and the kinds in terms of complex rows.
// Must not know how complex rows are computed.
#include "host/fft/fft.h"

#include <stdexcept>
#include <string>

#include "host/fft/plan.h"
#include "host/fft/real.h"

namespace lockstep::host::fft {
namespace {

template <class T>
void transform_rows(Kind kind, int64_t n, int64_t howmany, const T* in, int64_t in_stride, T* out,
                    int64_t out_stride, T scale) {
    if (n < 1)
        throw std::invalid_argument("fft: the length of a row is " + std::to_string(n) +
                                    ", it must be at least 1");
    if (howmany < 0) throw std::invalid_argument("fft: the number of rows is " + std::to_string(howmany));
    if (howmany == 0) return;
    switch (kind) {
        case Kind::c2c_forward:
            return run<T>(*plan<T>(n), {in, 2 * in_stride, out, 2 * out_stride, false, scale, scale},
                          howmany);
        case Kind::c2c_backward:
            return run<T>(*plan<T>(n), {in, 2 * in_stride, out, 2 * out_stride, true, scale, -scale},
                          howmany);
        case Kind::r2c:
            return real_forward(n, howmany, in, in_stride, out, out_stride, scale);
        case Kind::c2r:
            return real_backward(n, howmany, in, in_stride, out, out_stride, scale);
    }
    throw std::invalid_argument("fft: unknown kind of transform");
}

}  // namespace

void transform(Kind kind, int64_t n, int64_t howmany, const double* in, int64_t in_row_stride, double* out,
               int64_t out_row_stride, double scale) {
    transform_rows(kind, n, howmany, in, in_row_stride, out, out_row_stride, scale);
}
void transform(Kind kind, int64_t n, int64_t howmany, const float* in, int64_t in_row_stride, float* out,
               int64_t out_row_stride, float scale) {
    transform_rows(kind, n, howmany, in, in_row_stride, out, out_row_stride, scale);
}

}  // namespace lockstep::host::fft
