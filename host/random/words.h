// Words of a bit generator made in blocks, as a source for the distributions: one kind for generators of 64-bit words,
// one for MT19937's 32-bit words, so that no distribution is compiled for each generator. Must not know distributions.
#pragma once

#include "runtime/scalar/random/generators.h"

namespace lockstep::host::random {

using scalar::random::BitState;

// The first block is as long as the draws will probably need; a block of one word costs about what the word costs.
inline constexpr int64_t kBlock64 = 512, kBlock32 = scalar::random::kMt19937Words;

struct Words64 {
    static constexpr int word_bits = 64;
    static constexpr bool skips = false;

    const uint64_t *at, *end;  // of the block's words that are still to be read
    bool has_uint32;
    uint32_t uinteger;
    int64_t next_block;  // how many words the next block should have
    void (*refill)(Words64&);
    BitState* state;                        // behind the block
    scalar::random::PhiloxState start;      // before the block: the bytes of the largest state of these generators
    uint64_t block[kBlock64];
};

struct Words32 {
    static constexpr int word_bits = 32;
    static constexpr bool skips = false;

    const uint32_t *at, *end;
    int64_t next_block;
    void (*refill)(Words32&);
    BitState* state;
    uint32_t block[kBlock32];
};

LS_SCALAR uint64_t word(Words64& w) {
    if (__builtin_expect(w.at == w.end, 0)) w.refill(w);
    return *w.at++;
}
LS_SCALAR uint32_t word(Words32& w) {
    if (__builtin_expect(w.at == w.end, 0)) w.refill(w);
    return *w.at++;
}

}  // namespace lockstep::host::random
