// Short rows of a sort task, as many at a time as vectors have lanes.
// Must not know how lanes are compared: sort_network.isa.cpp does.
#pragma once

#include <algorithm>
#include <cstring>

#include "host/instruction_set.h"
#include "host/parallel.h"
#include "host/sort_keys.h"
#include "host/sort_network.h"
#include "runtime/exec/backend.h"

namespace lockstep::host {

inline const SortNetworks& networks() {
#if defined(__x86_64__)
    static const SortNetworks& best = instruction_set() == InstructionSet::v4   ? v4::sort_networks
                                      : instruction_set() == InstructionSet::v3 ? v3::sort_networks
                                                                                : v2::sort_networks;
    return best;
#else
    return plain::sort_networks;
#endif
}

// `count` rows, at most one per lane, values only: rows of 10 (50, 100) float64 take 1.9 (2.3, 2.7) ns per element, where
// insertion and radix passes, row by row, took 17 (33, 26) under the same load.
template <class T>
void sort_lanes(const T* in, T* values, int64_t count, int64_t n) {
    using K = Key<T>;
    constexpr int64_t lanes = kNetworkBytes / static_cast<int64_t>(sizeof(K));
    alignas(64) K keys[kNetworkLongest * lanes];
    for (int64_t r = 0; r < count; ++r)
        for (int64_t i = 0; i < n; ++i) keys[i * lanes + r] = scalar::sort_key(in[r * n + i]);
    for (int64_t i = 0; count < lanes && i < n; ++i) std::fill_n(keys + i * lanes + count, lanes - count, K{0});
    const SortNetworks& network = networks();
    (sizeof(K) == 1 ? network.sort8 : sizeof(K) == 2 ? network.sort16 : sizeof(K) == 4 ? network.sort32 : network.sort64)(keys, n);
    for (int64_t r = 0; r < count; ++r)
        for (int64_t i = 0; i < n; ++i) values[r * n + i] = scalar::from_sort_key<T>(keys[i * lanes + r]);
}

// The same with positions. Keys of 32 bits and less share a lane with the position; rows of 10 (50, 100) float64 take
// 3 (8, 11) ns per element, where row by row they took 26 (52, 38) under the same load.
template <class T>
void sort_tagged_lanes(const T* in, T* values, int64_t* positions, int64_t count, int64_t n) {
    constexpr int64_t lanes = kNetworkBytes / 8;
    constexpr bool together = sizeof(key_for_positions(T{})) == 4;
    alignas(64) uint64_t keys[kTaggedLongest * lanes], tags[together ? 1 : kTaggedLongest * lanes];
    std::memset(keys, 0, static_cast<size_t>(n * lanes) * sizeof *keys);
    if (!together) std::memset(tags, 0, static_cast<size_t>(n * lanes) * sizeof *tags);
    for (int64_t r = 0; r < count; ++r)
        for (int64_t i = 0; i < n; ++i) {
            const uint64_t key = key_for_positions(in[r * n + i]), at = static_cast<uint64_t>(i);
            keys[i * lanes + r] = together ? key << 32 | at : key;
            if (!together) tags[i * lanes + r] = at;
        }
    if (together) networks().sort64(keys, n);
    else networks().sort64_tagged(keys, tags, n);
    const uint64_t* const places = together ? keys : tags;
    T row[kTaggedLongest];
    for (int64_t r = 0; r < count; ++r) {
        if (values) std::memcpy(static_cast<void*>(row), in + r * n, static_cast<size_t>(n) * sizeof(T));
        for (int64_t i = 0; i < n; ++i) {
            const int64_t at = static_cast<int64_t>(together ? places[i * lanes + r] & UINT32_MAX : places[i * lanes + r]);
            if (positions) positions[r * n + i] = at;
            if (values) values[r * n + i] = row[at];
        }
    }
}

// Whether it took the task.
template <class T>
bool sort_side_by_side(const SortTask& t) {
    if constexpr (scalar::is_same<T, scalar::complex128>) return false;
    else {
        const bool tagged = t.positions || scalar::is_complex<T>;
        const int64_t lanes = kNetworkBytes / (tagged ? 8 : static_cast<int64_t>(sizeof(T)));
        if (t.n < 2 || t.n > (tagged ? kTaggedLongest : kNetworkLongest) || t.rows < lanes / 2) return false;
        const int64_t batches = (t.rows + lanes - 1) / lanes;
        parallel_ranges(batches, 1, t.rows * t.n * 4, [&t, tagged, lanes](int64_t begin, int64_t end) {
            for (int64_t r = begin * lanes; r < std::min(t.rows, end * lanes); r += lanes) {
                const int64_t count = std::min(lanes, t.rows - r), at = r * t.n;
                const T* const in = reinterpret_cast<const T*>(t.in) + at;
                T* const values = t.values ? reinterpret_cast<T*>(t.values) + at : nullptr;
                if (tagged) sort_tagged_lanes(in, values, t.positions ? t.positions + at : nullptr, count, t.n);
                else if constexpr (!scalar::is_complex<T>) sort_lanes(in, values, count, t.n);
            }
        });
        return true;
    }
}

}  // namespace lockstep::host
