// The kernels around cuSOLVER as text.
// Must not know tasks or launches.
#pragma once

#include <vector>

#include "kernels/compile/kernel.h"
#include "runtime/array/dtype.h"

namespace lockstep::cuda {

KernelSource triangle_source(DType type);
KernelSource addresses_source();
KernelSource reflectors_source(DType type);
KernelSource pairs_source();

// What the kernel pack holds of them: all.
std::vector<KernelSource> standard_solve_sources();

}  // namespace lockstep::cuda
