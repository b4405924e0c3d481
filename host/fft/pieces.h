// Work cut into pieces for the backend's threads.
// Must not know what the work is. What a piece computes must depend on its bounds' contents only, never on
// the cut.
#pragma once

#include <cstdint>

#include "host/parallel.h"

namespace lockstep::host::fft {

// Below this many points a piece of work is not worth handing to another thread (about 20 microseconds).
inline constexpr int64_t points_per_task = 1 << 14;

// work(begin, end) over [0, count) in pieces of at least `grain`, by several threads if there are several
// pieces.
template <class Work>
void pieces(int64_t count, int64_t grain, const Work& work) {
    if (count <= grain) return work(int64_t{0}, count);
    constexpr int64_t kWorthATask = 256 << 10;  // cost by parallel.h's measure
    parallel_ranges(count, grain, (count + grain - 1) / grain * kWorthATask, work);
}

}  // namespace lockstep::host::fft
