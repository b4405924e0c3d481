// cuBLAS for the simulator: its handles, and what its files share.
// Must not know who asks.
#pragma once

#include <atomic>

#include "kernels/vendor/cublas.h"

namespace lockstep::cuda {

struct Cublas::HandleState {
    int device = 0;
    cudaStream_t stream = nullptr;
    void* workspace = nullptr;
    size_t workspace_bytes = 0;
    int math_mode = 0;
    Pointers pointers = Pointers::host;
    std::atomic<bool> busy{false};
};

using Blas = Cublas;
using Handle = Blas::Handle;
inline constexpr Blas::Status kSuccess = 0, kNotInitialized = 1, kInvalidValue = 7;
inline constexpr const char* kProduct = "a product of cuBLAS";

// A handle serves one thread at a time.
class Entered {
  public:
    explicit Entered(Handle h) : handle_(h) { alone_ = !h->busy.exchange(true); }
    ~Entered() {
        if (alone_) handle_->busy = false;
    }
    bool alone() const { return alone_; }

  private:
    Handle handle_;
    bool alone_;
};

// Whether the handle may be used by a call of this kind: kSuccess, or a status and a line on stderr.
Blas::Status check_handle(Handle handle, Blas::Type type, Blas::Pointers pointers);

// The functions for many small matrices: vendor_cublas_batched.cpp.
template <bool complex>
Blas::Status factor_batched(Handle handle, int n, void** a, int lda, int* pivots, int* info, int batch);
template <bool complex>
Blas::Status solve_batched(Handle handle, Blas::Transposed op, int n, int columns, void* const* a, int lda, const int* pivots,
                           void** b, int ldb, int* info, int batch);
template <bool complex>
Blas::Status reflect_batched(Handle handle, int m, int n, void** a, int lda, void** tau, int* info, int batch);

}  // namespace lockstep::cuda
