// Discrete Fourier transforms of contiguous rows, any length: Lockstep's own FFT, and the only header of it
// others include. Must not know arrays, dtypes or NumPy: raw rows of float or double in, raw rows out.
#pragma once

#include <cstdint>

namespace lockstep::host::fft {

enum class Kind {
    c2c_forward,   // X[k] = sum_j x[j] exp(-2 pi i jk / n)
    c2c_backward,  // the same with +i
    r2c,           // forward of a real row, the first n/2+1 values of X
    c2r            // backward of a Hermitian row given by its first n/2+1 values
};

// Transforms `howmany` independent rows of logical length n; every result is multiplied by `scale`, nothing
// else is normalised.
//
//   kind   a row of `in`                 a row of `out`
//   c2c    n complex                     n complex
//   r2c    n real                        n/2+1 complex
//   c2r    n/2+1 complex; the imaginary  n real
//          part of the first and, for
//          even n, the last is ignored
//
// Complex values are interleaved pairs (re, im). Row strides are counted in elements of the row's own type (a
// complex stride of 1 is two reals); they may be negative. `in` and `out` must not overlap, except that for
// c2c they may be the same pointer with the same stride. Alignment: that of the real type.
//
// Error: |X' - X|_2 <= 0.5 * eps * (1 + log2(n)) * |X|_2, eps the distance from 1 to the next number.
// Measured on noise, doubles, n >= 16: at most 0.30 * eps * log2(n), 0.08 to 0.15 for powers of two; NumPy's
// is alike (0.32). An infinity or NaN in a row spoils that row's results only. Results depend neither on the
// number of threads nor on the memory's alignment; they may depend, within the bound, on the instruction set
// and on howmany.
//
// Throws std::invalid_argument for n < 1 or howmany < 0, std::bad_alloc when scratch memory cannot be had.
// Thread-safe.
void transform(Kind kind, int64_t n, int64_t howmany, const double* in, int64_t in_row_stride, double* out,
               int64_t out_row_stride, double scale);
void transform(Kind kind, int64_t n, int64_t howmany, const float* in, int64_t in_row_stride, float* out,
               int64_t out_row_stride, float scale);

}  // namespace lockstep::host::fft
