// Where the elements of an IndexTask lie: stretches of the space, with a byte offset for every item.
// Must not know element types: an item is one element, or a run of elements that no index takes apart.
#pragma once

#include <cstdint>

#include "runtime/array/dims.h"
#include "runtime/exec/backend.h"

namespace lockstep::host {

// The task's space with packed runs folded into the item. Points into the task.
struct Places {
    // Throws index_error for the first index out of range. `folding` allows items of several elements.
    Places(const IndexTask& task, bool folding);

    const IndexTask& task;
    int ndim;
    int64_t item;  // bytes
    int64_t size;  // items in all
    bool plain = true;  // every index is in 0 .. size - 1
    int64_t shape[kMaxDims];
    int64_t array_strides[kMaxDims], value_strides[kMaxDims];
    const int64_t* index_strides[kMaxDims];  // by index
};

// A stretch of items within one row of the space.
struct Stretch {
    char* array;            // item i is at array + offset[i]
    const int64_t* offset;
    char* values;  // item i is at values + i * value_stride
    int64_t value_stride;
    int64_t count;
};

inline constexpr int64_t kStretch = 1024;

// Visits the items begin .. end - 1 in C order.
class PlaceWalk {
  public:
    PlaceWalk(const Places& places, int64_t begin, int64_t end);
    bool next(Stretch& stretch);

  private:
    void offsets(int64_t count, int64_t* out);
    void advance(int64_t count);

    const Places& p_;
    int64_t left_;
    int64_t at_[kMaxDims];
    char *array_, *values_;
    const char* index_[kMaxDims];
    // what offset_ was made from: a row that repeats its indices keeps it
    const char* made_[kMaxDims] = {};
    int64_t made_count_ = 0;
    int64_t offset_[kStretch];
};

}  // namespace lockstep::host
