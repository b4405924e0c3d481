// How large the tiles of turned operands are, and how their rows lie in shared memory.
// Must not know operations. Freestanding: host code sizes grids by what device code walks.
#pragma once

#include "runtime/scalar/config.h"

namespace lockstep::device {

// By the widest turned element: about 8 KB per tile.
struct TileShape {
    int inner, across;
};
LS_SCALAR constexpr TileShape tile_shape(int itemsize) {
    return itemsize <= 2 ? TileShape{64, 64} : itemsize == 4 ? TileShape{64, 32} : TileShape{32, 32};
}
LS_SCALAR constexpr int tile_pitch(int itemsize, int across) {
    return across + (itemsize < 4 ? 4 / itemsize : 1);
}

}  // namespace lockstep::device
