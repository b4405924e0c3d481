// Fibers: stacks that a thread of the host switches between.
// Must not know what runs on them.
#pragma once

#include <cstddef>
#include <memory>
#include <vector>

namespace lockstep::sim {

struct Fiber {
    void* saved = nullptr;  // where it stands while another runs: its stack pointer, or its ucontext_t
    char* stack = nullptr;  // null: the stack of the host's thread
};

// Goes on with `to`; returns when something switches back to `from`.
void switch_fiber(Fiber& from, Fiber& to);

// Stacks with a guard page below each, kept for the life of the pool.
class FiberPool {
  public:
    // A fiber that is switched to for the first time calls `entry`, which must never return.
    explicit FiberPool(void (*entry)()) : entry_(entry) {}
    ~FiberPool();
    FiberPool(const FiberPool&) = delete;
    FiberPool& operator=(const FiberPool&) = delete;

    Fiber* take();
    void give(Fiber* fiber) {
        idle_.push_back(fiber);
    }  // it goes on behind its last switch when it is taken again
    // Whatever the fibers were doing is forgotten: all start at `entry` again, and none is taken.
    void restart();
    bool is_guard(const void* address) const;

  private:
    void (*entry_)();
    std::vector<std::unique_ptr<Fiber>> all_;
    std::vector<Fiber*> idle_;
};

}  // namespace lockstep::sim
