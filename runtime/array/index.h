// Basic indexing: integers, slices, new axes and an ellipsis select a view.
// Must not know devices; fancy indexing is not a view and lives elsewhere.
#pragma once

#include <cstdint>
#include <span>

#include "runtime/array/array.h"

namespace lockstep {

struct Index {
    enum class Kind : int { integer = 0, slice = 1, new_axis = 2, ellipsis = 3 };
    Kind kind = Kind::integer;
    bool has_start = false, has_stop = false;  // of a slice; absent ends mean Python's None
    int64_t start = 0;                         // the integer itself for Kind::integer
    int64_t stop = 0;
    int64_t step = 1;
};

// The view a[index...], Python's slice rules, axes left over kept whole. Throws index_error (out of range, too many
// indices, two ellipses) or value_error (a step of 0).
Array index_view(const Array& a, std::span<const Index> index);

}  // namespace lockstep
