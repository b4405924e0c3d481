// The signal handlers.
// Must not know CUDA's API.
#include "tests/sim/faults.h"

#include <signal.h>
#include <unistd.h>

#include <cstring>
#include <memory>

#include "tests/sim/grid.h"
#include "tests/sim/memory.h"

namespace lockstep::sim {
namespace {

constexpr int kSignals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL};
struct sigaction former[64];

void handle(int signal, siginfo_t* info, void*) {
    GridRunner& runner = GridRunner::instance();
    if (runner.is_running_here())
        runner.stop_on_fault(signal, info->si_addr, describe_address(info->si_addr));
    if (signal == SIGSEGV && is_device_address(info->si_addr)) {
        static const char text[] =
            "lockstep sim: the host used a device pointer: device memory is closed to it\n";
        [[maybe_unused]] const auto written = write(2, text, sizeof text - 1);
    }
    sigaction(signal, &former[signal], nullptr);  // the fault happens again, and is the former handler's
}

struct SignalStack {
    std::unique_ptr<char[]> memory;
    SignalStack() {
        stack_t now{};
        sigaltstack(nullptr, &now);
        constexpr size_t kBytes = 64 << 10;
        if (!(now.ss_flags & SS_DISABLE) && now.ss_size >= kBytes / 2) return;
        memory.reset(new char[kBytes]);
        stack_t own{};
        own.ss_sp = memory.get();
        own.ss_size = kBytes;
        sigaltstack(&own, nullptr);
    }
    ~SignalStack() {
        stack_t off{}, now{};
        off.ss_flags = SS_DISABLE;
        sigaltstack(nullptr, &now);
        if (memory && now.ss_sp == memory.get()) sigaltstack(&off, nullptr);
    }
};

}  // namespace

void install_fault_handlers() {
    static const bool once = [] {
        struct sigaction action {};
        action.sa_sigaction = handle;
        action.sa_flags =
            SA_SIGINFO | SA_ONSTACK | SA_NODEFER;  // a handler may be left by a switch of fibers
        for (int signal : kSignals) sigaction(signal, &action, &former[signal]);
        return true;
    }();
    static_cast<void>(once);
}

void prepare_fault_stack() {
    install_fault_handlers();
    static thread_local SignalStack stack;
    static_cast<void>(stack);
}

}  // namespace lockstep::sim
