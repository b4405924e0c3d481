// Stable sorts of unsigned keys in device memory, by Thrust.
// Must not know what the keys stand for.
#pragma once

#include "kernels/cuda.h"

namespace lockstep::cuda {

struct RadixSort {
    int key_bytes;      // 1, 2, 4 or 8
    void* keys;         // sorted in place
    int payload_bytes;  // 0, 4 or 8
    void* payload;      // goes with its key
    int64_t count;
};

// Temporary memory, as much as the keys and the payload take and a little more, comes from the stream's pool.
// Nothing waits.
void radix_sort(int ordinal, const RadixSort& sort, Stream* stream);

}  // namespace lockstep::cuda
