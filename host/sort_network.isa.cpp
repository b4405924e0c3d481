// Batcher's merge exchange (Knuth, The Art of Computer Programming 3, 5.2.2 M) over lanes of keys.
// Must not know rows or threads. Compiled once per instruction set.
#include "host/sort_network.h"

namespace lockstep::host::LS_ISA {
namespace {

// Puts the smaller of each pair of lanes into a, the larger into b.
template <class K>
inline __attribute__((always_inline)) void exchange(K* __restrict a, K* __restrict b) {
    constexpr int lanes = kNetworkBytes / static_cast<int>(sizeof(K));
    for (int i = 0; i < lanes; ++i) {
        const K x = a[i], y = b[i];
        a[i] = x < y ? x : y;
        b[i] = x < y ? y : x;
    }
}

inline __attribute__((always_inline)) void exchange_tagged(uint64_t* __restrict a, uint64_t* __restrict b,
                                                           uint64_t* __restrict tag_a, uint64_t* __restrict tag_b) {
    constexpr int lanes = kNetworkBytes / 8;
#pragma GCC ivdep
    for (int i = 0; i < lanes; ++i) {
        const uint64_t x = a[i], y = b[i], tag_x = tag_a[i], tag_y = tag_b[i];
        // bits where the two must change places: g++ vectorises no choice between four results
        const uint64_t later = (y < x ? ~uint64_t{0} : 0) | ((x == y ? ~uint64_t{0} : 0) & (tag_y < tag_x ? ~uint64_t{0} : 0));
        const uint64_t key = (x ^ y) & later, tag = (tag_x ^ tag_y) & later;
        a[i] = x ^ key;
        b[i] = y ^ key;
        tag_a[i] = tag_x ^ tag;
        tag_b[i] = tag_y ^ tag;
    }
}

// Calls exchange(i, j), i < j < n, for the pairs of the network.
template <class Exchange>
inline __attribute__((always_inline)) void for_pairs(int64_t n, const Exchange& exchange) {
    int64_t half = 1;  // of the power of two from n on
    while (2 * half < n) half *= 2;
    for (int64_t p = half; p > 0; p /= 2)
        for (int64_t q = half, r = 0, d = p;; d = q - p, q /= 2, r = p) {
            for (int64_t base = r; base < n - d; base += 2 * p)
                for (int64_t i = base; i < base + p && i < n - d; ++i) exchange(i, i + d);
            if (q == p) break;
        }
}

template <class K>
void sort_lanes(void* data, int64_t n) {
    constexpr int64_t lanes = kNetworkBytes / static_cast<int64_t>(sizeof(K));
    K* const keys = static_cast<K*>(data);
    for_pairs(n, [=](int64_t i, int64_t j) { exchange(keys + i * lanes, keys + j * lanes); });
}

void sort_tagged(void* data, void* tag_data, int64_t n) {
    constexpr int64_t lanes = kNetworkBytes / 8;
    uint64_t *const keys = static_cast<uint64_t*>(data), *const tags = static_cast<uint64_t*>(tag_data);
    for_pairs(n, [=](int64_t i, int64_t j) {
        exchange_tagged(keys + i * lanes, keys + j * lanes, tags + i * lanes, tags + j * lanes);
    });
}

}  // namespace

extern const SortNetworks sort_networks = {sort_lanes<uint8_t>, sort_lanes<uint16_t>, sort_lanes<uint32_t>,
                                           sort_lanes<uint64_t>, sort_tagged};

}  // namespace lockstep::host::LS_ISA
