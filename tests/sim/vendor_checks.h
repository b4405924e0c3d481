// What the stand-ins for cuBLAS and cuFFT ask of their arguments, and how they complain: a status, and a line on stderr.
// Must not know either library.
#pragma once

#include <cstdint>
#include <cstdio>
#include <cstdlib>

#include "tests/sim/memory.h"

namespace lockstep::sim {

// Whether all these bytes belong to one block that nobody has given back yet. Callers hold the simulator's lock.
inline bool is_live(const void* data, int64_t bytes) {
    const Block* const block = bytes > 0 ? find_block(data, static_cast<size_t>(bytes)) : nullptr;
    return block && !block->freed;
}

inline bool is_aligned_to(const void* data, int64_t bytes) {
    return reinterpret_cast<uintptr_t>(data) % static_cast<uintptr_t>(bytes) == 0;
}

// `holds`, or a line that says what a caller of `function` got wrong.
inline bool expect(bool holds, const char* function, const char* what) {
    if (!holds) std::fprintf(stderr, "sim: %s: expected %s\n", function, what);
    return holds;
}

// Inside queued work, where a library would fault or compute nonsense.
inline void expect_or_abort(bool holds, const char* function, const char* what) {
    if (!expect(holds, function, what)) std::abort();
}

}  // namespace lockstep::sim
