// Elimination of several small real matrices side by side, one in each lane of a vector, per instruction set.
// Must not know tasks or threads.
#pragma once

#include <cstdint>

namespace lockstep::host {

inline constexpr int kLaneCount = 8;  // matrices at once
inline constexpr int kLaneSize = 16;  // rows and columns at most

// Where elements lie, in elements: of a row, of a column, of the next matrix.
struct LaneLayout {
    int64_t row, column, matrix;
};

// Each takes the first `count` of at most kLaneCount matrices of n rows, n at most kLaneSize, and returns a
// bit for each that failed: a zero pivot (lu: none is a failure), for Cholesky one that is not positive.
struct LaneSolvers {
    unsigned (*lu)(int count, int n, double* a, LaneLayout layout,
                   int64_t* pivots);  // n row numbers for each matrix
    unsigned (*solve)(int count, int n, int64_t k, double* a, LaneLayout layout, double* x,
                      LaneLayout x_layout);
    unsigned (*inverse)(int count, int n, double* a, LaneLayout layout);
    unsigned (*cholesky)(int count, bool upper, int n, double* a, LaneLayout layout);
};
const LaneSolvers& lane_solvers();

}  // namespace lockstep::host
