// Integers drawn from a range: Lemire's multiplication for Generator, masks for RandomState and for shuffles.
// Must not know arrays, nor the types behind the words: `offset` is added modulo the width.
#pragma once

#include "runtime/scalar/random/keeping.h"
#include "runtime/scalar/random/wide.h"

namespace lockstep::scalar::random {

// All ones up to the highest bit of `most`.
LS_SCALAR uint64_t mask_of_range(uint64_t most) {
    most |= most >> 1;
    most |= most >> 2;
    most |= most >> 4;
    most |= most >> 8;
    most |= most >> 16;
    return most | most >> 32;
}

// From 0 to `range`, both included; NumPy's random_interval.
template <class G>
LS_SCALAR uint64_t interval(G& g, uint64_t range) {
    if (range == 0) return 0;
    const uint64_t mask = mask_of_range(range);
    uint64_t x;
    if (range <= 0xffffffffu)
        while ((x = next32(g) & mask) > range) {}
    else
        while ((x = next64(g) & mask) > range) {}
    return x;
}

// Lemire, arXiv:1805.10941: of word * size the high half is the draw, once words with the few lowest low halves are
// rejected: those below 2^bits mod size. `range` is size - 1, not 0 and not all ones.
template <class G>
LS_SCALAR uint32_t lemire32(G& g, uint32_t range) {
    const uint32_t size = range + 1;
    uint64_t product = (uint64_t)next32(g) * size;
    if ((uint32_t)product < size) {  // only then a division
        const uint32_t threshold = (0xffffffffu - range) % size;
        while ((uint32_t)product < threshold) product = (uint64_t)next32(g) * size;
    }
    return (uint32_t)(product >> 32);
}

template <class G>
LS_SCALAR uint64_t lemire64(G& g, uint64_t range) {
    const uint64_t size = range + 1;
    Wide drawn = product(next64(g), size);
    if (drawn.low < size) {
        const uint64_t threshold = (0xffffffffffffffffull - range) % size;
        while (drawn.low < threshold) drawn = product(next64(g), size);
    }
    return drawn.high;
}

template <int bits, class G>
LS_SCALAR uint32_t lemire_small(G& g, uint32_t range) {
    const uint32_t size = range + 1, low = (1u << bits) - 1;
    uint32_t product = next_small<bits>(g) * size;
    if ((product & low) < size) {
        const uint32_t threshold = (low - range) % size;
        while ((product & low) < threshold) product = next_small<bits>(g) * size;
    }
    return product >> bits;
}

template <class G>
LS_SCALAR uint32_t masked32(G& g, uint32_t range) {
    const uint32_t mask = (uint32_t)mask_of_range(range);
    uint32_t x;
    while ((x = next32(g) & mask) > range) {}
    return x;
}

template <int bits, class G>
LS_SCALAR uint32_t masked_small(G& g, uint32_t range) {
    const uint32_t mask = (uint32_t)mask_of_range(range);
    uint32_t x;
    while ((x = next_small<bits>(g) & mask) > range) {}
    return x;
}

// A draw from offset to offset + range, both included. Of 64 bits NumPy takes 32 where they suffice.
template <bool masked, class G>
LS_SCALAR uint64_t bounded64(G& g, uint64_t offset, uint64_t range) {
    if (range == 0) return offset;
    if (range == 0xffffffffu) return offset + next32(g);
    if (range <= 0xffffffffu) return offset + (masked ? masked32(g, (uint32_t)range) : lemire32(g, (uint32_t)range));
    if (range == 0xffffffffffffffffull) return offset + next64(g);
    return offset + (masked ? interval(g, range) : lemire64(g, range));
}

template <bool masked, class G>
LS_SCALAR uint32_t bounded32(G& g, uint32_t offset, uint32_t range) {
    if (range == 0) return offset;
    if (range == 0xffffffffu) return offset + next32(g);
    return offset + (masked ? masked32(g, range) : lemire32(g, range));
}

template <int bits, bool masked, class G>
LS_SCALAR uint32_t bounded_small(G& g, uint32_t offset, uint32_t range) {
    if (range == 0) return offset;
    if (bits == 1 || range == (1u << bits) - 1) return offset + next_small<bits>(g);
    return offset + (masked ? masked_small<bits>(g, range) : lemire_small<bits>(g, range));
}

// The rows of distributions.def: offset and range are bit patterns. Those below 32 bits want a source that keeps small words.
#define LS_BOUNDED(prefix, masked)                                                                \
    template <class G>                                                                            \
    LS_SCALAR uint64_t prefix##_uint64(G& g, int64_t offset, int64_t range) {                     \
        return bounded64<masked>(g, (uint64_t)offset, (uint64_t)range);                           \
    }                                                                                             \
    template <class G>                                                                            \
    LS_SCALAR uint32_t prefix##_uint32(G& g, int64_t offset, int64_t range) {                     \
        return bounded32<masked>(g, (uint32_t)offset, (uint32_t)range);                           \
    }                                                                                             \
    template <class G>                                                                            \
    LS_SCALAR uint16_t prefix##_uint16(G& g, int64_t offset, int64_t range) {                     \
        return (uint16_t)bounded_small<16, masked>(g, (uint32_t)offset & 0xffff, (uint32_t)range); \
    }                                                                                             \
    template <class G>                                                                            \
    LS_SCALAR uint8_t prefix##_uint8(G& g, int64_t offset, int64_t range) {                       \
        return (uint8_t)bounded_small<8, masked>(g, (uint32_t)offset & 0xff, (uint32_t)range);    \
    }
LS_BOUNDED(bounded, false)
LS_BOUNDED(masked, true)
#undef LS_BOUNDED

template <class G>
LS_SCALAR uint8_t bounded_bool(G& g, int64_t offset, int64_t range) {
    return (uint8_t)bounded_small<1, false>(g, (uint32_t)offset, (uint32_t)range);
}

}  // namespace lockstep::scalar::random
