// For every distribution a loop that fills memory with its draws, in one copy per instruction set (the draws need fma).
// Must not know how a draw is made.
#pragma once

#include "host/random/words.h"
#include "runtime/exec/backend.h"
#include "runtime/random/multivariate.h"

namespace lockstep::host::random {

inline constexpr int kDistributionCount = static_cast<int>(std::size(kDistributions));

template <class Words>
using Fill = void (*)(Words& words, int64_t count, char* out, const RandomTask::Parameter* parameters);

struct FillTable {
    Fill<Words64> of64[kDistributionCount];
    Fill<Words32> of32[kDistributionCount];
    void (*make64[5])(Words64&);  // by generator: the next block
    void (*make32)(Words32&);
    void (*rows64)(Words64&, const lockstep::random::RowTask&);
    void (*rows32)(Words32&, const lockstep::random::RowTask&);
};

// This processor's.
const FillTable& fills();

}  // namespace lockstep::host::random
