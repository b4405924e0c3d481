// Streams and events of the CUDA runtime. Ours do not wait for the legacy default stream.
// Must not know primitives.
#include "kernels/streams.h"

#include "kernels/cuda.h"
#include "kernels/errors.h"
#include "runtime/exec/device.h"

namespace lockstep::cuda {
namespace {

cudaEvent_t event_of(void* event) { return static_cast<cudaEvent_t>(event); }

bool is_done(cudaError_t state, const char* what) {
    if (state != cudaErrorNotReady) check(state, what);
    else cudaGetLastError();
    return state == cudaSuccess;
}

}  // namespace

void* stream_new(int ordinal) {
    const DeviceScope scope(ordinal);
    cudaStream_t stream = nullptr;
    check(cudaStreamCreateWithFlags(&stream, cudaStreamNonBlocking), "cudaStreamCreateWithFlags");
    return stream;
}

void stream_free(int ordinal, void* native) noexcept {
    try {
        const DeviceScope scope(ordinal);
        cudaStreamDestroy(static_cast<cudaStream_t>(native));
    } catch (...) {  // the context is gone, and the stream with it
    }
}

bool stream_done(int ordinal, Stream* stream) {
    const DeviceScope scope(ordinal);
    return is_done(cudaStreamQuery(queue_of(stream)), "cudaStreamQuery");
}

void stream_wait(Stream* waiter, Stream* other) {
    const DeviceScope scope(other->device->ordinal);
    cudaEvent_t mark = nullptr;
    check(cudaEventCreateWithFlags(&mark, cudaEventDisableTiming), "cudaEventCreateWithFlags");
    cudaError_t error = cudaEventRecord(mark, queue_of(other));
    if (error == cudaSuccess) error = cudaStreamWaitEvent(queue_of(waiter), mark, 0);
    cudaEventDestroy(mark);  // takes effect once the event is no longer waited for
    check(error, "cudaStreamWaitEvent");
}

void* event_new(int ordinal) {
    const DeviceScope scope(ordinal);
    cudaEvent_t event = nullptr;
    check(cudaEventCreateWithFlags(&event, cudaEventDefault), "cudaEventCreateWithFlags");
    return event;
}

void event_free(int ordinal, void* event) noexcept {
    try {
        const DeviceScope scope(ordinal);
        cudaEventDestroy(event_of(event));
    } catch (...) {  // the context is gone, and the event with it
    }
}

void event_record(int ordinal, void* event, Stream* stream) {
    const DeviceScope scope(ordinal);
    check(cudaEventRecord(event_of(event), queue_of(stream)), "cudaEventRecord");
}

void event_wait(void* event, Stream* stream) {
    const DeviceScope scope(stream->device->ordinal);
    check(cudaStreamWaitEvent(queue_of(stream), event_of(event), 0), "cudaStreamWaitEvent");
}

bool event_done(int ordinal, void* event) {
    const DeviceScope scope(ordinal);
    return is_done(cudaEventQuery(event_of(event)), "cudaEventQuery");
}

void event_synchronize(int ordinal, void* event) {
    const DeviceScope scope(ordinal);
    check(cudaEventSynchronize(event_of(event)), "cudaEventSynchronize");
    raise_reported(ordinal);
}

double event_elapsed(int ordinal, void* start, void* end) {
    const DeviceScope scope(ordinal);
    float milliseconds = 0;
    check(cudaEventElapsedTime(&milliseconds, event_of(start), event_of(end)), "cudaEventElapsedTime");
    return milliseconds;
}

void wait(int ordinal, Stream* stream) {
    const DeviceScope scope(ordinal);
    if (stream) check(cudaStreamSynchronize(queue_of(stream)), "cudaStreamSynchronize");
    else check(cudaDeviceSynchronize(), "cudaDeviceSynchronize");
}

void synchronize(int ordinal, Stream* stream) {
    wait(ordinal, stream);
    raise_reported(ordinal);
}

}  // namespace lockstep::cuda
