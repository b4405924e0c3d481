// The draws that are one word each: raw 64 bits, uniform doubles and floats.
// Must not know where the words come from.
#pragma once

#include "runtime/scalar/random/words.h"

namespace lockstep::scalar::random {

template <class G>
LS_SCALAR uint64_t uint64(G& g) {
    return next64(g);
}

template <class G>
LS_SCALAR double random(G& g) {
    return next_double(g);
}

template <class G>
LS_SCALAR float random_float(G& g) {
    return next_float(g);
}

}  // namespace lockstep::scalar::random
