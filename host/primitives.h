// The CPU backend's entries, one per primitive.
// Must not know operations.
#pragma once

#include "runtime/exec/backend.h"

namespace lockstep::host {

void map(int ordinal, const MapTask& task, Stream* stream);
void reduce(int ordinal, const ReduceTask& task, Stream* stream);
void matmul(int ordinal, const MatmulTask& task, Stream* stream);
void fourier(int ordinal, const FftTask& task, Stream* stream);

}  // namespace lockstep::host
