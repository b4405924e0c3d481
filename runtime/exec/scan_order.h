// The one order in which a scan folds, on every backend, and why.
// Must not know layouts, operations or devices.
#pragma once

#include <cstdint>

namespace lockstep {

// scan(x[0..n)) with runs of R = kScanRun elements:
//   1. every run is folded from left to right: local[R * j + i] = x[R * j] op ... op x[R * j + i];
//   2. the runs' last local results, but for the last run's, are a shorter row, scanned by this same rule: total[j];
//   3. the first run's results are its local ones; those of run j > 0 are total[j - 1] op local[R * j + i].
// So any element is a chain of at most R - 1 steps per level and one step between levels, and there are log_R(n) levels:
// 16 * 6 roundings behind each other for 10^7 elements where NumPy has 10^7. Groups of R, R^2, R^3 ... elements are independent
// up to their totals, which is what threads and blocks take. Nothing is added to the first run, so that -0 stays.
inline constexpr int64_t kScanRun = 16;

}  // namespace lockstep
