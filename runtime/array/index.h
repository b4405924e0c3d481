// Index expressions, as geometry: integers, slices, new axes and an ellipsis select a view; arrays name axes to gather along.
// Must not know devices or elements.
#pragma once

#include <cstdint>
#include <span>

#include "runtime/array/array.h"

namespace lockstep {

struct Index {
    enum class Kind : int { integer = 0, slice = 1, new_axis = 2, ellipsis = 3, array = 4 };
    Kind kind = Kind::integer;
    bool has_start = false, has_stop = false;  // of a slice; absent ends mean Python's None
    int64_t start = 0;                         // the integer itself for Kind::integer
    int64_t stop = 0;
    int64_t step = 1;
    const Array* array = nullptr;  // of Kind::array
};

// The view a[index...], Python's slice rules, axes left over kept whole. Throws index_error (out of range, too many
// indices, two ellipses) or value_error (a step of 0).
Array index_view(const Array& a, std::span<const Index> index);
// The same into a fresh Array, which is not to be used when it throws.
void index_view(Array& view, const Array& a, std::span<const Index> index);

// An index with arrays among its items, taken apart. Axis k of `arrays` is the one that the k-th array item indexes first; an
// n-dimensional mask indexes n of them, a 0-d mask none.
struct IndexGeometry {
    Array kept;      // a view of what integers and slices leave of the other axes
    int position;    // in `kept`, where the axes of the arrays' broadcast shape go
    int arrays = 0;
    const Array* array[kMaxDims * 2];
    int axis[kMaxDims * 2];
};
void index_geometry(IndexGeometry& geometry, const Array& a, std::span<const Index> index);

}  // namespace lockstep
