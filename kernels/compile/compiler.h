// From kernel texts to machine code, by NVRTC: names, keys, translation units, options.
// Must not know devices, nor where compiled kernels are kept.
#pragma once

#include <span>
#include <string>

#include "kernels/compile/digest.h"
#include "kernels/compile/kernel.h"

namespace lockstep::cuda {

// "ls_" and the digest of the text: the same for every architecture.
std::string kernel_name(const KernelSource& source);

// Names what is compiled: text, headers, options, compiler and architecture (90 for sm_90).
Digest kernel_key(const KernelSource& source, int architecture);

// Machine code (a cubin) of kernels that share a prologue. Throws library_missing without a compiler,
// internal_error with the first lines of the compiler's text.
std::string compile(std::span<const KernelSource* const> sources, int architecture);

// The architecture to compile for: the device's own, or the closest below it of the same major number, whose
// code it runs. Throws device_unsupported where the compiler has none, library_missing without a compiler.
int architecture_for(int device_architecture);

}  // namespace lockstep::cuda
