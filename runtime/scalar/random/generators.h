// The five generators, and the way from a stored state to the one that draws and back.
// Must not know distributions.
#pragma once

#include "runtime/scalar/random/mt19937.h"
#include "runtime/scalar/random/pcg64.h"
#include "runtime/scalar/random/philox.h"
#include "runtime/scalar/random/sfc64.h"
#include "runtime/scalar/random/words.h"

namespace lockstep::scalar::random {

// body(g) with the state as a local of type G, which the compiler can keep in registers; stored again when body returns.
template <class G, class Body>
LS_SCALAR void draw_as(BitState& state, Body&& body) {
    G g;
    open(g, state);
    body(g);
    close(g, state);
}

// body is compiled once for each of the five types.
template <class Body>
LS_SCALAR void draw_from(BitState& state, Body&& body) {
    switch (state.kind) {
        case BitGenerator::mt19937: return draw_as<Mt19937>(state, body);
        case BitGenerator::pcg64: return draw_as<Pcg64>(state, body);
        case BitGenerator::pcg64dxsm: return draw_as<Pcg64Dxsm>(state, body);
        case BitGenerator::philox: return draw_as<Philox>(state, body);
        case BitGenerator::sfc64: return draw_as<Sfc64>(state, body);
    }
}

}  // namespace lockstep::scalar::random
