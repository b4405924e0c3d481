// The kernels that common calls need: what the kernel pack holds.
// Must not know how kernels are compiled or kept.
#pragma once

#include <span>
#include <vector>

#include "kernels/compile/kernel.h"
#include "runtime/array/dtype.h"

namespace lockstep::cuda {

// Each kernel once. Those that are alike stand together. Of calls with these element types only, unless there
// are none.
std::vector<KernelSource> standard_sources(std::span<const DType> types = {});

}  // namespace lockstep::cuda
