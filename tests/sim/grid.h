// Runs a grid: a fiber per CUDA thread, made when another thread of its block blocks.
// Must not know CUDA's API, streams or memory.
#pragma once

#include <pthread.h>

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "tests/sim/fiber.h"
#include "tests/sim/machine.h"
#include "tests/sim/settings.h"

namespace lockstep::sim {

inline constexpr unsigned kWarp = 32, kMostThreads = 1024;

struct Launch {
    const char* name;
    void (*entry)(const void* arguments);
    const void* arguments;
    Index3 grid, block;
    unsigned shared_bytes;  // dynamic
    char* static_shared;    // all ones before each block
    size_t static_shared_bytes;
};

// What stopped a grid. Empty text: nothing did.
struct Failure {
    std::string text;
    bool illegal_address = false;
    explicit operator bool() const { return !text.empty(); }
};

// One grid at a time, in the settings' order of threads and blocks. Errors of the kernel (barriers, masks,
// faults) end it.
class GridRunner {
  public:
    static GridRunner& instance();
    Machine& machine() { return machine_; }
    Failure run(const Launch& launch);

    // For the signal handler: whether a grid runs on this thread; if so, stops it.
    bool is_running_here() const;
    [[noreturn]] void stop_on_fault(int signal, const void* address, const std::string& owner);

  private:
    struct Thread {
        Fiber* fiber = nullptr;  // null before it starts and after it has exited
        Collective kind{};
        bool predicate = false;
        unsigned mask = 0, source = 0;  // of the collective it waits at; 0 otherwise
        unsigned bytes = 0, votes = 0;
        const void* value = nullptr;
        void* result = nullptr;
        Site site{};
    };
    struct Warp {
        unsigned present = 0, exited = 0, waiting = 0;  // lanes
        unsigned named = 0;                             // by the masks of those that wait
    };

    GridRunner();
    static void fiber_entry();
    [[noreturn]] void run_threads();
    [[noreturn]] void fail(const std::string& what, bool illegal_address = false);

    void prepare_orders();
    bool next_block();
    void begin_block();
    void release(unsigned thread) { ready_.push_back(thread); }
    int pick();
    void make_current(unsigned thread);
    void wait_turn();
    void exit_thread();

    void barrier(Site site);
    unsigned collective(const Thread& call);
    void complete(Warp& warp, unsigned base, unsigned mask);
    [[noreturn]] void fail_deadlock();
    std::string describe(unsigned thread) const;
    std::string describe_wait(unsigned thread) const;

    Machine machine_{};
    FiberPool pool_;
    Fiber main_;
    Fiber* fiber_ = nullptr;  // that runs now
    const Launch* launch_ = nullptr;
    Failure failure_;
    std::atomic<bool> runs_{false};
    pthread_t running_thread_{};
    Order mode_ = Order::forward;

    unsigned threads_count_ = 0, warps_count_ = 0;
    uint64_t blocks_ = 0, blocks_begun_ = 0, block_factor_ = 1, next_index_ = 0;
    Thread threads_[kMostThreads];
    Warp warps_[kMostThreads / kWarp];
    Index3 positions_[kMostThreads];
    unsigned order_[kMostThreads];  // in which threads start
    unsigned started_ = 0, exited_ = 0, current_ = 0;
    std::vector<unsigned> ready_;  // started threads that may go on
    unsigned at_barrier_ = 0;
    Site barrier_site_{};
    unsigned barrier_first_ = 0, exited_first_ = 0;
    std::vector<char> dynamic_shared_;
};

}  // namespace lockstep::sim
