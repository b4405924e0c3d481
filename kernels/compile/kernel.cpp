// What the primitives and Backend ask of the loader.
// Must not know what a kernel computes.
#include "kernels/compile/kernel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include "kernels/compile/loader.h"
#include "kernels/source/standard_set.h"

namespace lockstep::cuda {
namespace {

int architecture_of(int ordinal) {
    const Properties& p = properties(ordinal);
    return p.major * 10 + p.minor;
}

}  // namespace

Kernel load_kernel(int ordinal, const KernelSource& source) {
    const DeviceScope scope(ordinal);
    return loader().load(source, architecture_of(ordinal));
}

KernelStatistics kernel_statistics() { return loader().statistics(); }

int64_t warm_kernels(int ordinal) {
    const std::vector<KernelSource> sources = standard_sources();
    const int architecture = architecture_of(ordinal);
    std::atomic<size_t> next{0};
    std::atomic<int64_t> kept{0};
    std::mutex mutex;
    std::exception_ptr failure;
    const auto work = [&] {
        try {
            for (size_t i; (i = next++) < sources.size();)
                if (loader().keep(sources[i], architecture)) ++kept;
        } catch (...) {
            const std::lock_guard lock(mutex);
            if (!failure) failure = std::current_exception();
            next = sources.size();
        }
    };
    std::vector<std::jthread> workers(std::max(1u, std::thread::hardware_concurrency()) - 1);
    for (std::jthread& worker : workers) worker = std::jthread(work);
    work();
    workers.clear();
    if (failure) std::rethrow_exception(failure);
    return kept;
}

void clear_kernels() { disk_cache().clear(); }

}  // namespace lockstep::cuda
