// LU and Cholesky factorisations and the systems solved by them: many small matrices by cuBLAS, others one by one.
// Must not know tasks' arrays.
#include "kernels/region.h"
#include "kernels/solve_call.h"
#include "kernels/vendor/cublas_call.h"

namespace lockstep::cuda {
namespace {

// P L U of every a[n,n]. Rows swapped, counted from 1: of 32 bits from cuBLAS, of 64 from cuSOLVER.
struct Factored {
    const SolveCall& call;
    int64_t n;
    bool small;
    Workspace pivots;

    // `columns`: of the right-hand sides to come.
    Factored(const SolveCall& c, int64_t columns)
        : call(c), n(c.t.n), small(c.batched(n) && columns <= INT32_MAX), pivots(c.ordinal, n * c.t.batch * (small ? 4 : 8), c.stream) {
        if (small) by_batch();
        else one_by_one();
    }
    int64_t* wide(int64_t matrix) const { return reinterpret_cast<int64_t*>(pivots.data()) + matrix * n; }
    int* narrow() const { return reinterpret_cast<int*>(pivots.data()); }
    DType pivot_type() const { return small ? types::int32_ : types::int64_; }

    // b[n,columns] of every matrix becomes x of a x = b.
    void solve(char* b, int64_t columns) const {
        const int size = static_cast<int>(n);
        if (small) {
            const Addresses matrices(call, call.t.a, n * n), sides(call, b, n * columns);
            const CublasCall blas(call.ordinal, true, call.stream);
            int wrong = 0;
            CublasCall::check(cublas().getrs_batched[call.complex](
                                  blas.handle(), Cublas::Transposed::no, size, static_cast<int>(columns), matrices.data(), size,
                                  narrow(), sides.data(), size, &wrong, static_cast<int>(call.t.batch)),
                              "cublasGetrsBatched");
            return;
        }
        const Workspace unread(call.ordinal, 4, call.stream);  // getrs reports its arguments alone
        for (int64_t i = 0; i < call.t.batch; ++i)
            call.solver.run("cusolverDnXgetrs", [&] {
                return call.api.getrs(call.handle(), call.parameters(), Cusolver::Transposed::no, n, columns, call.type,
                                      call.matrix(call.t.a, i, n * n), n, wide(i), call.type, call.matrix(b, i, n * columns), n,
                                      reinterpret_cast<int*>(unread.data()));
            });
    }

  private:
    void by_batch() const {
        const Addresses matrices(call, call.t.a, n * n);
        const CublasCall blas(call.ordinal, true, call.stream);
        CublasCall::check(cublas().getrf_batched[call.complex](blas.handle(), static_cast<int>(n), matrices.data(),
                                                               static_cast<int>(n), narrow(), call.info(),
                                                               static_cast<int>(call.t.batch)),
                          "cublasGetrfBatched");
    }
    void one_by_one() const {
        const Cusolver& api = call.api;
        for (int64_t i = 0; i < call.t.batch; ++i) {
            char* const a = call.matrix(call.t.a, i, n * n);
            SolveRoom room(call, "cusolverDnXgetrf_bufferSize", [&](size_t* device, size_t* host) {
                return api.getrf_bytes(call.handle(), call.parameters(), n, n, call.type, a, n, call.type, device, host);
            });
            call.solver.run("cusolverDnXgetrf", [&] {
                return api.getrf(call.handle(), call.parameters(), n, n, call.type, a, n, wide(i), call.type, room.device(),
                                 room.device_bytes, room.host(), room.host_bytes, call.info(i));
            });
            room.settle();
        }
    }
};

}  // namespace

void factor_lu(const SolveCall& call) {
    const Factored factored(call, 0);
    const int64_t count[] = {call.t.n * call.t.batch}, minus_one = -1;
    const int64_t from[] = {factored.pivot_type().itemsize()}, to[] = {8};
    add_constant(call.ordinal, region(factored.pivots.data(), factored.pivot_type(), count, from),
                 constant(&minus_one, types::int64_), region(call.t.values, types::int64_, count, to), call.stream);
}

void solve_systems(const SolveCall& call) { Factored(call, call.t.k).solve(call.t.x, call.t.k); }

void invert(const SolveCall& call) {
    const int64_t n = call.t.n, elements = n * n * call.t.batch;
    const Factored factored(call, n);
    const Workspace inverse(call.ordinal, elements * call.item, call.stream);
    call.identity(inverse.data(), n, call.t.batch);
    factored.solve(inverse.data(), n);
    check(cudaMemcpyAsync(call.t.a, inverse.data(), static_cast<size_t>(elements * call.item), cudaMemcpyDeviceToDevice,
                          queue_of(call.stream)),
          "cudaMemcpyAsync");
}

void factor_cholesky(const SolveCall& call) {
    const int64_t n = call.t.n;
    const Cusolver& api = call.api;
    if (call.batched(n)) {
        const Addresses matrices(call, call.t.a, n * n);
        call.solver.run("cusolverDnPotrfBatched", [&] {
            return api.potrf_batched[call.complex](call.handle(), call.triangle(), static_cast<int>(n), matrices.data(),
                                                   static_cast<int>(n), call.info(), static_cast<int>(call.t.batch));
        });
    } else {
        for (int64_t i = 0; i < call.t.batch; ++i) {
            char* const a = call.matrix(call.t.a, i, n * n);
            SolveRoom room(call, "cusolverDnXpotrf_bufferSize", [&](size_t* device, size_t* host) {
                return api.potrf_bytes(call.handle(), call.parameters(), call.triangle(), n, call.type, a, n, call.type, device,
                                       host);
            });
            call.solver.run("cusolverDnXpotrf", [&] {
                return api.potrf(call.handle(), call.parameters(), call.triangle(), n, call.type, a, n, call.type, room.device(),
                                 room.device_bytes, room.host(), room.host_bytes, call.info(i));
            });
            room.settle();
        }
    }
    call.keep_triangle(call.t.a, n, n * n, call.t.a, n, n, call.t.upper);
}

}  // namespace lockstep::cuda
