// How loops of the reduction kernels are unrolled: compile time is spent only where loads are to be in flight together.
// Must not know what a loop does. Freestanding.
#pragma once

#if defined(__CUDACC__)
#define LS_UNROLLED _Pragma("unroll")
#define LS_UNROLLED_8 _Pragma("unroll 8")
#define LS_ROLLED _Pragma("unroll 1")
#else
#define LS_UNROLLED
#define LS_UNROLLED_8
#define LS_ROLLED
#endif
