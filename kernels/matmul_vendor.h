// Matrix products of floats and complex numbers, by cuBLAS.
// Must not know tasks.
#pragma once

#include "kernels/cuda.h"
#include "kernels/product.h"

namespace lockstep::cuda {

// k > 0. `tf32`: float32 and complex64 products may be rounded to TF32's mantissa.
void multiply_by_vendor(int ordinal, Product p, bool tf32, Stream* stream);

}  // namespace lockstep::cuda
