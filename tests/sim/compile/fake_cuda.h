// A compiler whose machine code is a list of kernels' names, and a CUDA library that loads such code: both
// count. Must not know what is tested.
#pragma once

#include <atomic>
#include <filesystem>
#include <string>

#include "kernels/compile/kernel.h"

namespace fake {

struct Counts {
    std::atomic<int> compiled{0}, loaded{0};
};
Counts& counts();

// Milliseconds that each compilation takes, so that threads meet in it.
extern std::atomic<int> compile_time;
// The compiler is there.
extern std::atomic<bool> has_compiler;

// Kernels of one prologue that differ by a number. A text with `wrong` in it does not compile.
lockstep::cuda::KernelSource source(int number, const std::string& extra = "");

// Machine code as the compiler makes it.
std::string code(const std::string& names);

// The name that a loaded kernel has.
std::string name_of(lockstep::cuda::Kernel kernel);

// An empty folder, removed with what is in it at the end of the scope.
class Folder {
  public:
    Folder();
    ~Folder();
    std::string operator/(const std::string& name) const { return (path / name).string(); }
    std::filesystem::path path;
};

}  // namespace fake
