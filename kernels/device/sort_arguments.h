// What the kernels of sort and search are launched with.
// Must not know element types. Freestanding, for host and device.
#pragma once

#include "kernels/device/error.h"
#include "kernels/device/space.h"

namespace lockstep::device {

inline constexpr int kRowThreads = 256, kRowElements = 1024;  // of a block that sorts short rows

// Keys of elements, in the elements' order or in that of `order`; numbers of their rows above them where
// row_shift is not 0.
struct KeysArguments {
    int64_t count;
    const char* in;
    char* keys;
    const void* order;
    reduction::Divider<uint64_t> row;
    int row_shift;
};
// Values from sorted keys; keys may lie where the values do.
struct ValuesArguments {
    int64_t count;
    const char* keys;
    char* values;
};
struct NumbersArguments {
    int64_t count;
    void* numbers;
};
// What sorted numbers of elements stand for: either result may be null.
struct TakeArguments {
    int64_t count;
    const void* order;
    const char* in;
    char* values;
    int64_t* positions;
    reduction::Divider<uint64_t> row;
};
// Short rows: `width` (a power of two, at least 2, at most kRowElements) elements of a block's memory for
// each.
struct RowsArguments {
    int64_t rows;
    int n, width;
    const char* in;
    char* values;
    int64_t* positions;
};
struct SearchArguments {
    int64_t n, count;
    const char* sorted;
    const int64_t* sorter;
    const char* values;
    int64_t* out;
    bool right;
    ErrorWord* word;
};

}  // namespace lockstep::device
