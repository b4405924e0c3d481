// How device code is written so that NVRTC, nvcc and the simulator's g++ (tests/sim/) compile the same text.
// Must not know operations or layouts. Freestanding.
#pragma once

#include "runtime/scalar/config.h"

// LS_DEVICE: a function of device code. LS_KERNEL: a kernel with one argument, `arguments`, a structure by value; it is
// launched with `threads` threads at most. Shared memory is __shared__ inside a kernel or device function, or
// LS_DYNAMIC_SHARED(type, name), 16-byte aligned.
#if defined(__CUDACC__)
#define LS_DEVICE static __device__ __forceinline__
#define LS_KERNEL(name, threads, Arguments) \
    extern "C" __global__ void __launch_bounds__(threads) name(const __grid_constant__ Arguments arguments)
#define LS_DYNAMIC_SHARED(type, name)                          \
    extern __shared__ __align__(16) unsigned char ls_shared[]; \
    type* const name = reinterpret_cast<type*>(ls_shared)
#else
#define LS_DEVICE [[maybe_unused]] static inline
#define LS_KERNEL(name, threads, Arguments)                                                                         \
    static void name##_body(const Arguments& arguments);                                                            \
    extern "C" {                                                                                                    \
    extern const unsigned long name##_limits[2];                                                                    \
    const unsigned long name##_limits[2] = {sizeof(Arguments), threads};                                            \
    }                                                                                                               \
    extern "C" void name(const void* arguments) { name##_body(*static_cast<const Arguments*>(arguments)); }         \
    static void name##_body(const Arguments& arguments)
#define LS_DYNAMIC_SHARED(type, name) type* const name = static_cast<type*>(::lockstep_sim_dynamic_shared())
#endif
