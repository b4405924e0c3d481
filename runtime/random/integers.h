// Fills with integers from ranges, each draw with a range of its own, in host memory.
// Must not know arrays, nor the signs of the results: offsets are added modulo the width.
#pragma once

#include <cstdint>

#include "runtime/random/bit_state.h"

namespace lockstep::random {

// `count` draws from offset to offset + range, both included: the words of Generator.integers, or with `masked` those of
// RandomState.randint. bits: 64, 32, 16, 8, or 1 for bool; stride: 1, or 0 where all draws have one range.
struct IntegerFill {
    int bits;
    bool masked;
    int64_t count;
    const uint64_t *offset, *range;
    int stride;
    void* out;  // packed words of the width; of a bool, a byte
};
void draw_integers(BitState& state, const IntegerFill& fill);

}  // namespace lockstep::random
