// Counters on the device, one set for each stream that reduced.
// Must not know reductions.
#include "kernels/reduce_counters.h"

#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#include "kernels/cuda.h"

namespace lockstep::cuda {
namespace {

struct OfDevice {
    std::atomic<unsigned*> of_stream[kMaxStreams] = {};
};

OfDevice& of_device(int ordinal) {
    static std::mutex mutex;
    static std::vector<std::unique_ptr<OfDevice>> devices;
    static std::atomic<OfDevice*> first{nullptr};  // one device is the common case: no lock
    if (ordinal == 0)
        if (OfDevice* known = first.load(std::memory_order_acquire)) return *known;
    const std::scoped_lock lock(mutex);
    while (devices.size() <= static_cast<size_t>(ordinal)) devices.push_back(std::make_unique<OfDevice>());
    first.store(devices[0].get(), std::memory_order_release);
    return *devices[static_cast<size_t>(ordinal)];
}

}  // namespace

unsigned* reduce_counters(int ordinal, Stream* stream) {
    std::atomic<unsigned*>& slot = of_device(ordinal).of_stream[stream->id];
    if (unsigned* known = slot.load(std::memory_order_acquire)) return known;
    constexpr size_t bytes = kReduceCounters * sizeof(unsigned);
    void* made = nullptr;
    check(cudaMalloc(&made, bytes), "counters of a reduction");
    check(cudaMemsetAsync(made, 0, bytes, queue_of(stream)), "counters of a reduction");
    unsigned* expected = nullptr;
    if (slot.compare_exchange_strong(expected, static_cast<unsigned*>(made), std::memory_order_acq_rel))
        return static_cast<unsigned*>(made);
    cudaFree(made);  // another thread's are queued on the same stream
    return expected;
}

}  // namespace lockstep::cuda
