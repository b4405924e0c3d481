// Systems of equations and factorisations of stacked matrices.
// Must not know any particular backend, nor NumPy's functions.
#pragma once

#include <span>

#include "runtime/array/array.h"
#include "runtime/exec/backend.h"

namespace lockstep {

struct SolveCall {
    Solver kind;
    bool vectors = false;  // of svd, eigh and eig; of qr: q, too
    bool full = false, upper = false;
    double rcond = 0;
};

// What the solver gives, by the names of SolveTask: matrices of shape (..., rows, columns), column-major
// within, and vectors of shape (..., length). Those that the call did not ask for have no storage.
struct Solved {
    Array a, x, y, values;
    int64_t failed =
        kSolved;  // the number of the first matrix of the stack that has no solution: then all are undefined
};

// Matrices `a` (..., m, n), cast to float64 or complex128 (`type`), and right-hand sides `b` (..., m, k)
// where the kind has them; layouts are any, the stacks broadcast, sizes may be 0. Waits for the device.
Solved run_solve(const SolveCall& call, DType type, const Array& a, const Array* b = nullptr);

}  // namespace lockstep
