// How a kernel reports an error without ending the context: the first one is noted in a word that the host looks at when it
// next waits for the device.
// Must not know operations. Freestanding; the host includes it, too.
#pragma once

#include "kernels/device/kernel.h"

namespace lockstep::device {

struct ErrorWord {
    unsigned state;   // 0 none, 1 being written, 2 there
    unsigned status;  // a number of errors.def
    unsigned op;      // Op, or 0
    int axis;         // below 0: not known
    int64_t value, size;  // what was found, and the bound that it passes
};

#if defined(__CUDACC__) || defined(LOCKSTEP_SIM_DEVICE)
LS_DEVICE void report(ErrorWord* word, unsigned status, unsigned op, int axis, int64_t value, int64_t size) {
    if (atomicCAS(&word->state, 0u, 1u) != 0u) return;
    word->status = status;
    word->op = op;
    word->axis = axis;
    word->value = value;
    word->size = size;
    __threadfence_system();
    atomicExch(&word->state, 2u);
}
#endif

}  // namespace lockstep::device
