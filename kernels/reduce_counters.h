// Counters by which the last block of a reduction knows that it is the last: zero between kernels.
// Must not know reductions.
#pragma once

#include "runtime/exec/stream.h"

namespace lockstep::cuda {

inline constexpr int64_t kReduceCounters = 1024;

// kReduceCounters zeros on the device, for a kernel on the stream that leaves zeros. A stream's kernels run one after the
// other, so a stream has its own; they are made on first use and kept, 4 KB each.
unsigned* reduce_counters(int ordinal, Stream* stream);

}  // namespace lockstep::cuda
