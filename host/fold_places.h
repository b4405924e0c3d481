// Folding values into computed places, one after the other: array = op(array, value).
// Must not know how places are computed.
#pragma once

#include "host/places.h"

namespace lockstep::host {

// The bytes of offsets that a call works on; it leaves other places alone.
struct Share {
    int64_t low = INT64_MIN, high = INT64_MAX;
    bool has(int64_t offset) const { return offset >= low && offset < high; }
};

using FoldLoop = void (*)(const Stretch&, Share);
// For the cheap operations of two inputs; null for the others.
FoldLoop fold_loop(Op op, DType type);

}  // namespace lockstep::host
