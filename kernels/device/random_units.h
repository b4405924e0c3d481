// A generator moved on by units of a distribution; sources that hand words out of memory.
// Must not know distributions. Freestanding, for host and device.
#pragma once

#include "runtime/scalar/random/generators.h"

namespace lockstep::device {

// Words that were made before, as a generator.
template <class W>
struct BufferedWords {
    static constexpr int word_bits = 8 * sizeof(W);
    static constexpr bool skips = true;

    const W* words;
    int64_t at;
    bool has_uint32;
    uint32_t uinteger;
};
template <class W>
LS_SCALAR W word(BufferedWords<W>& g) {
    return g.words[g.at++];
}
template <class W>
LS_SCALAR void skip(BufferedWords<W>& g, uint64_t count) {
    g.at += static_cast<int64_t>(count);
}

// The same with an end: behind it come words of no stream, so that loops end, and `at` tells.
template <class W>
struct BoundedWords {
    static constexpr int word_bits = 8 * sizeof(W);

    const W* words;
    int64_t at, end;
    uint64_t beyond;
    bool has_uint32;
    uint32_t uinteger;
};
template <class W>
LS_SCALAR W word(BoundedWords<W>& g) {
    if (g.at < g.end) return g.words[g.at++];
    ++g.at;
    g.beyond = g.beyond * 6364136223846793005u + 1442695040888963407u;
    return static_cast<W>((g.beyond ^ g.beyond >> 31) * 0x9e3779b97f4a7c15u >> (64 - 8 * sizeof(W)));
}

template <class G>
LS_SCALAR void skip_words(G& g, uint64_t count) {
    if constexpr (G::skips) skip(g, count);
    else
        for (; count; --count) word(g);
}

// As drawing so many units would: 64-bit ones leave a waiting half of a word alone, of 32-bit ones it is the first.
template <int unit, class G>
LS_SCALAR void skip_units(G& g, uint64_t count) {
    if constexpr (G::word_bits == 32) {
        skip_words(g, unit == 64 ? 2 * count : count);
    } else if constexpr (unit == 64) {
        skip_words(g, count);
    } else {
        if (count == 0) return;
        if (g.has_uint32) {
            g.has_uint32 = false;
            if (--count == 0) return;
        }
        skip_words(g, (count + 1) / 2 - 1);
        g.uinteger = static_cast<uint32_t>(word(g) >> 32);
        g.has_uint32 = count % 2 != 0;
    }
}

}  // namespace lockstep::device
