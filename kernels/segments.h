// The CUDA backend's folds of stretches: NumPy's reduceat.
// Must not know arrays.
#pragma once

#include "kernels/cuda.h"
#include "runtime/exec/backend.h"

namespace lockstep::cuda {

// A thread folds a stretch alone: many results keep a device busy, a few long ones do not.
void segments(int ordinal, const SegmentTask& task, Stream* stream);

}  // namespace lockstep::cuda
