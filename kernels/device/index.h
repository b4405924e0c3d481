// Index arithmetic without division: quotients by numbers that are fixed for a launch.
// Must not know operations. Freestanding: host code prepares what device code uses.
#pragma once

#include "runtime/scalar/config.h"

namespace lockstep::device {

// Divides by `divisor` (1 to 2^31 - 1) with a multiplication and a shift. Granlund and Montgomery, "Division
// by invariant integers using multiplication" (1994), figure 4.1, for dividends below 2^31, whose sum with
// the product fits 32 bits.
struct Divider {
    uint32_t divisor, multiplier, shift;
};

LS_SCALAR Divider divider(uint32_t divisor) {
    uint32_t shift = 0;
    while ((uint32_t(1) << shift) < divisor) ++shift;
    const uint64_t rest = (uint64_t(1) << shift) - divisor;
    return {divisor, static_cast<uint32_t>((rest << 32) / divisor + 1), shift};
}

// n / divisor for n < 2^31. The high half of the product and the sum are one instruction on the device.
LS_SCALAR uint32_t quotient(uint32_t n, const Divider& by) {
    return (static_cast<uint32_t>((uint64_t(n) * by.multiplier) >> 32) + n) >> by.shift;
}

// A coordinate times a stride, both of 32 bits, as a byte offset of 64: one widening multiply-add.
LS_SCALAR int64_t offset_of(uint32_t coordinate, int32_t stride) {
    return int64_t(static_cast<int32_t>(coordinate)) * stride;
}

}  // namespace lockstep::device
