// The CUDA backend's gather and scatter.
// Must not know arrays.
#pragma once

#include "kernels/cuda.h"
#include "runtime/exec/backend.h"

namespace lockstep::cuda {

// An index out of range is raised at the next synchronisation; its element is left as it was.
void gather(int ordinal, const IndexTask& task, Stream* stream);

// Nothing is written where an index is out of range. Takes memory from the pool: 8 bytes for every place that
// indices name; to find the last of several values for one place as much again for every place that could be
// named, or 24 to 48 bytes for every one that is, whichever is less; for folds in order 24 bytes for every
// place and what sorting takes.
void scatter(int ordinal, const IndexTask& task, Stream* stream);

}  // namespace lockstep::cuda
