// Memory filled with one element over and over.
// Must not know types: only item sizes.
#pragma once

#include "runtime/exec/backend.h"

namespace lockstep::host {

// Does the task and returns true when one element, which one instruction makes, goes to every place of its output.
bool fill(const MapTask& task);

// The same for a copy of elements that are repeated along the innermost dimension.
bool spread(const MapTask& task);

// `bytes` zeros; large ones by several threads.
void fill_zeros(char* to, int64_t bytes);

}  // namespace lockstep::host
