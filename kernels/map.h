// The map primitive on the device: a Program over broadcast, strided operands.
// Must not know operations.
#pragma once

#include "runtime/exec/backend.h"

namespace lockstep::cuda {

void map(int ordinal, const MapTask& task, Stream* stream);

}  // namespace lockstep::cuda
