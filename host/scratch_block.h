// A block of the pool for the length of a scope.
// Must not know what it is for.
#pragma once

#include <cstdint>

#include "host/memory.h"

namespace lockstep::host {

struct ScratchBlock {
    char* const data;
    const int64_t bytes;
    explicit ScratchBlock(int64_t n) : data(static_cast<char*>(allocate(n))), bytes(n) {}
    ~ScratchBlock() { deallocate(data, bytes); }
    ScratchBlock(const ScratchBlock&) = delete;
    ScratchBlock& operator=(const ScratchBlock&) = delete;
};

}  // namespace lockstep::host
