// The map kernels as text: which variants there are, and the body that each needs around a Program.
// Must not know arrays, streams or launches.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/compile/kernel.h"
#include "runtime/exec/backend.h"

namespace lockstep::cuda {

// The kernels of a program that common calls hit: what the kernel pack holds of it.
std::vector<KernelSource> standard_map_sources(const Program& program);

}  // namespace lockstep::cuda
