// Many short rows sorted side by side, one per lane of vectors.
// Must not know element types: only widths of unsigned keys.
#pragma once

#include <cstdint>

namespace lockstep::host {

inline constexpr int64_t kNetworkBytes = 128;  // of the lanes: key i of row r is at i * kNetworkBytes + r * width
inline constexpr int64_t kNetworkLongest = 256;
inline constexpr int64_t kTaggedLongest = 128;

// n keys of each of kNetworkBytes / width rows.
struct SortNetworks {
    void (*sort8)(void* keys, int64_t n);
    void (*sort16)(void* keys, int64_t n);
    void (*sort32)(void* keys, int64_t n);
    void (*sort64)(void* keys, int64_t n);
    // Pairs by key, then by tag; the tags lie like the keys.
    void (*sort64_tagged)(void* keys, void* tags, int64_t n);
};

namespace v2 {
extern const SortNetworks sort_networks;
}
namespace v3 {
extern const SortNetworks sort_networks;
}
namespace v4 {
extern const SortNetworks sort_networks;
}
namespace plain {
extern const SortNetworks sort_networks;
}

}  // namespace lockstep::host
