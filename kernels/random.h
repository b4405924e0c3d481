// Random fills on the device, in NumPy's order.
// Must not know arrays.
#pragma once

#include "runtime/exec/backend.h"

namespace lockstep::cuda {

// False, with the state as it was, for draws that keep something for the next one, for those of parameters of their own
// that take as many words as they need or are integers from ranges, and for those that take no words at all but in
// integers: the CPU makes these.
bool random(int ordinal, const RandomTask& task, Stream* stream);

}  // namespace lockstep::cuda
