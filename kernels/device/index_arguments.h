// What the kernels of gather and scatter are launched with.
// Must not know element types. Freestanding, for host and device.
#pragma once

#include "kernels/device/error.h"
#include "kernels/device/space.h"

namespace lockstep::device {

// One indexed axis: where its indices are, and what they are held against.
struct IndexedAxis {
    const char* data;
    int64_t size, stride;  // elements of the axis; what an index is multiplied with
    int axis;
};
enum class IndexMode : int { raise, wrap, clip };  // OutOfRange of runtime/exec/backend.h

// What is wrong with an index: noted for the host, and for the kernels that come after this one.
struct IndexErrors {
    ErrorWord* word;
    unsigned* bad;  // in device memory, 0 where all is well; null where nothing comes after
    unsigned op;
};

// Elements at computed places. Operands of the space: array, values, indices.
template <class Index, int indices, int dims>
struct GatherArguments {
    Space<Index, 2 + indices, dims> space;
    const char* array;
    char* values;
    IndexedAxis index[indices];
    IndexMode mode;
    IndexErrors errors;
};

// Places of a space as numbers: operands are the numbers themselves (a stride is what a step adds), then
// indices.
template <class Index, int indices, int dims>
struct PlacesArguments {
    Space<Index, 1 + indices, dims> space;
    int64_t* places;  // packed
    int64_t first;    // what is added to every place
    bool again;       // adds to what is there
    IndexedAxis index[indices];
    IndexMode mode;
    IndexErrors errors;
};

// Which of several values for one place is the last. Dense: `last` has an entry for each place. Hashed:
// places find theirs by `keys` (0: free, else the place + 1), of which there are `mask` + 1, twice as many as
// places at least.
struct LastTable {
    void* last;  // the position in the space + 1, 32 or 64 bits wide
    unsigned long long* keys;
    uint64_t mask;
};
struct ClaimArguments {
    int64_t count;
    const int64_t* places;
    LastTable table;
    const unsigned* bad;
};

// Values to places. Operands of the space: array (without the places' share), values, the number of the
// place.
template <class Index, int dims>
struct ScatterArguments {
    Space<Index, 3, dims> space;
    char* array;
    const char* values;
    const int64_t* places;
    int64_t unit, first;  // bytes between places; what was added to every place
    bool claimed;         // else all places are known to be distinct
    LastTable table;
    const unsigned* bad;
    // folds of sorted places: a thread has the run of equal places that begins at its own
    const void* order;  // the numbers of the places, sorted by place; 32 or 64 bits wide
    int64_t count;      // of places
    reduction::Divider<Index> inner;
};

}  // namespace lockstep::device
