// The one order in which a scan folds, on every backend, and why.
// Must not know layouts or devices.
#pragma once

#include <cstdint>

#include "runtime/exec/program.h"

namespace lockstep {

// With R = kScanRun, elements form runs of R, runs form groups of R^2, R^3, ... elements, all aligned at multiples of their size:
//   1. every run is folded from left to right: local[i] = x[first of the run] op ... op x[i];
//   2. the total of a run is its last local result, of a larger group the fold, from left to right, of its R parts' totals;
//   3. the prefix of a part is its group's prefix op the fold, from left to right, of the totals of the parts before it; of
//      a group's first part it is the group's prefix itself. The largest group has no prefix, nor has what begins at element 0;
//   4. the result is the prefix of the run op local[i], where there is no prefix local[i]: -0 stays.
// So a result does not depend on how many elements follow it; a chain has at most 2 (R - 1) steps per level, and there are
// log_R(n) levels: 150 roundings behind each other at worst for 10^7 elements, where NumPy has 10^7. An aligned group needs
// one value of all that is before it, which is what threads and blocks of a GPU take.
//
// Sums of float16 and bfloat16 are carried in float32 and rounded once per element (NumPy rounds at every step).
inline constexpr int64_t kScanRun = 16;

// Products of inexact numbers are taken from left to right, NumPy's bits: a tree's parts overflow and underflow where the
// product does not, and 0 * inf would make NaN of NumPy's 0.
constexpr bool scans_in_sequence(Op op, DType type) { return op == Op::multiply && type.is_inexact(); }

// The operations that can be scanned: those of two inputs that have an identity, and the extrema.
constexpr bool has_scan(Op op) {
    const OpRow& row = row_of(op);
    return row.inputs == 2 && (row.identity != Identity::none || op == Op::maximum || op == Op::minimum);
}
// Their number in the backends' tables, -1 for others; and back.
constexpr int scan_slot(Op op) {
    if (!has_scan(op)) return -1;
    int slot = 0;
    for (int i = 1; i < static_cast<int>(op); ++i) slot += has_scan(static_cast<Op>(i));
    return slot;
}
inline constexpr struct ScanOps {
    int count = 0;
    Op op[kOps] = {};
    constexpr ScanOps() {
        for (int i = 1; i < kOps; ++i)
            if (has_scan(static_cast<Op>(i))) op[count++] = static_cast<Op>(i);
    }
} kScanOps;
// Truth is scanned as bool only.
constexpr bool scans_truth(Op op) { return row_of(op).rule == Rule::boolean; }

}  // namespace lockstep
