// Fourier transforms through cuFFT.
// Must not know arrays.
#pragma once

#include "kernels/cuda.h"
#include "runtime/exec/backend.h"

namespace lockstep::cuda {

void fft(int ordinal, const FftTask& task, Stream* stream);

}  // namespace lockstep::cuda
