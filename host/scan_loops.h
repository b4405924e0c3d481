// The CPU's passes of a scan over one row, or over a tile of columns: for every operation and type, per instruction set.
// Must not know dimensions or threads.
#pragma once

#include <cstdint>

#include "runtime/exec/scan_order.h"

namespace lockstep::host {

// How far a scan is along one row, above blocks of 256 elements: the parts folded so far in the open group of each level, and
// the prefix of the part that comes next. Values are of the carried type: the element's, or float for sums of halves.
struct ScanState {
    static constexpr int kLevels = 15;  // 256 * 16^14 elements pass 2^63
    alignas(16) char prefix[kLevels][16];
    alignas(16) char local[kLevels][16];
    int8_t parts[kLevels] = {};  // of the open group
    bool begun[kLevels] = {};    // whether there is a prefix

    ScanState() {}  // the values are unset
};

inline constexpr int64_t kScanBlock = kScanRun * kScanRun;   // elements that a block's pass takes at once
inline constexpr int64_t kScanGroup = kScanBlock * kScanRun;  // elements of an independent group: level 1 of the state

// Columns side by side, in memory of the caller's; see ScanLoop::rows.
struct ScanColumns {
    int64_t in_row, out_row, in_column, out_column;  // bytes
    int64_t rows, columns;                           // columns: at most kScanColumns
};
inline constexpr int64_t kScanColumns = 256;

struct ScanLoop {
    // n elements from an aligned place on; the state moves along.
    void (*stretch)(const char* x, int64_t x_stride, char* out, int64_t out_stride, int64_t n, ScanState* state);
    // The totals of whole groups, 16 bytes each.
    void (*totals)(const char* x, int64_t x_stride, int64_t groups, char* totals);
    // One more part of `level` is done.
    void (*push)(ScanState* state, const char* total, int level);
    // Every column scanned; scratch: 2 (levels + 1) kScanColumns values of 16 bytes, 16^levels >= rows.
    void (*rows)(const char* in, char* out, const ScanColumns& c, char* scratch);
    // accumulator = accumulator op x[0] op x[1] ..., rounded once at the end (NumPy's reduce).
    void (*fold)(const char* x, int64_t stride, int64_t n, char* accumulator);
};

// By scan_slot(op) and type; entries without a loop are null.
struct ScanTable {
    ScanLoop loop[kScanOps.count][kTypeNumbers] = {};
};
const ScanTable& scan_table();

}  // namespace lockstep::host
