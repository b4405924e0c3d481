// Random draws that take as many words as they need: a draw from every unit, then the chain of those that follow each other, from
// where blocks and stretches of them are entered. Must not know distributions.
// Freestanding: compiled by NVRTC and the simulator's g++.
//
// A draw cannot begin before the one in front of it has ended, but where it ends depends on its words alone. So all draws that
// could be are made, ziggurats' 1.01 words each; the rest is following numbers: 64 units by a thread, 64 blocks by a thread,
// stretches of 4096 units one after the other.
#pragma once

#include "kernels/device/random_fill.h"

namespace lockstep::device {

LS_DEVICE int64_t chain_index() { return int64_t(blockIdx.x) * kRandomThreads + threadIdx.x; }

// Every unit's draw. `step`: words of a unit.
template <class T, class W, int step, class Draw>
LS_DEVICE void draw_everywhere(const ChainArguments& a, const Draw& draw) {
    const int64_t unit = chain_index();
    if (unit >= a.units) return;
    const int64_t first = unit * step;
    BoundedWords<W> g{reinterpret_cast<const W*>(a.words), first, a.words_end, static_cast<uint64_t>(unit), false, 0};
    reinterpret_cast<T*>(a.values)[unit] = draw(g, 0);
    const int64_t length = (g.at - first) / step;
    a.lengths[unit] = g.at > g.end || length > 0xffff ? uint16_t(0) : static_cast<uint16_t>(length);
}

// From a block's last unit to its first: where the unit's chain leaves the block.
LS_DEVICE void follow_blocks(const ChainArguments& a) {
    const int64_t block = chain_index(), first = block * kChainBlock, end = first + kChainBlock;
    if (first >= a.units) return;
    for (int64_t unit = end - 1; unit >= first; --unit) {
        const int64_t next = unit + a.lengths[unit];
        if (next == unit) {
            a.ends[unit] = static_cast<uint32_t>(unit) | kChainStopped;
            a.counts[unit] = 0;
        } else {
            a.ends[unit] = next < end ? a.ends[next] : static_cast<uint32_t>(next);
            a.counts[unit] = static_cast<uint8_t>(1 + (next < end ? a.counts[next] : 0));
        }
    }
}

struct ChainPlace {
    uint32_t unit, draws;
};

// From a unit to where its chain leaves the stretch; visit(unit, draws so far) for every block on the way.
template <class Visit>
LS_DEVICE ChainPlace follow_stretch(const ChainArguments& a, uint32_t unit, int64_t stretch, const Visit& visit) {
    const int64_t end = (stretch + 1) * kChainStretch;
    ChainPlace place{unit, 0};
    while (!(place.unit & kChainStopped) && place.unit < end) {
        visit(place);
        const uint32_t at = place.unit;
        place = {a.ends[at], place.draws + a.counts[at]};
    }
    return place;
}

LS_DEVICE void follow_entries(const ChainArguments& a) {
    const int64_t i = chain_index(), stretch = i / kChainEntries;
    if (stretch * kChainStretch >= a.units) return;
    const uint32_t unit = static_cast<uint32_t>(stretch * kChainStretch + i % kChainEntries);
    const ChainPlace left = follow_stretch(a, unit, stretch, [](const ChainPlace&) {});
    a.far_ends[i] = left.unit;
    a.far_counts[i] = left.draws;
}

// One thread: the true chain, stretch by stretch.
LS_DEVICE void enter_stretches(const ChainArguments& a) {
    if (chain_index() != 0) return;
    ChainPlace place{0, 0};
    const int64_t stretches = a.units / kChainStretch;
    for (int64_t s = 0; s < stretches; ++s) {
        const int64_t first = s * kChainStretch;
        const bool entered = !(place.unit & kChainStopped) && place.unit < first + kChainStretch && place.draws < a.limit;
        a.stretch_entries[s] = entered ? place.unit : kChainNone;
        a.stretch_ranks[s] = place.draws;
        if (!entered) continue;
        const int64_t entry = place.unit - first;
        const ChainPlace on = entry < kChainEntries
                                  ? ChainPlace{a.far_ends[s * kChainEntries + entry], a.far_counts[s * kChainEntries + entry]}
                                  : follow_stretch(a, place.unit, s, [](const ChainPlace&) {});
        place = {on.unit, place.draws + on.draws};
    }
    *a.result = {place.draws < a.limit ? place.draws : a.limit, place.unit & ~kChainStopped};
}

LS_DEVICE void enter_blocks(const ChainArguments& a) {
    const int64_t stretch = chain_index();
    if (stretch * kChainStretch >= a.units) return;
    const int64_t first = stretch * kChainBlock;
    for (int64_t i = 0; i < kChainBlock; ++i) a.block_entries[first + i] = kChainNone;
    const uint32_t entry = a.stretch_entries[stretch], rank = a.stretch_ranks[stretch];
    if (entry == kChainNone) return;
    follow_stretch(a, entry, stretch, [&](const ChainPlace& at) {
        a.block_entries[at.unit / kChainBlock] = at.unit;
        a.block_ranks[at.unit / kChainBlock] = rank + at.draws;
    });
}

// The chain's draws to their places. The thread that has the last one says where it ends.
template <class T>
LS_DEVICE void place_draws(const ChainArguments& a) {
    const int64_t block = chain_index(), end = (block + 1) * kChainBlock;
    if (end > a.units) return;
    int64_t unit = a.block_entries[block], rank = a.block_ranks[block];
    if (unit == kChainNone) return;
    while (unit < end && a.lengths[unit] != 0 && rank < a.limit) {
        reinterpret_cast<T*>(a.out)[rank] = reinterpret_cast<const T*>(a.values)[unit];
        unit += a.lengths[unit];
        if (++rank == a.limit) a.result->units = unit;
    }
}

}  // namespace lockstep::device
