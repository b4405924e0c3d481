// The pieces of a reduction on the CPU that its variants share: positions outside a unit, operands inside it.
// Must not know element types.
#pragma once

#include <cstdint>

#include "host/tile.h"
#include "runtime/exec/backend.h"

namespace lockstep::host {

// A choice of the task's dimensions, walked with the first fastest.
struct Dimensions {
    int count = 0;
    int axis[kMaxDims];
    int64_t size = 1;
    void add(int d, int64_t n) {
        axis[count++] = d;
        size *= n;
    }
};

// Kept and reduced dimensions from `first` on.
struct Split {
    Dimensions kept, reduced;
};
Split split_dimensions(const ReduceTask& task, int first);

// Addresses of the operands (and the output) at one position.
struct Bases {
    const char* in[kMaxOperands];
    char* out;
};
Bases origin(const ReduceTask& task);
// Moves to element `index` of the given dimensions.
void advance(const ReduceTask& task, const Dimensions& dims, int64_t index, Bases& bases);

// Operands seen over the innermost `ndim` dimensions only.
struct Inner {
    Operand operand[kMaxOperands];
    Inner(const ReduceTask& task, int ndim);
};

// Bytes read and instructions run, for deciding whether to share the work.
int64_t cost_of(const ReduceTask& task);

void reduce_horizontal(const ReduceTask& task);
void reduce_vertical(const ReduceTask& task);
void reduce_arg(const ReduceTask& task);

}  // namespace lockstep::host
