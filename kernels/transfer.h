// Bytes between host and device, through pinned buffers where that is faster, and between devices.
// Must not know arrays.
#pragma once

#include "runtime/exec/backend.h"

namespace lockstep::cuda {

// The entries of Backend of the same names.
void to_device(int ordinal, void* device, const void* host, int64_t bytes, Stream* stream);
void to_host(int ordinal, void* host, const void* device, int64_t bytes, Stream* stream);
void copy(int to, void* target, int from, const void* source, int64_t bytes, Stream* stream);

}  // namespace lockstep::cuda
