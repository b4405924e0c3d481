// The loop's threads: as many as there are processors, taking the next number each.
// Must not know the work.
#include "kernels/compile/parallel.h"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

namespace lockstep::cuda {

void in_parallel(size_t count, const std::function<void(size_t)>& f) {
    std::atomic<size_t> next{0};
    std::mutex mutex;
    std::exception_ptr failure;
    const auto work = [&] {
        try {
            for (size_t i; (i = next++) < count;) f(i);
        } catch (...) {
            const std::lock_guard lock(mutex);
            if (!failure) failure = std::current_exception();
            next = count;
        }
    };
    {
        std::vector<std::jthread> workers(std::max(1u, std::thread::hardware_concurrency()));
        for (std::jthread& worker : workers) worker = std::jthread(work);
    }
    if (failure) std::rethrow_exception(failure);
}

}  // namespace lockstep::cuda
