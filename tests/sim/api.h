// What the files of the API share: the thread's device and last error.
// Must not know what calls do.
#pragma once

#include <cuda_runtime_api.h>

namespace lockstep::sim {

int current_device();
// The call's result, remembered for cudaGetLastError.
cudaError_t result(cudaError_t error);

}  // namespace lockstep::sim
