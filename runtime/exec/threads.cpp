// The thread count, from the environment or the caller.
// Must not know the thread library.
#include "runtime/exec/threads.h"

#include <atomic>
#include <cstdlib>
#include <thread>

#include "runtime/array/error.h"

#ifdef __linux__
#include <sched.h>
#endif

namespace lockstep {
namespace {

int processors() {
#ifdef __linux__
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0) return CPU_COUNT(&set);
#endif
    const unsigned n = std::thread::hardware_concurrency();
    return n ? static_cast<int>(n) : 1;
}

int default_threads() {
    static const int count = [] {
        const char* text = std::getenv("LOCKSTEP_NUM_THREADS");
        const int asked = text ? std::atoi(text) : 0;
        return asked > 0 ? asked : processors();
    }();
    return count;
}

std::atomic<int> chosen{0};

}  // namespace

int num_threads() {
    const int n = chosen.load(std::memory_order_relaxed);
    return n ? n : default_threads();
}

void set_num_threads(int count) {
    if (count < 0) fail(Status::value_error, "count: expected at least 0, got %d", count);
    chosen.store(count, std::memory_order_relaxed);
}

}  // namespace lockstep
