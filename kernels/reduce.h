// The CUDA backend's reduce.
// Must not know arrays.
#pragma once

#include "runtime/exec/backend.h"

namespace lockstep::cuda {

// Backend::reduce: kernels by monoid and layout, results with the CPU's bits.
void reduce(int ordinal, const ReduceTask& task, Stream* stream);

}  // namespace lockstep::cuda
