// Which part computes a task of solve.
// Must not know how.
#include "kernels/solve.h"

#include <algorithm>

#include "kernels/solve_call.h"

namespace lockstep::cuda {
namespace {

// Least squares wait for singular values in the midst of each matrix.
int64_t solve_one_by_one(int ordinal, const SolveTask& task, Stream* stream) {
    const int64_t item = task.type.itemsize(), p = std::min(task.m, task.n);
    for (int64_t i = 0; i < task.batch; ++i) {
        SolveTask one = task;
        one.batch = 1;
        one.a += i * task.m * task.n * item;
        one.x += i * std::max(task.m, task.n) * task.k * item;
        one.values += i * p * types::float64_.itemsize();
        one.y += i * types::int64_.itemsize();
        if (solve(ordinal, one, stream) != kSolved) return i;
    }
    return kSolved;
}

}  // namespace

int64_t solve(int ordinal, const SolveTask& task, Stream* stream) {
    if (task.kind == Solver::lstsq && task.batch > 1) return solve_one_by_one(ordinal, task, stream);
    const SolveCall call(ordinal, task, stream);
    switch (task.kind) {
        case Solver::lu:
            factor_lu(call);
            call.first_failed();
            return kSolved;  // singular is no failure
        case Solver::solve: solve_systems(call); break;
        case Solver::inverse: invert(call); break;
        case Solver::cholesky: factor_cholesky(call); break;
        case Solver::qr: factor_qr(call); break;
        case Solver::qr_raw: factor_qr_raw(call); break;
        case Solver::svd: find_singular_values(call); break;
        case Solver::eigh: find_hermitian_eigenvalues(call); break;
        case Solver::eig: find_eigenvalues(call); break;
        case Solver::lstsq: least_squares(call); break;
    }
    return call.first_failed();
}

}  // namespace lockstep::cuda
