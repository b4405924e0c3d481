// What the kernels of scans are launched with.
// Must not know element types. Freestanding, for host and device.
#pragma once

#include "runtime/scalar/config.h"

namespace lockstep::device {

inline constexpr int kScanGroupThreads = 256;                     // a thread takes a run of 16 elements,
inline constexpr int kScanGroupElements = 16 * kScanGroupThreads;  // a block an aligned group of 16^3
inline constexpr int kScanDims = 64;

struct ScanArguments {
    int64_t n, groups, rows;  // of a row: elements, groups; how many rows
    const char* in;
    char* out;
    int64_t in_stride, out_stride;  // bytes, along a row
    int ndim;                       // of the rows, outermost first
    int64_t shape[kScanDims], in_strides[kScanDims], out_strides[kScanDims];
    char* totals;          // where groups' totals go instead of results; null: results
    const char* prefixes;  // of each row's groups, that of a row's first one is not read; null where a row is one group
    bool exclusive;        // what stands before each element, for which 0 has nothing
};

}  // namespace lockstep::device
