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

template <class K>
void sort_lanes(void* data, int64_t n) {
    constexpr int64_t lanes = kNetworkBytes / static_cast<int64_t>(sizeof(K));
    K* const keys = static_cast<K*>(data);
    int64_t half = 1;  // of the power of two from n on
    while (2 * half < n) half *= 2;
    for (int64_t p = half; p > 0; p /= 2)
        for (int64_t q = half, r = 0, d = p;; d = q - p, q /= 2, r = p) {
            for (int64_t base = r; base < n - d; base += 2 * p)
                for (int64_t i = base; i < base + p && i < n - d; ++i) exchange(keys + i * lanes, keys + (i + d) * lanes);
            if (q == p) break;
        }
}

}  // namespace

extern const SortNetworks sort_networks = {sort_lanes<uint8_t>, sort_lanes<uint16_t>, sort_lanes<uint32_t>,
                                           sort_lanes<uint64_t>};

}  // namespace lockstep::host::LS_ISA
