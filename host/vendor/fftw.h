// A library with FFTW3's interface (FFTW, MKL), found at run time when the user asks for one; never linked.
// Must not know arrays. Our own transform (host/fft/fft.h) is the default and the judge of a library opened.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "host/fft/fft.h"

namespace lockstep::host::vendor {

// Which library, by environment variables read at the first call:
//   LOCKSTEP_FFTW_PATH   files to try first, separated by colons; each precision takes the first file that
//   serves it LOCKSTEP_FFT         fftw: libfftw3.so.3 and libfftw3f.so.3; mkl: libmkl_rt.so.2, then
//   libmkl_rt.so; anything else,
//                        or unset: our own transform
// A library that lacks a function or disagrees with our own transform is refused.

// As host::fft::transform; false, with `out` untouched, when no library is in use or it has no plan for this
// case.
bool fftw_transform(fft::Kind kind, int64_t n, int64_t howmany, const double* in, int64_t in_row_stride,
                    double* out, int64_t out_row_stride, double scale);
bool fftw_transform(fft::Kind kind, int64_t n, int64_t howmany, const float* in, int64_t in_row_stride,
                    float* out, int64_t out_row_stride, float scale);

// What was asked for, every path tried with its error, and what is in use; one line each.
std::string fftw_report();

// One precision of such a library. For the functions above and for tests.
template <class T>
class FftwLibrary {
  public:
    // Opens the first of `paths` that has this precision's functions and computes right.
    explicit FftwLibrary(const std::vector<std::string>& paths);
    ~FftwLibrary();

    bool loaded() const;
    std::string report() const;
    bool transform(fft::Kind kind, int64_t n, int64_t howmany, const T* in, int64_t in_row_stride, T* out,
                   int64_t out_row_stride, T scale);

  private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace lockstep::host::vendor
