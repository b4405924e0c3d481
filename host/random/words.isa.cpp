// Blocks of words from each generator: PCG64 in four interleaved strands, the others word by word.
// Must not know distributions. Compiled once per instruction set.
#include <cstring>

#include "host/random/fills.h"

namespace lockstep::host::random::LS_ISA {
namespace {

namespace draw = scalar::random;

template <class G>
void make(G& g, uint64_t* out, int64_t n) {
    for (int64_t i = 0; i < n; ++i) out[i] = word(g);
}

// Four strands, four steps apart: the multiplications of one wait for none of the others. A word takes half the time.
void make(draw::Pcg64& g, uint64_t* out, int64_t n) {
    constexpr int strands = 4;
    if (n < 4 * strands) {
        for (int64_t i = 0; i < n; ++i) out[i] = word(g);
        return;
    }
    draw::Wide state[strands];
    const draw::Pcg64 first = g;
    for (draw::Wide& s : state) {
        word(g);
        s = g.state;
    }
    draw::Wide multiplier{0x4385df649fccf645ull, 0x2360ed051fc65da4ull}, increment = g.increment;
    for (int steps = 1; steps < strands; steps *= 2) {
        increment = sum(product(increment, multiplier), increment);
        multiplier = product(multiplier, multiplier);
    }
    int64_t i = 0;
    for (; i + strands <= n; i += strands)
        for (int k = 0; k < strands; ++k) {
            out[i + k] = draw::pcg_xsl_rr(state[k]);
            state[k] = sum(product(state[k], multiplier), increment);
        }
    for (int k = 0; i < n; ++i, ++k) out[i] = draw::pcg_xsl_rr(state[k]);
    g = first;
    skip(g, static_cast<uint64_t>(n));
}

template <class G>
void refill64(Words64& w) {
    const int64_t n = w.next_block;
    std::memcpy(&w.start, &w.state->pcg64, sizeof w.start);
    G g;
    open(g, *w.state);
    make(g, w.block, n);
    close(g, *w.state);
    w.at = w.block;
    w.end = w.block + n;
    w.next_block = 2 * n < 16 ? 16 : 2 * n < kBlock64 ? 2 * n : kBlock64;
}

void refill32(Words32& w) {
    auto& s = w.state->mt19937;
    if (s.position >= kBlock32) {
        draw::mt19937_block(s.key);
        s.position = 0;
    }
    const int64_t left = kBlock32 - s.position;
    const int64_t n = w.next_block < left ? w.next_block : left;
    for (int64_t i = 0; i < n; ++i) w.block[i] = draw::mt19937_tempered(s.key[s.position + i]);
    s.position += static_cast<int32_t>(n);
    w.at = w.block;
    w.end = w.block + n;
    w.next_block = kBlock32;
}

}  // namespace

void fill_words(FillTable& table) {
    const auto enter = [&](draw::BitGenerator kind, void (*refill)(Words64&)) {
        table.make64[static_cast<int>(kind)] = refill;
    };
    enter(draw::BitGenerator::pcg64, refill64<draw::Pcg64>);
    enter(draw::BitGenerator::pcg64dxsm, refill64<draw::Pcg64Dxsm>);
    enter(draw::BitGenerator::philox, refill64<draw::Philox>);
    enter(draw::BitGenerator::sfc64, refill64<draw::Sfc64>);
    table.make32 = refill32;
}

}  // namespace lockstep::host::random::LS_ISA
