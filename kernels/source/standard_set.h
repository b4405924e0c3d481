// The kernels that common calls need: what the kernel pack holds.
// Must not know how kernels are compiled or kept.
#pragma once

#include <vector>

#include "kernels/compile/kernel.h"

namespace lockstep::cuda {

// Each kernel once. Those that are alike stand together.
std::vector<KernelSource> standard_sources();

}  // namespace lockstep::cuda
