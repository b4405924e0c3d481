// CUDA's streams and events on the simulator's queues.
// Must not know what is queued.
#include <chrono>

#include "tests/sim/api.h"
#include "tests/sim/memory.h"
#include "tests/sim/stream.h"

using namespace lockstep::sim;

namespace {
double now() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}
}  // namespace

extern "C" {

cudaError_t cudaStreamCreateWithFlags(cudaStream_t* stream, unsigned flags) {
    const auto lock = lock_simulator();
    if (broken(current_device()) != cudaSuccess) return result(broken(current_device()));
    *stream = new_stream(current_device(), !(flags & cudaStreamNonBlocking));
    return cudaSuccess;
}

cudaError_t cudaStreamCreate(cudaStream_t* stream) {
    return cudaStreamCreateWithFlags(stream, cudaStreamDefault);
}

cudaError_t cudaStreamCreateWithPriority(cudaStream_t* stream, unsigned flags, int) {
    return cudaStreamCreateWithFlags(stream, flags);
}

// What is queued still runs, when someone waits for it.
cudaError_t cudaStreamDestroy(cudaStream_t stream) {
    const auto lock = lock_simulator();
    if (!stream || !stream_of(stream)) return result(cudaErrorInvalidResourceHandle);
    free_stream(stream);
    return cudaSuccess;
}

cudaError_t cudaStreamSynchronize(cudaStream_t handle) {
    const auto lock = lock_simulator();
    const cudaStream_t stream = stream_of(handle);
    if (!stream) return result(cudaErrorInvalidResourceHandle);
    finish(mark(stream));
    trim_to_thresholds(stream->device);
    return result(broken(stream->device));
}

cudaError_t cudaStreamQuery(cudaStream_t handle) {
    const auto lock = lock_simulator();
    const cudaStream_t stream = stream_of(handle);
    if (!stream) return result(cudaErrorInvalidResourceHandle);
    if (broken(stream->device) != cudaSuccess) return result(broken(stream->device));
    if (mark(stream).is_done()) return cudaSuccess;
    step(stream);
    return result(cudaErrorNotReady);
}

cudaError_t cudaStreamWaitEvent(cudaStream_t handle, cudaEvent_t event, unsigned) {
    const auto lock = lock_simulator();
    const cudaStream_t stream = stream_of(handle);
    if (!stream || !event) return result(cudaErrorInvalidResourceHandle);
    if (!event->mark.is_done()) queue(stream, [] {}, {event->mark});
    return result(broken(stream->device));
}

cudaError_t cudaStreamGetDevice(cudaStream_t handle, int* device) {
    const auto lock = lock_simulator();
    const cudaStream_t stream = stream_of(handle);
    if (!stream) return result(cudaErrorInvalidResourceHandle);
    *device = stream->device;
    return cudaSuccess;
}

cudaError_t cudaLaunchHostFunc(cudaStream_t handle, cudaHostFn_t function, void* argument) {
    const auto lock = lock_simulator();
    const cudaStream_t stream = stream_of(handle);
    if (!stream) return result(cudaErrorInvalidResourceHandle);
    queue(stream, [=] { function(argument); });
    return result(broken(stream->device));
}

cudaError_t cudaEventCreateWithFlags(cudaEvent_t* event, unsigned flags) {
    const auto lock = lock_simulator();
    if (broken(current_device()) != cudaSuccess) return result(broken(current_device()));
    *event = new CUevent_st;
    (*event)->device = current_device();
    (*event)->timed = !(flags & cudaEventDisableTiming);
    return cudaSuccess;
}

cudaError_t cudaEventCreate(cudaEvent_t* event) { return cudaEventCreateWithFlags(event, cudaEventDefault); }

cudaError_t cudaEventDestroy(cudaEvent_t event) {
    const auto lock = lock_simulator();
    if (!event) return result(cudaErrorInvalidResourceHandle);
    delete event;
    return cudaSuccess;
}

cudaError_t cudaEventRecord(cudaEvent_t event, cudaStream_t handle) {
    const auto lock = lock_simulator();
    const cudaStream_t stream = stream_of(handle);
    if (!stream || !event || event->device != stream->device) return result(cudaErrorInvalidResourceHandle);
    event->seconds = std::make_shared<double>(0);
    queue(stream, [seconds = event->seconds] { *seconds = now(); });
    event->mark = mark(stream);
    return result(broken(stream->device));
}

cudaError_t cudaEventQuery(cudaEvent_t event) {
    const auto lock = lock_simulator();
    if (!event) return result(cudaErrorInvalidResourceHandle);
    if (broken(event->device) != cudaSuccess) return result(broken(event->device));
    if (event->mark.is_done()) return cudaSuccess;
    step(event->mark.stream);
    return result(cudaErrorNotReady);
}

cudaError_t cudaEventSynchronize(cudaEvent_t event) {
    const auto lock = lock_simulator();
    if (!event) return result(cudaErrorInvalidResourceHandle);
    finish(event->mark);
    return result(broken(event->device));
}

cudaError_t cudaEventElapsedTime(float* milliseconds, cudaEvent_t start, cudaEvent_t end) {
    const auto lock = lock_simulator();
    if (!start || !end || !start->timed || !end->timed || !start->seconds || !end->seconds)
        return result(cudaErrorInvalidResourceHandle);
    if (!start->mark.is_done() || !end->mark.is_done()) return result(cudaErrorNotReady);
    *milliseconds = static_cast<float>((*end->seconds - *start->seconds) * 1e3);
    return result(broken(end->device));
}
}
