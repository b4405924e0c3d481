// Systems and factorisations through cuSOLVER and cuBLAS.
// Must not know arrays.
#pragma once

#include "runtime/exec/backend.h"

namespace lockstep::cuda {

// The number of the first matrix that failed, or kSolved: waits for it.
int64_t solve(int ordinal, const SolveTask& task, Stream* stream);

}  // namespace lockstep::cuda
