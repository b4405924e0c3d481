// What the kernels of random fills are launched with.
// Must not know distributions or generators. Freestanding, for host and device.
#pragma once

#include "runtime/scalar/config.h"

namespace lockstep::device {

inline constexpr int kRandomThreads = 256;
inline constexpr int kRandomParameters = 4;

struct RandomParameter {
    const char* data;  // of the draws, packed; null: `value` for all of them
    union {
        double real;
        int64_t whole;
    } value;
};

// Draws that take the same number of words each: a thread makes `run` of them, one after the other.
template <class G>
struct FillArguments {
    int64_t count, run;
    G start;  // the generator before the first draw
    char* out;
    RandomParameter parameters[kRandomParameters];
};

// Draws that take as many words as they need, of a stretch of `units` from where a draw begins. A chain is the draws that follow
// each other; where a draw that begins at a unit ends is known of every unit, so that chains can be followed from anywhere.
inline constexpr int kChainBlock = 64;                         // units that a thread goes through
inline constexpr int kChainStretch = kChainBlock * kChainBlock;  // and that one goes through by blocks
inline constexpr int kChainEntries = 32;   // units at the start of a stretch from which chains are followed beforehand
inline constexpr uint32_t kChainStopped = 0x80000000u;  // on an end: the draw there needs words that nobody has made
inline constexpr uint32_t kChainNone = 0xffffffffu;     // no draw of the chain begins here

struct ChainResult {
    int64_t draws, units;  // made, and behind them
};

struct ChainArguments {
    int64_t units, limit;      // limit: of draws
    const char* words;
    int64_t words_end;         // how many words there are, more than those of `units`
    uint16_t* lengths;         // of each unit's draw, in units; 0: it needs words beyond the end, or none
    char* values;              // each unit's draw
    uint32_t* ends;            // of each unit: where its chain leaves the block
    uint8_t* counts;           // and after how many draws
    uint32_t *far_ends, *far_counts;          // kChainEntries of each stretch: the same for stretches
    uint32_t *stretch_entries, *stretch_ranks;  // of each stretch: the first draw of the true chain, and its number
    uint32_t *block_entries, *block_ranks;      // the same for blocks
    ChainResult* result;
    char* out;
    RandomParameter parameters[kRandomParameters];
};

// Draws that take one word each or a piece of one, and some of which are rejected, from `pieces` of them.
struct SiftArguments {
    int64_t pieces, limit;      // limit: of draws
    const char* words;          // null: draws take none
    char* out;
    unsigned long long* tiles;  // how many draws each tile has, then how many there are before it
    ChainResult* result;        // draws made, and pieces up to the last one
    RandomParameter parameters[kRandomParameters];
};

}  // namespace lockstep::device
