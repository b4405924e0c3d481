// The numbers 0, 1, 2, ... in device memory: what sorted keys carry along.
// Must not know keys.
#pragma once

#include "kernels/cuda.h"

namespace lockstep::cuda {

// `bytes` of each: 4 or 8.
void write_numbers(int ordinal, void* numbers, int64_t bytes, int64_t count, Stream* stream);

}  // namespace lockstep::cuda
