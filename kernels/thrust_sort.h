// What is asked of Thrust, between the compilers: the plugin's (C++20) and nvcc, which sees this header and
// CUDA's only. Must not know streams or pools of ours.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>

namespace lockstep::cuda {

// Device memory in the order of the stream. `take` throws where there is none.
struct ThrustMemory {
    void* from;
    void* (*take)(void* from, int64_t bytes);
    void (*give)(void* from, void* block, int64_t bytes) noexcept;
};

struct ThrustSort {
    int key_bytes;
    void* keys;
    int payload_bytes;  // 0, 4 or 8
    void* payload;
    int64_t count;
    cudaStream_t stream;
    ThrustMemory memory;
};

// Stable, ascending, in place. Keys of 1 and 2 bytes; of 4 and 8.
void thrust_sort_narrow(const ThrustSort& sort);
void thrust_sort_wide(const ThrustSort& sort);

}  // namespace lockstep::cuda
