// The scheduler of a grid's threads. A thread that never blocks costs a call: the next one starts on the same
// stack. Must not know what threads wait for (collectives.cpp).
#include "tests/sim/grid.h"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <numeric>

#include "tests/sim/faults.h"

namespace lockstep::sim {

GridRunner& GridRunner::instance() {
    static GridRunner* const runner =
        new GridRunner;  // for the life of the process: work may still be queued at its end
    return *runner;
}

GridRunner::GridRunner() : pool_(fiber_entry) {
    machine_.barrier = [](Site site) { instance().barrier(site); };
    machine_.collective = [](Collective kind, unsigned mask, bool predicate, unsigned source,
                             const void* value, void* result, unsigned bytes, Site site) {
        Thread call;
        call.kind = kind;
        call.mask = mask;
        call.predicate = predicate;
        call.source = source;
        call.value = value;
        call.result = result;
        call.bytes = bytes;
        call.site = site;
        return instance().collective(call);
    };
    machine_.trap = [](const char* what) { instance().fail(what); };
}

bool GridRunner::is_running_here() const { return runs_ && pthread_equal(running_thread_, pthread_self()); }

Failure GridRunner::run(const Launch& launch) {
    launch_ = &launch;
    failure_ = {};
    machine_.grid_size = launch.grid;
    machine_.block_size = launch.block;
    threads_count_ = launch.block.x * launch.block.y * launch.block.z;
    warps_count_ = (threads_count_ + kWarp - 1) / kWarp;
    blocks_ = uint64_t{launch.grid.x} * launch.grid.y * launch.grid.z;
    blocks_begun_ = 0;
    dynamic_shared_.resize(launch.shared_bytes + 16);
    char* const shared = dynamic_shared_.data();
    machine_.dynamic_shared = shared + (16 - reinterpret_cast<uintptr_t>(shared) % 16) % 16;
    prepare_orders();
    next_block();

    prepare_fault_stack();
    running_thread_ = pthread_self();
    runs_ = true;
    fiber_ = pool_.take();
    make_current(static_cast<unsigned>(pick()));
    switch_fiber(main_, *fiber_);
    runs_ = false;
    if (failure_) {
        for (Thread& t : threads_) t.fiber = nullptr;
        pool_.restart();
    }
    launch_ = nullptr;
    return failure_;
}

void GridRunner::prepare_orders() {
    const Order order = mode_ = settings().order;
    for (unsigned i = 0; i < threads_count_; ++i) {
        const Index3 n = launch_->block;
        positions_[i] = {i % n.x, i / n.x % n.y, i / n.x / n.y};
        order_[i] = order == Order::reverse ? threads_count_ - 1 - i : i;
    }
    block_factor_ = order == Order::reverse ? blocks_ - 1 : 1;
    next_index_ = order == Order::reverse ? blocks_ - 1 : 0;
    if (order == Order::random && blocks_ > 1) {  // a random step that meets every block
        do block_factor_ = 1 + random_below(blocks_ - 1);
        while (std::gcd(block_factor_, blocks_) != 1);
        next_index_ = random_below(blocks_);
    }
}

bool GridRunner::next_block() {
    if (blocks_begun_ == blocks_) return false;
    const uint64_t index = next_index_;
    next_index_ += block_factor_;
    if (next_index_ >= blocks_) next_index_ -= blocks_;  // both are below it
    ++blocks_begun_;
    const Index3 n = launch_->grid;
    machine_.block = {static_cast<unsigned>(index % n.x), static_cast<unsigned>(index / n.x % n.y),
                      static_cast<unsigned>(index / n.x / n.y)};
    begin_block();
    return true;
}

void GridRunner::begin_block() {
    started_ = exited_ = at_barrier_ = 0;
    ready_.clear();
    for (unsigned w = 0; w < warps_count_; ++w) {
        const unsigned lanes = std::min(kWarp, threads_count_ - w * kWarp);
        warps_[w] = {lanes == kWarp ? ~0u : (1u << lanes) - 1, 0, 0, 0};
    }
    if (mode_ == Order::random)
        for (unsigned i = threads_count_; i > 1; --i) std::swap(order_[i - 1], order_[random_below(i)]);
    if (launch_->shared_bytes) std::memset(machine_.dynamic_shared, 0xff, launch_->shared_bytes);
    if (launch_->static_shared_bytes) std::memset(launch_->static_shared, 0xff, launch_->static_shared_bytes);
}

// The thread to run next, -1 when none can. Last released first: a warp goes on as far as it can, on warm
// stacks.
int GridRunner::pick() {
    if (mode_ == Order::random && !ready_.empty()) {
        const uint64_t i = random_below(ready_.size() + (threads_count_ - started_));
        if (i < ready_.size())
            std::swap(ready_[i], ready_.back());
        else
            return static_cast<int>(order_[started_++]);
    }
    if (!ready_.empty()) {
        const unsigned thread = ready_.back();
        ready_.pop_back();
        return static_cast<int>(thread);
    }
    return started_ < threads_count_ ? static_cast<int>(order_[started_++]) : -1;
}

void GridRunner::make_current(unsigned thread) {
    current_ = thread;
    machine_.thread = positions_[thread];
    machine_.linear_thread = thread;
    if (!threads_[thread].fiber) threads_[thread].fiber = fiber_;
}

// The current thread blocks: others run until one of them has released it and its turn has come.
void GridRunner::wait_turn() {
    const int next = pick();
    if (next < 0) fail_deadlock();
    Fiber* const own = fiber_;
    Fiber* const other = threads_[next].fiber;
    fiber_ = other ? other : pool_.take();
    make_current(static_cast<unsigned>(next));
    switch_fiber(*own, *fiber_);
}

void GridRunner::fiber_entry() { instance().run_threads(); }

void GridRunner::run_threads() {
    for (;;) {
        launch_->entry(launch_->arguments);
        exit_thread();
        int next = pick();
        if (next < 0) {
            if (exited_ != threads_count_) fail_deadlock();
            if (next_block()) next = pick();
        }
        Fiber* const own = fiber_;
        if (next < 0) {
            pool_.give(own);
            switch_fiber(*own, main_);  // a later grid goes on from here
            continue;
        }
        Fiber* const other = threads_[next].fiber;
        if (other) {
            pool_.give(own);
            fiber_ = other;
        }
        make_current(static_cast<unsigned>(next));
        if (other) switch_fiber(*own, *other);
    }
}

void GridRunner::fail(const std::string& what, bool illegal_address) {
    const auto text = [](Index3 i) {
        return "(" + std::to_string(i.x) + "," + std::to_string(i.y) + "," + std::to_string(i.z) + ")";
    };
    failure_.text = std::string(launch_->name) + ": block " + text(machine_.block) + ", thread " +
                    text(machine_.thread) + ": " + what;
    failure_.illegal_address = illegal_address;
    Fiber lost;  // fibers are left as they stand, and a signal handler as well: device code owns nothing
    switch_fiber(lost, main_);
    __builtin_unreachable();
}

void GridRunner::stop_on_fault(int signal, const void* address, const std::string& owner) {
    char text[64];
    std::snprintf(text, sizeof text, "%p", address);
    if (signal == SIGFPE) fail("arithmetic fault (an integer division by zero?)");
    if (signal == SIGILL) fail("illegal instruction");
    if (pool_.is_guard(address)) fail("stack overflow");
    fail(std::string("illegal address ") + text + owner, true);
}

}  // namespace lockstep::sim
