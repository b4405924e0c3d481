// The CPU's solve: a batch cut over threads, or one large matrix with the library's; LAPACK, or our own
// elimination. Must not know algorithms.
#include <algorithm>
#include <atomic>
#include <bit>

#include "host/parallel.h"
#include "host/primitives.h"
#include "host/scratch_block.h"
#include "host/solve_lanes.h"
#include "host/solve_lapack.h"
#include "host/solve_own.h"
#include "host/vendor/lapack.h"
#include "runtime/array/error.h"
#include "runtime/exec/threads.h"

namespace lockstep::host {
namespace {

using scalar::complex128;

// Up to this size our own elimination of complex matrices is faster than a call of the library (real ones:
// kLaneSize).
constexpr int64_t kSmall = 16;
static_assert(kRowMajorSize <= kSmall && kRowMajorSize <= kLaneSize);
// From this size on one matrix pays for the library's threads.
constexpr int64_t kThreaded = 400;

bool have_own(Solver kind) {
    return kind == Solver::lu || kind == Solver::solve || kind == Solver::inverse || kind == Solver::cholesky;
}

template <class T>
int64_t run_own(const SolveTask& t, int64_t first, int64_t last) {
    for (int64_t i = first; i < last; ++i) {
        T* const a = matrix_of<T>(t.a, t.n * t.n, i);
        bool done = true;
        switch (t.kind) {
            case Solver::lu:
                own::lu(t.n, a, matrix_of<int64_t>(t.values, t.n, i));
                break;
            case Solver::solve:
                done = own::solve(t.n, t.k, a, matrix_of<T>(t.x, t.n * t.k, i));
                break;
            case Solver::inverse:
                done = own::inverse(t.n, a);
                break;
            default:
                done = own::cholesky(t.upper, t.n, a);
        }
        if (!done) return i;
    }
    return kSolved;
}

// Small real matrices side by side.
int64_t run_lanes(const SolveTask& t, int64_t first, int64_t last) {
    const LaneSolvers& solvers = lane_solvers();
    const int64_t n = t.n, k = t.k;
    const LaneLayout layout = t.row_major ? LaneLayout{n, 1, n * n} : LaneLayout{1, n, n * n};
    const LaneLayout x_layout = t.row_major ? LaneLayout{k, 1, n * k} : LaneLayout{1, n, n * k};
    for (int64_t i = first; i < last; i += kLaneCount) {
        const int count = static_cast<int>(std::min<int64_t>(kLaneCount, last - i)),
                  size = static_cast<int>(n);
        double* const a = matrix_of<double>(t.a, n * n, i);
        unsigned failed;
        switch (t.kind) {
            case Solver::lu:
                failed = solvers.lu(count, size, a, layout, matrix_of<int64_t>(t.values, n, i));
                break;
            case Solver::solve:
                failed = solvers.solve(count, size, k, a, layout, matrix_of<double>(t.x, n * k, i), x_layout);
                break;
            case Solver::inverse:
                failed = solvers.inverse(count, size, a, layout);
                break;
            default:
                failed = solvers.cholesky(count, t.upper, size, a, layout);
        }
        if (failed) return i + std::countr_zero(failed);
    }
    return kSolved;
}

using Run = int64_t (*)(const SolveTask&, int64_t first, int64_t last);

template <class T, class I>
Run by_lapack(Solver kind) {
    switch (kind) {
        case Solver::lu:
            return lapack_lu<T, I>;
        case Solver::solve:
            return lapack_solve<T, I>;
        case Solver::inverse:
            return lapack_inverse<T, I>;
        case Solver::cholesky:
            return lapack_cholesky<T, I>;
        case Solver::qr:
        case Solver::qr_raw:
            return lapack_qr<T, I>;
        case Solver::svd:
            return lapack_svd<T, I>;
        case Solver::eigh:
            return lapack_eigh<T, I>;
        case Solver::eig:
            return lapack_eig<T, I>;
        default:
            return lapack_lstsq<T, I>;
    }
}

// A matrix of other order in place; `room` is of its size.
template <class T>
void turn(int64_t rows, int64_t columns, T* a, T* room) {
    std::copy_n(a, rows * columns, room);
    for (int64_t i = 0; i < rows; ++i)
        for (int64_t j = 0; j < columns; ++j) a[i + j * rows] = room[i * columns + j];
}

// Row-major matrices made column-major, and back.
template <class T, Run column_major>
int64_t run_turned(const SolveTask& t, int64_t first, int64_t last) {
    const ScratchBlock room(t.n * std::max(t.n, t.k) * int64_t{sizeof(T)});
    T* const scratch = reinterpret_cast<T*>(room.data);
    const auto turn_all = [&](bool back) {
        for (int64_t i = first; i < last; ++i) {
            turn(t.n, t.n, matrix_of<T>(t.a, t.n * t.n, i), scratch);
            if (t.x && back)
                turn(t.k, t.n, matrix_of<T>(t.x, t.n * t.k, i), scratch);
            else if (t.x)
                turn(t.n, t.k, matrix_of<T>(t.x, t.n * t.k, i), scratch);
        }
    };
    turn_all(false);
    const int64_t failed = column_major(t, first, last);
    turn_all(true);
    return failed;
}

template <class T>
Run choose(const SolveTask& t) {
    if constexpr (std::is_same_v<T, double>)
        if (have_own(t.kind) && t.n <= kLaneSize) return run_lanes;
    if (t.row_major) return run_turned<T, run_own<T>>;
    if (have_own(t.kind) && (t.n <= kSmall || !vendor::lapack_loaded())) return run_own<T>;
    if (!vendor::lapack_loaded())
        fail(Status::library_missing, "a: this needs a LAPACK library: %s", vendor::lapack_report().c_str());
    if (vendor::lapack_wide()) return by_lapack<T, int64_t>(t.kind);
    if (std::max({t.m, t.n, t.k}) > INT32_MAX)
        fail(Status::not_implemented, "a: this LAPACK's sizes have 32 bits");
    return by_lapack<T, int32_t>(t.kind);
}

// About the nanoseconds of one matrix.
int64_t cost_of(const SolveTask& t) {
    const double p = static_cast<double>(std::min(t.m, t.n)), most = static_cast<double>(std::max(t.m, t.n));
    const double flops = p * p * most + p * p * static_cast<double>(t.k);
    return static_cast<int64_t>(50 + std::min(flops / 4, 1e12));
}

}  // namespace

int64_t solve(int, const SolveTask& t, Stream*) {
    if (t.type != types::float64_ && t.type != types::complex128_)
        fail(Status::internal_error, "cpu: solve of %s", t.type.name());
    const Run run = t.type == types::float64_ ? choose<double>(t) : choose<complex128>(t);
    if (t.batch < num_threads() && std::min(t.m, t.n) >= kThreaded && vendor::lapack_loaded()) {
        const vendor::LapackThreads threads(num_threads());
        return run(t, 0, t.batch);
    }
    std::atomic<int64_t> failed{INT64_MAX};
    const int64_t cost = std::min(cost_of(t), INT64_MAX / t.batch) * t.batch;
    parallel_ranges(t.batch, 1, cost, [&](int64_t first, int64_t last) {
        const int64_t here = run(t, first, last);
        if (here == kSolved) return;
        int64_t known = failed.load(std::memory_order_relaxed);
        while (here < known && !failed.compare_exchange_weak(known, here, std::memory_order_relaxed)) {
        }
    });
    return failed == INT64_MAX ? kSolved : failed.load();
}

}  // namespace lockstep::host
