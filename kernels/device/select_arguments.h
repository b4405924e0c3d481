// What the kernels of select are launched with.
// Must not know element types. Freestanding, for host and device.
#pragma once

#include "kernels/device/space.h"

namespace lockstep::device {

inline constexpr int kSelectRounds = 8, kSelectTile = kIndexThreads * kSelectRounds;  // elements of a block
inline constexpr int kScanThreads = 1024, kScanEach = 8;

// Operands of the space: mask, array. Blocks count the true elements of their tiles into `tiles`; a single
// block turns these into how many there are before each tile; then blocks write.
template <class Index, int dims>
struct SelectArguments {
    Space<Index, 2, dims> space;
    const char* mask;
    bool packed_mask;  // at multiples of 8 bytes: read 8 at a time
    unsigned long long* tiles;
    unsigned long long* total;  // where set, counts are added here instead
    char* array;
    char* packed;
    int64_t packed_stride;
    int units;      // an element is this many units of the kernel's type
    int64_t count;  // positions: elements of a column
};

struct ScanTilesArguments {
    unsigned long long* tiles;
    int64_t count;
};

}  // namespace lockstep::device
