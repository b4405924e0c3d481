// NVRTC, the compiler of kernel texts: the functions of its C API that are used, opened on first use.
// Must not know kernels. Declarations of our own: no NVIDIA header is needed, and the simulator has another
// compiler here.
#pragma once

#include <cstddef>
#include <string>

namespace lockstep::cuda {

// As nvrtc.h of CUDA 13 declares them; a result of 0 is success.
struct Nvrtc {
    struct ProgramState;
    using Program = ProgramState*;
    using Result = int;

    Result (*version)(int* major, int* minor);
    // `headers[i]` is what #include "names[i]" reads.
    Result (*create_program)(Program*, const char* text, const char* name, int header_count,
                             const char* const* headers, const char* const* names);
    Result (*destroy_program)(Program*);
    Result (*compile_program)(Program, int option_count, const char* const* options);
    Result (*get_cubin_size)(Program, size_t* bytes);
    Result (*get_cubin)(Program, char* cubin);
    Result (*get_program_log_size)(Program, size_t* bytes);  // with the final 0
    Result (*get_program_log)(Program, char* log);
    Result (*get_supported_arch_count)(int* count);
    Result (*get_supported_archs)(int* archs);  // ascending, 90 for sm_90
    const char* (*get_error_string)(Result);
};

// Opens the library when first called. Any thread. Throws library_missing with every path tried and its
// error.
const Nvrtc& nvrtc();

// Tells the outputs of incompatible compilers apart; part of every kernel's key. Opens nothing. "nvrtc" for
// NVIDIA's (cubins of one architecture run whatever release made them); the simulator's also names its flags
// and the text of its header.
const std::string& nvrtc_kind();

// One line for ls_info: version and file, or why there is none. Opens the library.
std::string nvrtc_report();

}  // namespace lockstep::cuda
