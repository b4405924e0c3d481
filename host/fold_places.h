// Folding values into computed places, one after the other: array = op(array, value).
// Must not know how places are computed.
#pragma once

#include "host/places.h"

namespace lockstep::host {

using FoldLoop = void (*)(const Stretch&);
// For the cheap operations of two inputs; null for the others.
FoldLoop fold_loop(Op op, DType type);

// Many integers added into fewer places. False, and nothing done, where it does not apply, or an index is out of range.
bool tally(const IndexTask& task);
bool add_line(const IndexTask& task);  // the same, one after the other, of floats and of what tally refuses

}  // namespace lockstep::host
