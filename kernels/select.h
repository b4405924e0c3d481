// The CUDA backend's count_true and select.
// Must not know arrays.
#pragma once

#include "kernels/cuda.h"
#include "runtime/exec/backend.h"

namespace lockstep::cuda {

int64_t count_true(int ordinal, const SelectTask& task, Stream* stream);
// Takes 8 bytes from the pool for every 2048 elements of the mask.
void select(int ordinal, const SelectTask& task, Stream* stream);
// Of counts of tiles, in device memory: how many there are before each.
void scan_tiles(int ordinal, unsigned long long* tiles, int64_t count, Stream* stream);

}  // namespace lockstep::cuda
