// cuFFT: the functions of its C API that are used, opened on first use.
// Must not know tasks. Declarations of our own: no NVIDIA header is needed, and the simulator answers here too.
#pragma once

#include <cstddef>
#include <string>

#include "kernels/cuda.h"

namespace lockstep::cuda {

// As cufft.h of CUDA 13 declares them; a status of 0 is success.
struct Cufft {
    using Plan = int;
    using Status = int;
    static constexpr Status kAllocationFailed = 2;
    enum class Type : int {
        c2c_float32 = 0x29,
        r2c_float32 = 0x2a,
        c2r_float32 = 0x2c,
        c2c_float64 = 0x69,
        r2c_float64 = 0x6a,
        c2r_float64 = 0x6c
    };
    static constexpr int kForward = -1, kBackward = 1;

    Status (*create)(Plan*);
    Status (*destroy)(Plan);
    Status (*get_version)(int* version);
    Status (*set_auto_allocation)(Plan, int);  // 0: the caller gives the work area
    // `batch` transforms of `rank` dimensions, with `in_step` elements between points and `in_distance` between transforms;
    // where in_shape and out_shape are null, both sides are packed.
    Status (*make_plan)(Plan, int rank, long long* n, long long* in_shape, long long in_step, long long in_distance,
                        long long* out_shape, long long out_step, long long out_distance, Type, long long batch,
                        size_t* work_bytes);
    Status (*set_stream)(Plan, cudaStream_t);
    Status (*set_work_area)(Plan, void*);
    // c2r may overwrite its input.
    Status (*execute_c2c[2])(Plan, void* in, void* out, int direction);  // float32, float64
    Status (*execute_r2c[2])(Plan, void* in, void* out);
    Status (*execute_c2r[2])(Plan, void* in, void* out);
};

// Opens the library when first called. Any thread. Throws library_missing with every path tried and its error.
const Cufft& cufft();

// For ls_info: the file in use, or, as long as no transform needed one, where it will be looked for first. Opens nothing.
std::string cufft_report();

// "CUFFT_INVALID_SIZE": cuFFT has no function for that.
const char* cufft_status_name(Cufft::Status);

}  // namespace lockstep::cuda
