// What every kernel text begins with on the simulator; compiled once (nvrtc.cpp) and then taken from there.
// Must not know kernels.
#pragma once

#include "tests/sim/device.h"

#include "kernels/device/compute.h"
#include "kernels/device/map_body.h"
