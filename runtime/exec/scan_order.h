// The one order in which a scan folds, on every backend, and why.
// Must not know layouts or devices.
#pragma once

#include <cstdint>

#include "runtime/array/dtype.h"
#include "runtime/scalar/operation.h"

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

// The operations that can be scanned, in the order of the backends' tables; -1: not one of them.
inline constexpr Op kScanOps[] = {Op::add,         Op::multiply,   Op::maximum,     Op::minimum,    Op::logical_and,
                                  Op::logical_or,  Op::logical_xor, Op::bitwise_and, Op::bitwise_or, Op::bitwise_xor};
inline constexpr int kScanOpCount = 10;
constexpr int scan_slot(Op op) {
    for (int i = 0; i < kScanOpCount; ++i)
        if (kScanOps[i] == op) return i;
    return -1;
}
// Truth is scanned as bool only.
constexpr bool scans_truth(Op op) { return op == Op::logical_and || op == Op::logical_or || op == Op::logical_xor; }

}  // namespace lockstep
