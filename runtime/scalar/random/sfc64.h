// SFC64: three words of chaos and a counter. It has no way to skip words.
// Must not know distributions.
#pragma once

#include "runtime/scalar/random/state.h"

namespace lockstep::scalar::random {

struct Sfc64 {
    static constexpr int word_bits = 64;
    static constexpr bool skips = false;

    uint64_t a, b, c, counter;
    bool has_uint32;
    uint32_t uinteger;
};

LS_SCALAR uint64_t word(Sfc64& g) {
    const uint64_t out = g.a + g.b + g.counter++;
    g.a = g.b ^ g.b >> 11;
    g.b = g.c + (g.c << 3);
    g.c = (g.c << 24 | g.c >> 40) + out;
    return out;
}

LS_SCALAR void open(Sfc64& g, BitState& s) {
    g.a = s.sfc64.words[0], g.b = s.sfc64.words[1], g.c = s.sfc64.words[2], g.counter = s.sfc64.words[3];
    g.has_uint32 = s.has_uint32, g.uinteger = s.uinteger;
}

LS_SCALAR void close(const Sfc64& g, BitState& s) {
    s.sfc64.words[0] = g.a, s.sfc64.words[1] = g.b, s.sfc64.words[2] = g.c, s.sfc64.words[3] = g.counter;
    s.has_uint32 = g.has_uint32, s.uinteger = g.uinteger;
}

}  // namespace lockstep::scalar::random
