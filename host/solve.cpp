// The CPU's solve: a batch cut over threads, or one large matrix with the library's; LAPACK, or our own
// elimination. Must not know algorithms.
#include <atomic>

#include "host/parallel.h"
#include "host/primitives.h"
#include "host/solve_lapack.h"
#include "host/solve_own.h"
#include "host/vendor/lapack.h"
#include "runtime/array/error.h"
#include "runtime/exec/threads.h"

namespace lockstep::host {
namespace {

using scalar::complex128;

// Up to this size our own elimination is faster than a call of the library.
constexpr int64_t kSmall = 8;
// From this size on one matrix pays for the library's threads.
constexpr int64_t kThreaded = 200;

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

template <class T>
Run choose(const SolveTask& t) {
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
