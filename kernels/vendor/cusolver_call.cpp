// The handles of cuSOLVER, one per stream.
// Must not know tasks.
#include "kernels/vendor/cusolver_call.h"

namespace lockstep::cuda {
namespace {

struct Slot {
    std::mutex mutex;
    CusolverCall::Handles handles;
    int ordinal = -1;  // streams that were freed lend their number to those of other devices
    cudaStream_t queue = nullptr;
};

Slot& slot_of(const Stream* stream) {
    static Slot* const slots = new Slot[kMaxStreams];  // threads may still compute while the process ends
    return slots[stream->id];
}

bool exhausted(Cusolver::Status s) { return s == Cusolver::kAllocationFailed; }

void create(Slot& slot, int ordinal) {
    const Cusolver& solver = cusolver();
    CusolverCall::Handles& h = slot.handles;
    if (h.handle) CusolverCall::check(solver.destroy(h.handle), "cusolverDnDestroy");
    h.handle = nullptr;
    CusolverCall::check(with_retry(ordinal, [&] { return solver.create(&h.handle); }, exhausted), "cusolverDnCreate");
    if (!h.parameters) CusolverCall::check(solver.create_parameters(&h.parameters), "cusolverDnCreateParams");
    if (!h.jacobi) CusolverCall::check(solver.create_jacobi(&h.jacobi), "cusolverDnCreateGesvdjInfo");
    slot.ordinal = ordinal;
    slot.queue = nullptr;
}

}  // namespace

CusolverCall::CusolverCall(int ordinal, Stream* stream)
    : ordinal_(ordinal), device_(ordinal), lock_(slot_of(stream).mutex) {
    const Cusolver& solver = cusolver();
    Slot& slot = slot_of(stream);
    if (!slot.handles.handle || slot.ordinal != ordinal) create(slot, ordinal);
    handles_ = slot.handles;
    if (slot.queue == queue_of(stream)) return;
    check(solver.set_stream(handles_.handle, queue_of(stream)), "cusolverDnSetStream");
    slot.queue = queue_of(stream);
}

void CusolverCall::check(Cusolver::Status status, const char* function) {
    if (status == 0) return;
    fail(exhausted(status) ? lockstep::Status::out_of_memory : lockstep::Status::internal_error, "%s: %s", function,
         cusolver_status_name(status));
}

}  // namespace lockstep::cuda
