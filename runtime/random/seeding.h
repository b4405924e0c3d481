// Bit generators from seeds, and their jumps: NumPy's states, word for word.
// Must not know handles, nor how a state is drawn from.
#pragma once

#include <span>

#include "runtime/random/bit_state.h"

namespace lockstep::random {

// "MT19937" and the like; value_error for a number that is no kind.
const char* name_of(BitGenerator kind);
// How many 32-bit words of a seed sequence it is seeded with.
size_t seed_words(BitGenerator kind);
// A fresh state from so many words; value_error for another number of them.
BitState seeded(BitGenerator kind, std::span<const uint32_t> words);
// MT19937 as RandomState(seed) makes it: of one number, or of an array of at least one.
BitState legacy_seeded(uint32_t seed);
BitState legacy_seeded(std::span<const uint32_t> seed);
// value_error where a position or an enumerator could lead outside the state.
void check_state(const BitState& state);

// Further by `delta` (256 bits, the low word first): words for PCG64 and PCG64DXSM, blocks of four words for Philox. What
// waits in buffers is dropped. type_error for the others.
void advance(BitState& state, std::span<const uint64_t, 4> delta);
// `jumps` times as far as NumPy's jumped() goes. type_error for SFC64, which cannot.
void jump(BitState& state, std::span<const uint64_t, 4> jumps);
void jump_mt19937(Mt19937State& state);  // 2**128 words, once

}  // namespace lockstep::random
