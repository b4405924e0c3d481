// The CPU's memory pool: freed blocks are kept, because fresh pages are most of the cost of a large result.
// Must not know arrays.
#pragma once

#include <cstdint>

#include "runtime/exec/backend.h"

namespace lockstep::host {

// 64-byte aligned; throws Error(out_of_memory). Blocks of 2 MiB and more ask for huge pages.
void* allocate(int64_t bytes);
// The same, all bytes 0. From 32 MiB on, and new blocks of 2 MiB and more: pages that the system makes when they are first
// touched; else filled.
void* allocate_zeroed(int64_t bytes);
void deallocate(void* block, int64_t bytes) noexcept;
MemoryStatistics memory_statistics();
void trim_memory();  // gives all cached blocks back to the system

// Tests make the n-th following allocation fail (0: the next); negative switches it off.
void fail_allocation_after(int64_t n);

}  // namespace lockstep::host
