// The matrix product of integers and bool as a kernel's text: one per type and index width.
// Must not know tasks.
#pragma once

#include <vector>

#include "kernels/compile/kernel.h"
#include "runtime/array/dtype.h"

namespace lockstep::cuda {

// `wide`: offsets in 64 bits. The kernel's argument is device::GemmArguments<int32_t or int64_t> of kernels/device/gemm.h.
KernelSource gemm_source(DType type, bool wide);

// Those with 32-bit offsets for every type: the products' part of the kernel pack.
std::vector<KernelSource> standard_gemm_sources();

}  // namespace lockstep::cuda
