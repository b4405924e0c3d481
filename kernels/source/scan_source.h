// The kernels of scans as text.
// Must not know tasks or launches.
#pragma once

#include <vector>

#include "kernels/compile/kernel.h"
#include "runtime/exec/program.h"

namespace lockstep::cuda {

enum class ScanKernel : char { groups, rows };

// Sums of halves are carried in float32: that is the type of groups' totals.
DType scan_carry(Op op, DType type);
KernelSource scan_source(ScanKernel kind, Op op, DType type);

// Sums of the common types.
std::vector<KernelSource> standard_scan_sources();

}  // namespace lockstep::cuda
