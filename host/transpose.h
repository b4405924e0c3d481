// Copies whose source and destination are packed along different axes.
// Must not know types: only item sizes.
#pragma once

#include "runtime/exec/backend.h"

namespace lockstep::host {

// Does the task and returns true when it is a plain copy of that kind.
bool transpose_copy(const MapTask& task);

}  // namespace lockstep::host
