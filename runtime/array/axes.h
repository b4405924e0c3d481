// An `axis` argument that may be None, one axis or a tuple of axes; also any other optional list of integers (`s`).
// Must not know arrays: normalising negative axes needs a dimension count and lives with its users.
#pragma once

#include "runtime/array/dims.h"

namespace lockstep {

struct Axes {
    bool given = false;  // false is Python's None; given with no axis is the empty tuple
    Dims axis;           // as the caller wrote them: negative ones count from the end

    Axes() = default;
    Axes(int64_t one) : given(true), axis{one} {}
    Axes(std::initializer_list<int64_t> many) : given(true), axis(many) {}
    explicit Axes(std::span<const int64_t> many) : given(true), axis(many) {}
};

}  // namespace lockstep
