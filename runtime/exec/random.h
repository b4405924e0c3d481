// Draws from a bit generator's stream into an array.
// Must not know any particular backend, how a draw is made, nor NumPy's functions.
#pragma once

#include <span>

#include "runtime/array/array.h"
#include "runtime/exec/backend.h"

namespace lockstep {

// Fills `out` (any layout, of the distribution's type) in C order and moves the state behind the last draw. The parameters
// are of the row's types and broadcast to out's shape. The caller holds whatever lock guards the state.
void run_random(random::BitState& state, Distribution distribution, const Array& out,
                std::span<const Array* const> parameters);

}  // namespace lockstep
