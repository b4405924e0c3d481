// Signals: a fault of a kernel ends its launch; the host touching device memory is told so before it dies.
// Must not know CUDA's API.
#pragma once

namespace lockstep::sim {

// Handlers for SIGSEGV, SIGBUS, SIGFPE and SIGILL, once. What is not the simulator's goes on to the former
// handlers.
void install_fault_handlers();
// The signal stack of this thread, once: a kernel may have overflown its own.
void prepare_fault_stack();

}  // namespace lockstep::sim
