// Ground for the CUDA backend's host code: checked calls, the device of a call, workspace that follows a stream.
// Must not know primitives. Compiled against the CUDA toolkit's header, or tests/sim/include/ for the simulator.
#pragma once

#include <cuda_runtime_api.h>

#include <cstdint>
#include <string>

#include "runtime/array/error.h"
#include "runtime/exec/stream.h"

namespace lockstep::cuda {

// Throws internal_error (out_of_memory for exhaustion) with CUDA's name and text of the error, after `what`.
void check(cudaError_t error, const char* what);

inline cudaStream_t queue_of(const Stream* s) { return static_cast<cudaStream_t>(s->native); }

// Makes a device current for the CUDA calls of this scope. No call when it is current already.
class DeviceScope {
  public:
    explicit DeviceScope(int ordinal);
    ~DeviceScope();
    DeviceScope(const DeviceScope&) = delete;
    DeviceScope& operator=(const DeviceScope&) = delete;

  private:
    int former_;
};

// What launches are sized by.
struct Properties {
    std::string name;
    int major, minor;          // compute capability
    int multiprocessors;
    int threads_per_multiprocessor;
    int64_t shared_per_block;  // bytes a block gets without asking
    int64_t l2_bytes;
    int64_t memory_bytes;
};
const Properties& properties(int ordinal);

// Device memory for the length of a call: taken and given back in the order of the stream. Trims and tries again when
// memory is exhausted.
class Workspace {
  public:
    Workspace(int ordinal, int64_t bytes, Stream* stream);
    ~Workspace();
    Workspace(const Workspace&) = delete;
    Workspace& operator=(const Workspace&) = delete;
    char* data() const { return data_; }

  private:
    int ordinal_;
    int64_t bytes_;
    Stream* stream_;
    char* data_;
};

}  // namespace lockstep::cuda
