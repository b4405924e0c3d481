// Work sharing on the CPU: ranges over oneTBB's threads, at most num_threads() of them.
// Must not know what the work is. Results must not depend on how a range is cut.
#pragma once

#include <cstdint>
#include <functional>

namespace lockstep::host {

// Calls body(begin, end) for disjoint ranges that cover [0, total), each a multiple of `align` long save the last.
// Runs in the calling thread when `cost` (about the bytes touched, or the nanoseconds) is too small to share.
void parallel_ranges(int64_t total, int64_t align, int64_t cost, const std::function<void(int64_t, int64_t)>& body);

// Runs both, perhaps at the same time.
void parallel_pair(const std::function<void()>& a, const std::function<void()>& b);

// Whether work of this cost is worth sharing.
bool worth_sharing(int64_t cost);

}  // namespace lockstep::host
