// How many elements a thread of gather has in flight: host code sizes grids by it.
// Must not know anything else. Freestanding.
#pragma once

namespace lockstep::device {

inline constexpr int kGatherUnroll = 4;

}  // namespace lockstep::device
