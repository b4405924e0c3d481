// A loop over all processors, for work of milliseconds and more.
// Must not know the work.
#pragma once

#include <cstddef>
#include <functional>

namespace lockstep::cuda {

// f(0), f(1), ... f(count - 1), in no order. The first exception ends the loop and is thrown.
void in_parallel(size_t count, const std::function<void(size_t)>& f);

}  // namespace lockstep::cuda
