// The CUDA backend's scan.
// Must not know arrays.
#pragma once

#include "kernels/cuda.h"
#include "runtime/exec/backend.h"

namespace lockstep::cuda {

// Takes two values from the pool for every 4096 elements of rows longer than that.
void scan(int ordinal, const ScanTask& task, Stream* stream);

}  // namespace lockstep::cuda
