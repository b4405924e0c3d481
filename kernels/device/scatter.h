// scatter on the device: places as numbers, the last value for each of them, values written or folded.
// Must not know layouts. Freestanding: compiled by NVRTC and the simulator's g++.
//
// Nothing is written before all indices are known to be right: `places` comes first and marks what is wrong
// in `bad`; the kernels behind it then do nothing.
#pragma once

#include "kernels/device/compute.h"
#include "kernels/device/index_read.h"

namespace lockstep::device {

template <class Index, int indices, int dims>
LS_DEVICE void places(const PlacesArguments<Index, indices, dims>& a) {
    const Index i = thread_number<Index>();
    if (i >= a.space.count) return;
    const auto offset = offsets_at(a.space, i);
    int64_t place = a.again ? a.places[i] : a.first;
    place += offset.of[0];
    add_indices(place, offset, 1, a.index, a.mode, a.errors);
    a.places[i] = place;
}

LS_DEVICE uint64_t hash_of(uint64_t x) {  // the finalizer of MurmurHash3, a bijection
    x = (x ^ x >> 33) * 0xff51afd7ed558ccdull;
    x = (x ^ x >> 33) * 0xc4ceb9fe1a85ec53ull;
    return x ^ x >> 33;
}

// Where the place's entry is; made when it is new.
template <bool hashed>
LS_DEVICE uint64_t entry_of(int64_t place, const LastTable& table) {
    if constexpr (!hashed)
        return static_cast<uint64_t>(place);
    else {
        const unsigned long long key = static_cast<unsigned long long>(place) + 1;
        uint64_t at = hash_of(key) & table.mask;
        while (true) {
            const unsigned long long there = atomicCAS(&table.keys[at], 0ull, key);
            if (there == 0 || there == key) return at;
            at = (at + 1) & table.mask;
        }
    }
}

// Count is unsigned or unsigned long long.
template <class Count, bool hashed>
LS_DEVICE void claim(const ClaimArguments& a) {
    if (*a.bad) return;
    const int64_t i = thread_number<int64_t>();
    if (i >= a.count) return;
    atomicMax(static_cast<Count*>(a.table.last) + entry_of<hashed>(a.places[i], a.table),
              static_cast<Count>(i + 1));
}

template <bool hashed>
LS_DEVICE uint64_t known_entry_of(int64_t place, const LastTable& table) {
    if constexpr (!hashed)
        return static_cast<uint64_t>(place);
    else {
        const unsigned long long key = static_cast<unsigned long long>(place) + 1;
        uint64_t at = hash_of(key) & table.mask;
        while (table.keys[at] != key) at = (at + 1) & table.mask;
        return at;
    }
}

template <class T, class Count, bool hashed, class Index, int dims>
LS_DEVICE void scatter(const ScatterArguments<Index, dims>& a) {
    if (*a.bad) return;
    const Index i = thread_number<Index>();
    if (i >= a.space.count) return;
    const auto offset = offsets_at(a.space, i);
    const int64_t number = offset.of[2], place = a.places[number];
    if (a.claimed && static_cast<const Count*>(a.table.last)[known_entry_of<hashed>(place, a.table)] !=
                         static_cast<Count>(number + 1))
        return;
    *reinterpret_cast<T*>(a.array + offset.of[0] + (place - a.first) * a.unit) =
        *reinterpret_cast<const T*>(a.values + offset.of[1]);
}

template <int bytes>
struct AtomicWord {
    using type = unsigned;
};
template <>
struct AtomicWord<8> {
    using type = unsigned long long;
};

// Replaces the integer at `to` by change(integer), whatever else happens to it meanwhile.
template <class T, class Change>
LS_DEVICE void change_atomically(char* to, Change change) {
    using Word = typename AtomicWord<sizeof(T)>::type;
    constexpr Word mask = static_cast<Word>(~Word(0)) >> (8 * (sizeof(Word) - sizeof(T)));
    const uint64_t address = reinterpret_cast<uint64_t>(to), inside = address % sizeof(Word);
    Word* const word = reinterpret_cast<Word*>(address - inside);
    const unsigned shift = 8 * static_cast<unsigned>(inside);
    Word there = *word, expected;
    do {
        expected = there;
        const T item = static_cast<T>(there >> shift & mask);
        const Word changed = (there & ~(mask << shift)) | (static_cast<Word>(change(item)) & mask) << shift;
        there = atomicCAS(word, expected, changed);
    } while (there != expected);
}

// For operations of integers that give the same in any order.
//     struct Body { using T = int32_t; LS_DEVICE T change(T item, const char* value); };
template <class Body, class Index, int dims>
LS_DEVICE void fold_in_any_order(const ScatterArguments<Index, dims>& a) {
    if (*a.bad) return;
    const Index i = thread_number<Index>();
    if (i >= a.space.count) return;
    const auto offset = offsets_at(a.space, i);
    const char* const value = a.values + offset.of[1];
    change_atomically<typename Body::T>(a.array + offset.of[0] + (a.places[offset.of[2]] - a.first) * a.unit,
                                        [&](typename Body::T item) { return Body::change(item, value); });
}

// Places are sorted; the space has the dimensions that no index moves along innermost, `a.inner` elements of
// them. The thread of the first of equal places folds them all, for one of those elements.
template <class Body, class Number, class Index, int dims>
LS_DEVICE void fold_runs(const ScatterArguments<Index, dims>& a) {
    using T = typename Body::T;
    if (*a.bad) return;
    const Index i = thread_number<Index>();
    if (i >= a.space.count) return;
    const Index row = reduction::divided(i, a.inner), element = i - row * a.inner.size;
    const int64_t place = a.places[row];
    if (row > 0 && a.places[row - 1] == place) return;
    const Number* const order = static_cast<const Number*>(a.order);
    char* const to = a.array + offsets_at(a.space, element).of[0] + (place - a.first) * a.unit;
    T item = *reinterpret_cast<const T*>(to);
    for (int64_t k = row; k < a.count && a.places[k] == place; ++k) {
        const auto offset = offsets_at(a.space, static_cast<Index>(order[k]) * a.inner.size + element);
        item = Body::change(item, a.values + offset.of[1]);
    }
    *reinterpret_cast<T*>(to) = item;
}

}  // namespace lockstep::device
