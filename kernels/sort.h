// The CUDA backend's sort and search.
// Must not know arrays.
#pragma once

#include "kernels/cuda.h"
#include "runtime/exec/backend.h"

namespace lockstep::cuda {

// Ranks are not looked at: sorted rows are partitioned, too. Takes from the pool, for every element of rows
// longer than device::kRowElements: keys twice (once where only values are asked for, which hold them); for
// positions 8 bytes more, 16 from 2^32 elements on.
void sort(int ordinal, const SortTask& task, Stream* stream);

// Of `sorter` only those positions are checked that a search comes by, as NumPy does.
void search(int ordinal, const SearchTask& task, Stream* stream);

}  // namespace lockstep::cuda
