// What a kernel compiled for the host sees of the simulator: the indices of its thread, and the calls at
// which it waits. Must not know how threads are run. Freestanding: generated kernels include it through
// device.h.
#pragma once

namespace lockstep::sim {

struct Index3 {
    unsigned x, y, z;
};

// Where a kernel waits, for messages and to tell places apart. Lines of the source, not addresses: compilers
// copy code.
struct Site {
    const char* file;
    int line;
};

enum class Collective : int { syncwarp, shuffle, vote };

struct Machine {
    Index3 thread, block, block_size, grid_size;
    unsigned linear_thread;
    void* dynamic_shared;
    // Until every thread of the block has called it.
    void (*barrier)(Site site);
    // Until every lane of the mask has called it with this mask. A shuffle gives the lane `source` of the
    // warp's `bytes` at `value`, all ones where that lane is not in the mask. Returns the lanes of the mask
    // whose `predicate` is true.
    unsigned (*collective)(Collective kind, unsigned mask, bool predicate, unsigned source, const void* value,
                           void* result, unsigned bytes, Site site);
    void (*trap)(const char* what);
};

}  // namespace lockstep::sim
