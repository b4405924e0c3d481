// The kernels of folds of stretches (reduceat) as text.
// Must not know tasks or launches.
#pragma once

#include <vector>

#include "kernels/compile/kernel.h"
#include "kernels/source/index_source.h"
#include "runtime/exec/program.h"

namespace lockstep::cuda {

// `aligned`: every element of input and results.
KernelSource segments_source(Op op, DType type, bool aligned, SpaceVariant space);

// Sums of the common types.
std::vector<KernelSource> standard_segments_sources();

}  // namespace lockstep::cuda
