// A handle of cuBLAS for the length of a call: one per stream, made on first use, with work space that follows the stream.
// Must not know products.
#pragma once

#include <mutex>

#include "kernels/cuda.h"
#include "kernels/vendor/cublas.h"

namespace lockstep::cuda {

class CublasCall {
  public:
    // `small`: the products are too small to use the work space that cuBLAS recommends. Holds the stream's handle until
    // destroyed: other threads with the same stream wait that long, to queue, not to compute.
    CublasCall(int ordinal, bool small, Stream* stream);
    CublasCall(const CublasCall&) = delete;
    CublasCall& operator=(const CublasCall&) = delete;

    Cublas::Handle handle() const { return handle_; }
    // Throws internal_error with cuBLAS's name of the status, after the function's.
    static void check(Cublas::Status status, const char* function);

  private:
    DeviceScope device_;
    std::unique_lock<std::mutex> lock_;
    Workspace workspace_;
    Cublas::Handle handle_;
};

}  // namespace lockstep::cuda
