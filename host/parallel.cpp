// oneTBB behind two functions.
// Must not know what the work is.
#include "host/parallel.h"

#include <tbb/blocked_range.h>
#include <tbb/global_control.h>
#include <tbb/parallel_for.h>
#include <tbb/parallel_invoke.h>
#include <tbb/task_arena.h>

#include <algorithm>
#include <memory>
#include <mutex>

#include "runtime/exec/threads.h"

#if defined(LOCKSTEP_THREAD_SANITIZER)
#include <sanitizer/tsan_interface.h>
#endif

namespace lockstep::host {
namespace {

constexpr int64_t kWorthSharing = 256 << 10;  // a wake-up costs about as long as touching this many bytes

// One arena for the library; made anew when the caller changes the number of threads.
std::shared_ptr<tbb::task_arena> arena() {
    static std::mutex mutex;
    static std::shared_ptr<tbb::task_arena> current;
    static int size = 0;
    const std::scoped_lock lock(mutex);
    if (!current || size != num_threads()) {
        size = num_threads();
        // oneTBB warns on stderr when an arena asks for more threads than it will ever give
        const size_t most = tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism);
        current = std::make_shared<tbb::task_arena>(static_cast<int>(std::min(static_cast<size_t>(size), most)));
    }
    return current;
}

// What a task may rely on, for the thread sanitizer: it does not see inside oneTBB, and is kept out of this file, too
// (host/CMakeLists.txt).
class HandOver {
  public:
#if defined(LOCKSTEP_THREAD_SANITIZER)
    HandOver() { __tsan_release(&given_); }
    void take() { __tsan_acquire(&given_); }
    void give_back() { __tsan_release(&returned_); }
    ~HandOver() { __tsan_acquire(&returned_); }

  private:
    char given_ = 0, returned_ = 0;
#else
    void take() {}
    void give_back() {}
    ~HandOver() {}
#endif
};

// Runs `work` as a task; an exception gives back, too.
template <class Work>
void as_task(HandOver& hand_over, const Work& work) {
    hand_over.take();
    const struct Guard {
        HandOver& h;
        ~Guard() { h.give_back(); }
    } guard{hand_over};
    work();
}

}  // namespace

bool worth_sharing(int64_t cost) { return cost >= kWorthSharing && num_threads() > 1; }

void parallel_ranges(int64_t total, int64_t align, int64_t cost, const std::function<void(int64_t, int64_t)>& body) {
    const int64_t blocks = (total + align - 1) / align;
    if (blocks < 2 || !worth_sharing(cost)) {
        if (total > 0) body(0, total);
        return;
    }
    // a few pieces per thread balance the load; each at least as dear as a wake-up
    const int64_t most = std::max<int64_t>(2, cost / (kWorthSharing / 2));
    const int64_t pieces = std::min({blocks, most, int64_t{4} * num_threads()});
    const auto cut = [&](int64_t piece) { return std::min(total, blocks * piece / pieces * align); };
    HandOver hand_over;
    arena()->execute([&] {
        tbb::parallel_for(
            tbb::blocked_range<int64_t>(0, pieces, 1),
            [&](const tbb::blocked_range<int64_t>& r) {
                as_task(hand_over, [&] { body(cut(r.begin()), cut(r.end())); });
            },
            tbb::simple_partitioner());
    });
}

void parallel_pair(const std::function<void()>& a, const std::function<void()>& b) {
    HandOver hand_over;
    arena()->execute([&] {
        tbb::parallel_invoke([&] { as_task(hand_over, a); }, [&] { as_task(hand_over, b); });
    });
}

}  // namespace lockstep::host
