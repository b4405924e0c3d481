// A handle of cuSOLVER for the length of a call: one per stream, made on first use.
// Must not know tasks.
#pragma once

#include <mutex>

#include "kernels/cuda.h"
#include "kernels/memory.h"
#include "kernels/vendor/cusolver.h"

namespace lockstep::cuda {

class CusolverCall {
  public:
    // Holds the stream's handle until destroyed: other threads with the same stream wait that long.
    CusolverCall(int ordinal, Stream* stream);
    CusolverCall(const CusolverCall&) = delete;
    CusolverCall& operator=(const CusolverCall&) = delete;

    struct Handles {
        Cusolver::Handle handle = nullptr;
        Cusolver::Parameters parameters = nullptr;
        Cusolver::Jacobi jacobi = nullptr;
    };
    const Handles& handles() const { return handles_; }

    // Runs `call`, once more after trimming where the library could not get memory of its own. Throws internal_error or
    // out_of_memory with cuSOLVER's name of the status, after the function's.
    template <class Call>
    void run(const char* function, const Call& call) const {
        check(with_retry(ordinal_, call, [](Cusolver::Status s) { return s == Cusolver::kAllocationFailed; }), function);
    }
    static void check(Cusolver::Status status, const char* function);

  private:
    int ordinal_;
    DeviceScope device_;
    std::unique_lock<std::mutex> lock_;
    Handles handles_;
};

}  // namespace lockstep::cuda
