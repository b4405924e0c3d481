// PCG64 (XSL-RR) and PCG64DXSM: a 128-bit linear congruential generator, and two ways to make 64 bits of its state.
// Must not know distributions.
#pragma once

#include "runtime/scalar/random/state.h"
#include "runtime/scalar/random/wide.h"

namespace lockstep::scalar::random {

template <bool dxsm>
struct PcgWords {
    static constexpr int word_bits = 64;
    static constexpr bool skips = true;

    Wide state, increment;
    bool has_uint32;
    uint32_t uinteger;
};
using Pcg64 = PcgWords<false>;
using Pcg64Dxsm = PcgWords<true>;

template <bool dxsm>
LS_SCALAR Wide pcg_step(Wide state, Wide increment) {
    if constexpr (dxsm) {
        const Wide low = product(state.low, 0xda942042e4dd58b5ull);
        return sum({low.low, low.high + state.high * 0xda942042e4dd58b5ull}, increment);
    } else {
        return sum(product(state, Wide{0x4385df649fccf645ull, 0x2360ed051fc65da4ull}), increment);
    }
}

LS_SCALAR uint64_t pcg_xsl_rr(Wide state) {
    const uint64_t mixed = state.high ^ state.low;
    const int turn = (int)(state.high >> 58);
    return mixed >> turn | mixed << (-turn & 63);
}

LS_SCALAR uint64_t word(Pcg64& g) {
    g.state = pcg_step<false>(g.state, g.increment);
    return pcg_xsl_rr(g.state);
}

LS_SCALAR uint64_t word(Pcg64Dxsm& g) {  // of the state before the step, so that both run side by side
    uint64_t high = g.state.high;
    high ^= high >> 32;
    high *= 0xda942042e4dd58b5ull;
    high ^= high >> 48;
    high *= g.state.low | 1;
    g.state = pcg_step<true>(g.state, g.increment);
    return high;
}

// `count` words further: the step's multiplier and increment are squared along the bits of count.
template <bool dxsm>
LS_SCALAR void skip(PcgWords<dxsm>& g, Wide count) {
    Wide multiplier{0x4385df649fccf645ull, 0x2360ed051fc65da4ull}, increment = g.increment;
    if (dxsm) multiplier = {0xda942042e4dd58b5ull, 0};
    while (count.low | count.high) {
        if (count.low & 1) g.state = sum(product(g.state, multiplier), increment);
        increment = sum(product(increment, multiplier), increment);
        multiplier = product(multiplier, multiplier);
        count = {count.low >> 1 | count.high << 63, count.high >> 1};
    }
}
template <bool dxsm>
LS_SCALAR void skip(PcgWords<dxsm>& g, uint64_t count) {
    skip(g, Wide{count, 0});
}

template <bool dxsm>
LS_SCALAR void open(PcgWords<dxsm>& g, BitState& s) {
    g.state = {s.pcg64.state[0], s.pcg64.state[1]}, g.increment = {s.pcg64.increment[0], s.pcg64.increment[1]};
    g.has_uint32 = s.has_uint32, g.uinteger = s.uinteger;
}

template <bool dxsm>
LS_SCALAR void close(const PcgWords<dxsm>& g, BitState& s) {
    s.pcg64.state[0] = g.state.low, s.pcg64.state[1] = g.state.high;
    s.has_uint32 = g.has_uint32, s.uinteger = g.uinteger;
}

}  // namespace lockstep::scalar::random
