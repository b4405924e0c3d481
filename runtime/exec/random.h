// Draws from a bit generator's stream into an array.
// Must not know any particular backend, how a draw is made, nor NumPy's functions.
#pragma once

#include <span>

#include "runtime/array/array.h"
#include "runtime/exec/backend.h"

namespace lockstep {

// A parameter of a distribution, of the row's type: one number for all draws, or an array that broadcasts to them.
struct DrawParameter {
    union {
        double number;
        int64_t integer;
    };
    const Array* many = nullptr;
};

// Fills `out` (any layout, of the distribution's type) in C order and moves the state behind the last draw. The caller
// holds whatever lock guards the state.
void run_random(random::BitState& state, Distribution distribution, const Array& out,
                std::span<const DrawParameter> parameters);

}  // namespace lockstep
