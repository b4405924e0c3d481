// Errors that kernels found: one word per device, looked at after every wait.
// Must not know primitives.
#pragma once

#include "kernels/device/error.h"

namespace lockstep::cuda {

// Where kernels of this device report (device::report); an address both sides can use.
device::ErrorWord* error_word(int ordinal);
// After a wait for the device: throws what was reported since the last time, and clears it.
void raise_reported(int ordinal);

}  // namespace lockstep::cuda
