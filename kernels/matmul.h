// Matrix products: cuBLAS for floats and complex numbers, a kernel of our own for integers and bool.
// Must not know arrays.
#pragma once

#include "kernels/cuda.h"
#include "runtime/exec/backend.h"

namespace lockstep::cuda {

void matmul(int ordinal, const MatmulTask& task, Stream* stream);

// "strict" (the default): float32 products in float32. "tf32": factors of float32 and complex64 products may be rounded to
// 11 bits of mantissa, outside the numeric contract. The environment variable LOCKSTEP_MATMUL_MODE gives the mode to start
// with. False for another name. Any thread; counts for products started later.
bool set_matmul_mode(const char* mode);

}  // namespace lockstep::cuda
