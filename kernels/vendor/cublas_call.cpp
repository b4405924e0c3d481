// The handles of cuBLAS, one per stream.
// Must not know products.
#include "kernels/vendor/cublas_call.h"

#include "kernels/memory.h"

namespace lockstep::cuda {
namespace {

struct Slot {
    std::mutex mutex;
    Cublas::Handle handle = nullptr;
    int ordinal = -1;  // streams that were freed lend their number to those of other devices
    cudaStream_t queue = nullptr;
};

Slot& slot_of(const Stream* stream) {
    static Slot* const slots = new Slot[kMaxStreams];  // threads may still multiply while the process ends
    return slots[stream->id];
}

// NVIDIA's recommendation by architecture. A fixed size, given by us, is also what makes results reproducible: sums are
// split by it. Small products get a block that the stream keeps, without a call of the driver.
int64_t workspace_bytes(int ordinal, bool small) {
    if (small) return int64_t{1} << 20;
    const int major = properties(ordinal).major;
    return int64_t{major == 9 || major == 10 ? 32 : major > 10 ? 12 : 8} << 20;
}

void create(Slot& slot, int ordinal) {
    const Cublas& blas = cublas();
    if (slot.handle) CublasCall::check(blas.destroy(slot.handle), "cublasDestroy");
    slot.handle = nullptr;
    const Cublas::Status status = with_retry(
        ordinal, [&] { return blas.create(&slot.handle); },
        [](Cublas::Status s) { return s == Cublas::kAllocationFailed; });
    CublasCall::check(status, "cublasCreate");
    slot.ordinal = ordinal;
    slot.queue = nullptr;
    CublasCall::check(blas.set_math_mode(slot.handle, Cublas::kMathDefault | Cublas::kMathFullReductions),
                      "cublasSetMathMode");
}

}  // namespace

CublasCall::CublasCall(int ordinal, bool small, Stream* stream)
    : device_(ordinal), lock_(slot_of(stream).mutex), workspace_(ordinal, workspace_bytes(ordinal, small), stream) {
    const Cublas& blas = cublas();
    Slot& slot = slot_of(stream);
    if (!slot.handle || slot.ordinal != ordinal) create(slot, ordinal);
    handle_ = slot.handle;
    if (slot.queue != queue_of(stream)) {
        check(blas.set_stream(handle_, queue_of(stream)), "cublasSetStream");
        slot.queue = queue_of(stream);
    }
    check(blas.set_workspace(handle_, workspace_.data(), static_cast<size_t>(workspace_bytes(ordinal, small))),
          "cublasSetWorkspace");
}

void CublasCall::check(Cublas::Status status, const char* function) {
    if (status == 0) return;
    const Status cause = status == Cublas::kAllocationFailed ? Status::out_of_memory : Status::internal_error;
    fail(cause, "%s: %s", function, cublas().status_name(status));
}

}  // namespace lockstep::cuda
