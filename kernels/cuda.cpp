// Checked CUDA calls, the current device, what a device offers, workspace.
// Must not know primitives.
#include "kernels/cuda.h"

#include <algorithm>
#include <memory>
#include <mutex>

#include "kernels/memory.h"

namespace lockstep::cuda {

void check(cudaError_t error, const char* what) {
    if (error == cudaSuccess) return;
    cudaGetLastError();  // the next call starts clean
    const Status status = error == cudaErrorMemoryAllocation ? Status::out_of_memory : Status::internal_error;
    fail(status, "%s: %s (%s)", what, cudaGetErrorName(error), cudaGetErrorString(error));
}

namespace {
int device_count() {
    static const int count = [] {
        int n = 0;
        return cudaGetDeviceCount(&n) == cudaSuccess ? n : 0;
    }();
    return count;
}
}  // namespace

DeviceScope::DeviceScope(int ordinal) : former_(-1) {
    if (device_count() == 1) return;
    int now = 0;
    check(cudaGetDevice(&now), "cudaGetDevice");
    if (now == ordinal) return;
    check(cudaSetDevice(ordinal), "cudaSetDevice");
    former_ = now;
}

DeviceScope::~DeviceScope() {
    if (former_ >= 0) cudaSetDevice(former_);
}

namespace {

int attribute(int ordinal, cudaDeviceAttr which) {
    int value = 0;
    check(cudaDeviceGetAttribute(&value, which, ordinal), "cudaDeviceGetAttribute");
    return value;
}

Properties read_properties(int ordinal) {
    const DeviceScope scope(ordinal);
    Properties p{};
    cudaDeviceProp all{};
    check(cudaGetDeviceProperties(&all, ordinal), "cudaGetDeviceProperties");
    p.name = all.name;
    p.major = attribute(ordinal, cudaDevAttrComputeCapabilityMajor);
    p.minor = attribute(ordinal, cudaDevAttrComputeCapabilityMinor);
    p.multiprocessors = attribute(ordinal, cudaDevAttrMultiProcessorCount);
    p.threads_per_multiprocessor = attribute(ordinal, cudaDevAttrMaxThreadsPerMultiProcessor);
    p.shared_per_block = attribute(ordinal, cudaDevAttrMaxSharedMemoryPerBlock);
    p.l2_bytes = attribute(ordinal, cudaDevAttrL2CacheSize);
    size_t free_bytes = 0, total = 0;
    check(cudaMemGetInfo(&free_bytes, &total), "cudaMemGetInfo");
    p.memory_bytes = static_cast<int64_t>(total);
    return p;
}

}  // namespace

const Properties& properties(int ordinal) {
    struct Slot {
        std::once_flag once;
        Properties value;
    };
    static const std::unique_ptr<Slot[]> slots(new Slot[static_cast<size_t>(std::max(1, device_count()))]);
    Slot& slot = slots[static_cast<size_t>(ordinal)];
    std::call_once(slot.once, [&] { slot.value = read_properties(ordinal); });
    return slot.value;
}

Workspace::Workspace(int ordinal, int64_t bytes, Stream* stream)
    : ordinal_(ordinal), bytes_(bytes), stream_(stream), data_(static_cast<char*>(allocate(ordinal, bytes, stream))) {}

Workspace::~Workspace() { deallocate(ordinal_, data_, bytes_, stream_); }

}  // namespace lockstep::cuda
