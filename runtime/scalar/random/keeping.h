// A source with what a call keeps beside its words: RandomState's second normal draw, and the rest of a word that small
// integers are cut from.
// Must not know distributions.
#pragma once

#include "runtime/scalar/random/generators.h"

namespace lockstep::scalar::random {

template <class G>
struct Keeping {
    G& source;
    bool has_gauss;
    double gauss;
    // Small words are cut from words of 32 bits, lowest first. What is left of a word when a call ends is thrown away.
    uint32_t small_word = 0;
    int32_t small_left = 0;
};

template <class G>
LS_SCALAR uint32_t next32(Keeping<G>& g) { return next32(g.source); }
template <class G>
LS_SCALAR uint64_t next64(Keeping<G>& g) { return next64(g.source); }
template <class G>
LS_SCALAR double next_double(Keeping<G>& g) { return next_double(g.source); }

// The next 1, 8 or 16 bits.
template <int bits, class G>
LS_SCALAR uint32_t next_small(G& g) {
    if (g.small_left == 0) {
        g.small_word = next32(g);
        g.small_left = 32 / bits - 1;
    } else {
        g.small_word >>= bits;
        --g.small_left;
    }
    return g.small_word & ((1u << bits) - 1);
}

// body(k) with k around the source; the normal draw comes from the state and goes back.
template <class G, class Body>
LS_SCALAR void keep_around(G& source, BitState& state, Body&& body) {
    Keeping<G> k{source, state.has_gauss, state.gauss};
    body(k);
    state.has_gauss = k.has_gauss, state.gauss = k.gauss;
}

// draw_from (generators.h) with a Keeping around the generator.
template <class Body>
LS_SCALAR void draw_keeping(BitState& state, Body&& body) {
    draw_from(state, [&](auto& g) { keep_around(g, state, body); });
}

}  // namespace lockstep::scalar::random
