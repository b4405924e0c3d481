// Fibers: twelve instructions on x86-64, ucontext elsewhere (7 to 14 times slower per switch: it asks the
// kernel for signals). Must not know what runs on them.
#include "tests/sim/fiber.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <new>

#if !defined(__x86_64__)
#include <ucontext.h>
#endif
#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/asan_interface.h>
#endif

namespace lockstep::sim {
namespace {

constexpr size_t kStack = 128 << 10;
constexpr size_t kColours = 16,
                 kColour = 256 + 64;  // stacks that begin at one offset would share the same cache lines

size_t page() {
    static const size_t size = static_cast<size_t>(sysconf(_SC_PAGESIZE));
    return size;
}

}  // namespace

#if defined(__x86_64__)

// The callee-saved registers of the System V ABI. The floating-point control words are never changed by
// kernels.
extern "C" void lockstep_sim_switch(void** save, void* load);
asm(R"(
    .text
    .p2align 4
    .type lockstep_sim_switch, @function
    .hidden lockstep_sim_switch
lockstep_sim_switch:
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%rdi)
    movq %rsi, %rsp
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret
    .size lockstep_sim_switch, .-lockstep_sim_switch
)");

void switch_fiber(Fiber& from, Fiber& to) { lockstep_sim_switch(&from.saved, to.saved); }

static void prepare(Fiber& fiber, size_t colour, void (*entry)()) {
    char* const top = fiber.stack + page() + kStack - colour * kColour;
    void** slot = reinterpret_cast<void**>(top) - 2;  // the stack is 8 past a multiple of 16 inside `entry`
    slot[1] = nullptr;
    slot[0] = reinterpret_cast<void*>(entry);
    for (int i = 1; i <= 6; ++i) slot[-i] = nullptr;
    fiber.saved = slot - 6;
}
static void release(Fiber&) {}

#else

void switch_fiber(Fiber& from, Fiber& to) {
    ucontext_t here;
    if (!from.stack) from.saved = &here;
    swapcontext(static_cast<ucontext_t*>(from.saved), static_cast<ucontext_t*>(to.saved));
}

static void prepare(Fiber& fiber, size_t colour, void (*entry)()) {
    if (!fiber.saved) fiber.saved = new ucontext_t;
    auto* const context = static_cast<ucontext_t*>(fiber.saved);
    getcontext(context);
    context->uc_stack.ss_sp = fiber.stack + page();
    context->uc_stack.ss_size = kStack - colour * kColour;
    context->uc_link = nullptr;
    makecontext(context, entry, 0);
}
static void release(Fiber& fiber) { delete static_cast<ucontext_t*>(fiber.saved); }

#endif

FiberPool::~FiberPool() {
    for (const auto& fiber : all_) {
        release(*fiber);
        munmap(fiber->stack, kStack + page());
    }
}

Fiber* FiberPool::take() {
    if (!idle_.empty()) {
        Fiber* const fiber = idle_.back();
        idle_.pop_back();
        return fiber;
    }
    void* const memory = mmap(nullptr, kStack + page(), PROT_READ | PROT_WRITE,
                              MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    mprotect(memory, page(), PROT_NONE);
    auto fiber = std::make_unique<Fiber>();
    fiber->stack = static_cast<char*>(memory);
    prepare(*fiber, all_.size() % kColours, entry_);
    all_.push_back(std::move(fiber));
    return all_.back().get();
}

void FiberPool::restart() {
    idle_.clear();
    for (size_t i = all_.size(); i-- > 0;) {
#if defined(__SANITIZE_ADDRESS__)
        ASAN_UNPOISON_MEMORY_REGION(all_[i]->stack + page(), kStack);  // frames that were never left
#endif
        prepare(*all_[i], i % kColours, entry_);
        idle_.push_back(all_[i].get());
    }
}

bool FiberPool::is_guard(const void* address) const {
    const char* const at = static_cast<const char*>(address);
    return std::any_of(all_.begin(), all_.end(),
                       [at](const auto& fiber) { return at >= fiber->stack && at < fiber->stack + page(); });
}

}  // namespace lockstep::sim
