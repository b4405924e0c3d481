// Where NVIDIA's libraries lie: the toolkit, pip's packages, the system.
// Must not know what a library is for, nor its symbols.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "runtime/exec/library.h"

namespace lockstep::cuda {

// Paths to try for a library, `file` being its soname ("libcublas.so.13"), first those of
//   LOCKSTEP_CUDA_PATH, CUDA_HOME, CUDA_PATH    each a toolkit, a Python environment or the folder of the libraries itself;
//   pip's packages                              nvidia/cu13/lib beside the package that this plugin lies in, in
//                                               VIRTUAL_ENV, in the environments compiled in as LOCKSTEP_CUDA_HINTS;
//   /usr/local/cuda, /usr/local/cuda-*          newest first;
// then `file` itself, which the loader looks for. Files that are not there are left out, but not from the folders of
// LOCKSTEP_CUDA_PATH: what the user asked for is to be reported. Relative folders are ignored: never the working directory.
std::vector<std::string> library_candidates(const std::string& file);

// Opens the first candidate of `file` that `bind` takes: it looks up the functions and returns an empty string, or says why
// the library cannot be used. False when there is none; the library's attempts say why.
bool open_library(Library& library, const std::string& file, const std::function<std::string(const Library&)>& bind);

// "cuBLAS: /usr/local/cuda/lib64/libcublas.so.13", and a line for every other path tried with its error.
std::string library_report(const std::string& name, const Library& library);

// Throws library_missing with every path tried, its error, and what to do.
[[noreturn]] void fail_missing(const std::string& name, const Library& library);

}  // namespace lockstep::cuda
