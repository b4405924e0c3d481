// Matrix products of integers and bool, by our own kernels: NVIDIA has none that wrap around.
// Must not know tasks.
#pragma once

#include "kernels/cuda.h"
#include "kernels/product.h"

namespace lockstep::cuda {

// k > 0. Sums wrap around; bool is the or of the ands.
void multiply_by_kernel(int ordinal, Product p, Stream* stream);

}  // namespace lockstep::cuda
