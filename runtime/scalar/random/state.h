// The state of a bit generator, and of what a stream keeps between calls: plain words that can be copied to any device.
// Must not know how words are made from it (the files beside this one) nor how it is seeded (runtime/random/).
#pragma once

#include "runtime/scalar/config.h"

namespace lockstep::scalar::random {

// Numbers are part of the C interface: append-only.
enum class BitGenerator : uint32_t { mt19937 = 0, pcg64 = 1, pcg64dxsm = 2, philox = 3, sfc64 = 4 };

struct Mt19937State {
    uint32_t key[624];
    int32_t position;  // of the next word in key; 624: a new block is due
};
struct Pcg64State {  // PCG64 and PCG64DXSM; 128-bit numbers, low word first
    uint64_t state[2], increment[2];
};
struct PhiloxState {  // Philox4x64-10
    uint64_t counter[4], key[2], buffer[4];
    int32_t position;  // of the next word in buffer; 4: a new block is due
};
struct Sfc64State {
    uint64_t words[4];
};

struct BitState {
    BitGenerator kind;
    bool has_uint32;  // the upper half of a 64-bit word waits in `uinteger`, for generators of 64-bit words
    uint32_t uinteger;
    bool has_gauss;  // RandomState: the second of a pair of normal draws waits in `gauss`
    double gauss;
    union {
        Mt19937State mt19937;
        Pcg64State pcg64;
        PhiloxState philox;
        Sfc64State sfc64;
    };
};

}  // namespace lockstep::scalar::random
