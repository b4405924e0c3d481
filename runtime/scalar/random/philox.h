// Philox4x64-10: ten rounds over a 256-bit counter give four words, which wait in a buffer.
// Must not know distributions.
#pragma once

#include "runtime/scalar/random/state.h"
#include "runtime/scalar/random/wide.h"

namespace lockstep::scalar::random {

struct Philox {
    static constexpr int word_bits = 64;
    static constexpr bool skips = true;

    uint64_t counter[4], key[2], buffer[4];
    int32_t position;
    bool has_uint32;
    uint32_t uinteger;
};

// The four words that belong to a counter.
LS_SCALAR void philox_block(const uint64_t counter[4], const uint64_t key[2], uint64_t out[4]) {
    uint64_t a = counter[0], b = counter[1], c = counter[2], d = counter[3], k0 = key[0], k1 = key[1];
    for (int round = 0; round < 10; ++round) {
        const Wide left = product(0xd2e7470ee14c6c93ull, a), right = product(0xca5a826395121157ull, c);
        a = right.high ^ b ^ k0, b = right.low;
        c = left.high ^ d ^ k1, d = left.low;
        k0 += 0x9e3779b97f4a7c15ull, k1 += 0xbb67ae8584caa73bull;
    }
    out[0] = a, out[1] = b, out[2] = c, out[3] = d;
}

LS_SCALAR void philox_count(uint64_t counter[4], uint64_t blocks) {
    for (int i = 0; i < 4 && blocks; ++i) {
        counter[i] += blocks;
        blocks = counter[i] < blocks;
    }
}

LS_SCALAR uint64_t word(Philox& g) {
    if (g.position >= 4) {
        philox_count(g.counter, 1);
        philox_block(g.counter, g.key, g.buffer);
        g.position = 0;
    }
    return g.buffer[g.position++];
}

// `count` words further.
LS_SCALAR void skip(Philox& g, uint64_t count) {
    const uint64_t waiting = (uint64_t)(4 - g.position);
    if (count <= waiting) {
        g.position += (int32_t)count;
        return;
    }
    count -= waiting;  // of the blocks to come; the last is drawn from
    philox_count(g.counter, (count + 3) / 4);
    philox_block(g.counter, g.key, g.buffer);
    g.position = (int32_t)((count + 3) % 4 + 1);
}

LS_SCALAR void open(Philox& g, BitState& s) {
    for (int i = 0; i < 4; ++i) g.counter[i] = s.philox.counter[i], g.buffer[i] = s.philox.buffer[i];
    g.key[0] = s.philox.key[0], g.key[1] = s.philox.key[1];
    g.position = s.philox.position, g.has_uint32 = s.has_uint32, g.uinteger = s.uinteger;
}

LS_SCALAR void close(const Philox& g, BitState& s) {
    for (int i = 0; i < 4; ++i) s.philox.counter[i] = g.counter[i], s.philox.buffer[i] = g.buffer[i];
    s.philox.position = g.position, s.has_uint32 = g.has_uint32, s.uinteger = g.uinteger;
}

}  // namespace lockstep::scalar::random
