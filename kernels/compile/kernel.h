// Kernels by their text: where compiled ones come from (kernel pack, disk cache, compiler) and how they are launched.
// Must not know what a kernel computes.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "kernels/cuda.h"
#include "runtime/exec/backend.h"

namespace lockstep::cuda {

// A kernel as text, defined through LS_KERNEL of kernels/device/kernel.h: it takes one argument, a structure by value.
//     namespace $_ { struct Body { ... }; }
//     LS_KERNEL($, 256, Arguments<2>) { run<$_::Body>(arguments); }
// `$` stands for its name wherever it occurs: the name is a hash of the text, so kernels of one prologue may be compiled
// in one go, and what stands beside the kernel has a namespace of its own.
struct KernelSource {
    std::string prologue;  // #include lines, of headers below kernels/device/, runtime/scalar/ and runtime/tables/ only
    std::string body;
};

struct Kernel {
    cudaKernel_t handle = nullptr;
    explicit operator bool() const { return handle != nullptr; }
};

// Loads the kernel for the device: from the pack, else from the disk cache, else by compiling it (and keeping it on disk).
// Any thread. Throws library_missing without a compiler, internal_error with the compiler's text.
Kernel load_kernel(int ordinal, const KernelSource& source);

// What a primitive has loaded, by a signature of its own making (any bytes that tell its kernels apart). Any thread; a hit
// costs a hash of the signature and no lock that others write to.
class KernelTable {
  public:
    KernelTable();
    ~KernelTable();
    // `source` is called when the signature is new for the device.
    Kernel find(int ordinal, std::string_view signature, const std::function<KernelSource()>& source);

  private:
    struct State;
    State* state_;
};

struct Grid {
    unsigned blocks[3] = {1, 1, 1};
    unsigned threads[3] = {256, 1, 1};
    unsigned shared_bytes = 0;  // dynamic
};
// `arguments` is the kernel's one argument.
void launch(Kernel kernel, const Grid& grid, const void* arguments, Stream* stream);

// For Backend.
KernelStatistics kernel_statistics();
int64_t warm_kernels(int ordinal);
void clear_kernels();

}  // namespace lockstep::cuda
