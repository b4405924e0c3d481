// Device memory: a pool per device, with freed small blocks kept per stream for the next call on it.
// Must not know what the memory is for.
#pragma once

#include <cstdint>

#include "runtime/exec/backend.h"

namespace lockstep::cuda {

// In the order of the stream, 256-byte aligned. On exhaustion: gives back what is cached, waits for the device, tries again;
// then throws out_of_memory with what was asked for, used and there.
void* allocate(int ordinal, int64_t bytes, Stream* stream);
void deallocate(int ordinal, void* block, int64_t bytes, Stream* stream) noexcept;
MemoryStatistics memory_statistics(int ordinal);
// Gives unused memory back to the driver.
void trim(int ordinal);

// Runs `call` (a vendor library's, which takes memory of its own); when it reports exhaustion, trims and runs it once more.
template <class Call, class Exhausted>
auto with_retry(int ordinal, const Call& call, const Exhausted& exhausted) {
    auto result = call();
    if (!exhausted(result)) return result;
    trim(ordinal);
    return call();
}

}  // namespace lockstep::cuda
