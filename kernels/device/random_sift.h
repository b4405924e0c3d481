// Random draws that take one word each, or a piece of one, and another where that is rejected: all words are tried,
// those kept move together. Must not know distributions.
// Freestanding: compiled by NVRTC and the simulator's g++.
#pragma once

#include "kernels/device/compact.h"
#include "kernels/device/random_fill.h"

namespace lockstep::device {

// The word that a draw begins with, as a source: 64 bits, or 32 of which the lowest `bits` are meant. What a draw asks
// for behind it is no word of the stream, but all zeros and all ones in turn: one of these ends every rejection.
template <int bits>
struct FirstWord {
    static constexpr int word_bits = bits == 64 ? 64 : 32;

    uint64_t first;
    int asked;  // words handed out
    bool has_uint32;
    uint32_t uinteger;
    uint32_t small_word;  // as in Keeping
    int32_t small_left;

    // After a draw: whether it was the first word's.
    LS_SCALAR bool kept(const FirstWord& g) {
        return g.asked == 1 && (bits >= 32 || g.small_left == 32 / bits - 1);
    }
};
template <int bits>
LS_SCALAR auto word(FirstWord<bits>& g) {
    const uint64_t next = ++g.asked == 1 ? g.first : g.asked % 2 ? ~uint64_t{0} : 0;
    if constexpr (bits == 64) return next;
    else return static_cast<uint32_t>(next);
}

// Piece i of the words, cut as next_small does: lowest bits first. W: what words are stored as.
template <class W, int bits>
LS_DEVICE FirstWord<bits> first_word(const SiftArguments& a, int64_t i) {
    FirstWord<bits> g{};
    if (!a.words) return g;
    const W* const words = reinterpret_cast<const W*>(a.words);
    if constexpr (bits == 64) {
        BufferedWords<W> from{words, i * (8 / static_cast<int>(sizeof(W))), false, 0};
        g.first = scalar::random::next64(from);
    } else {
        constexpr uint64_t pieces = 32 / bits;
        const uint64_t piece = static_cast<uint64_t>(i);
        g.first = words[piece / pieces] >> (piece % pieces * bits);
    }
    return g;
}

template <class W, int bits, class Draw>
LS_DEVICE bool is_kept(const SiftArguments& a, int64_t i, const Draw& draw) {
    FirstWord<bits> g = first_word<W, bits>(a, i);
    draw(g, 0);
    return FirstWord<bits>::kept(g);
}

// How many each tile has.
template <class W, int bits, class Draw>
LS_DEVICE void count_kept(const SiftArguments& a, const Draw& draw) {
    const int64_t tile = int64_t(blockIdx.x) * kSelectTile + threadIdx.x;
    unsigned mine = 0;
    LS_UNROLL(1)
    for (int k = 0; k < kSelectRounds; ++k) {
        const int64_t i = tile + k * kIndexThreads;
        if (i < a.pieces) mine += is_kept<W, bits>(a, i, draw);
    }
    const unsigned all = sum_of_block(mine);
    if (threadIdx.x == 0) a.tiles[blockIdx.x] = all;
}

// Those kept to their places. Whoever has the last one wanted says where it ends, else the last tile that all were
// tried.
template <class T, class W, int bits, class Draw>
LS_DEVICE void place_kept(const SiftArguments& a, const Draw& draw) {
    const int64_t all = for_chosen<1>(
        a.pieces, static_cast<int64_t>(a.tiles[blockIdx.x]),
        [&](int64_t i) { return is_kept<W, bits>(a, i, draw); },
        [&](int64_t i, int64_t rank) {
            if (rank >= a.limit) return;
            FirstWord<bits> g = first_word<W, bits>(a, i);
            reinterpret_cast<T*>(a.out)[rank] = draw(g, 0);
            if (rank + 1 == a.limit) *a.result = {a.limit, i + 1};
        });
    const bool last = (int64_t(blockIdx.x) + 1) * kSelectTile >= a.pieces;
    if (last && threadIdx.x == 0 && all < a.limit) *a.result = {all, a.pieces};
}

// Where none is rejected.
template <class T, class W, int bits, class Draw>
LS_DEVICE void place_all(const SiftArguments& a, const Draw& draw) {
    const int64_t i = int64_t(blockIdx.x) * kRandomThreads + threadIdx.x;
    if (i >= a.pieces) return;
    FirstWord<bits> g = first_word<W, bits>(a, i);
    reinterpret_cast<T*>(a.out)[i] = draw(g, 0);
}

}  // namespace lockstep::device
