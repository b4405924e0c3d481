// The copies of the CPU's loops, one per compiled instruction set, for whoever must choose or compare.
// Must not know which of them this processor runs.
#pragma once

#include "host/loops/loops.h"

namespace lockstep::host {

#if defined(__x86_64__)
namespace v2 {
void fill(LoopTable& table);
}
namespace v3 {
void fill(LoopTable& table);
}
namespace v4 {
void fill(LoopTable& table);
}
#else
namespace plain {
void fill(LoopTable& table);
}
#endif

}  // namespace lockstep::host
