// The state of a bit generator as the runtime names it; the words themselves are laid out in runtime/scalar/random/.
// Must not know how words are made from it nor how it is seeded (seeding.cpp).
#pragma once

#include "runtime/scalar/random/state.h"

namespace lockstep::random {

using scalar::random::BitGenerator;
using scalar::random::BitState;
using scalar::random::Mt19937State;
using scalar::random::Pcg64State;
using scalar::random::PhiloxState;
using scalar::random::Sfc64State;

}  // namespace lockstep::random
