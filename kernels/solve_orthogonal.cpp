// QR factorisations, and least squares by one of them and the singular values of r.
// Must not know tasks' arrays.
#include <algorithm>
#include <cfloat>

#include "kernels/device/solve_arguments.h"
#include "kernels/index_space.h"
#include "kernels/region.h"
#include "kernels/solve_call.h"
#include "kernels/source/solve_source.h"
#include "kernels/transfer.h"
#include "kernels/vendor/cublas_call.h"

namespace lockstep::cuda {
namespace {

int narrow(int64_t n) {
    if (n > INT32_MAX) fail(Status::internal_error, "cuda: cuSOLVER takes fewer than 2^31 rows, got %lld", static_cast<long long>(n));
    return static_cast<int>(n);
}

// q[m,columns] of every matrix from reflectors in a[m,n].
void form_q(const SolveCall& call, const char* tau, char* q, int64_t columns) {
    const int64_t m = call.t.m, n = call.t.n, p = std::min(m, n);
    if (call.batched(std::max(m, n))) {
        const device::ReflectorArguments a{columns * call.t.batch, divider<uint64_t>(columns), m, p, call.t.a, tau, m * n, q};
        return call.launch({'T', 0, 'q'}, reflectors_source, a.count, &a);
    }
    call.copy(call.t.a, m, m * n, q, m, m * columns, m, p, call.t.batch);
    const int rows = narrow(m), width = static_cast<int>(columns), reflectors = static_cast<int>(p);
    int elements = 0;
    call.solver.run("cusolverDnOrgqr_bufferSize", [&] {
        return call.api.orgqr_elements[call.complex](call.handle(), rows, width, reflectors, q, rows, tau, &elements);
    });
    const Workspace work(call.ordinal, elements * call.item, call.stream);
    for (int64_t i = 0; i < call.t.batch; ++i)
        call.solver.run("cusolverDnOrgqr", [&] {
            return call.api.orgqr[call.complex](call.handle(), rows, width, reflectors, call.matrix(q, i, m * columns), rows,
                                                tau + i * p * call.item, work.data(), elements, call.info(i));
        });
}

// x[m,k] = q^H x, of the first matrix's reflectors.
void apply_q(const SolveCall& call, const char* a, const char* tau, char* x) {
    const int m = narrow(call.t.m), n = static_cast<int>(call.t.n), k = narrow(call.t.k);
    const Cusolver::Transposed turned = call.complex ? Cusolver::Transposed::conjugate : Cusolver::Transposed::yes;
    int elements = 0;
    call.solver.run("cusolverDnOrmqr_bufferSize", [&] {
        return call.api.ormqr_elements[call.complex](call.handle(), Cusolver::Side::left, turned, m, k, n, a, m, tau, x, m,
                                                     &elements);
    });
    const Workspace work(call.ordinal, elements * call.item, call.stream);
    call.solver.run("cusolverDnOrmqr", [&] {
        return call.api.ormqr[call.complex](call.handle(), Cusolver::Side::left, turned, m, k, n, a, m, tau, x, m, work.data(),
                                            elements, call.info());
    });
}

// 1 / s of the singular values that count, as elements of the task's type, and how many these are.
int64_t inverse_values(const SolveCall& call, const char* s, int64_t p, std::vector<double>& inverse) {
    std::vector<double> values(static_cast<size_t>(p));
    to_host(call.ordinal, values.data(), s, p * 8, call.stream);
    const size_t step = call.complex ? 2 : 1;
    inverse.assign(values.size() * step, 0.0);
    const double limit = (call.t.rcond < 0 ? DBL_EPSILON : call.t.rcond) * values[0];
    int64_t rank = 0;
    for (size_t i = 0; i < values.size(); ++i) {
        if (!(values[i] > limit)) continue;
        inverse[i * step] = 1 / values[i];
        ++rank;
    }
    return rank;
}

}  // namespace

void factor_reflectors(const SolveCall& call, char* a, char* tau) {
    const int64_t m = call.t.m, n = call.t.n, p = std::min(m, n);
    if (call.batched(std::max(m, n))) {
        const Addresses matrices(call, a, m * n), factors(call, tau, p);
        const CublasCall blas(call.ordinal, true, call.stream);
        int wrong = 0;
        return CublasCall::check(
            cublas().geqrf_batched[call.complex](blas.handle(), static_cast<int>(m), static_cast<int>(n), matrices.data(),
                                                 static_cast<int>(m), factors.data(), &wrong, static_cast<int>(call.t.batch)),
            "cublasGeqrfBatched");
    }
    for (int64_t i = 0; i < call.t.batch; ++i) {
        char *const matrix = call.matrix(a, i, m * n), *const factors = tau + i * p * call.item;
        SolveRoom room(call, "cusolverDnXgeqrf_bufferSize", [&](size_t* device, size_t* host) {
            return call.api.geqrf_bytes(call.handle(), call.parameters(), m, n, call.type, matrix, m, call.type, factors, call.type,
                                        device, host);
        });
        call.solver.run("cusolverDnXgeqrf", [&] {
            return call.api.geqrf(call.handle(), call.parameters(), m, n, call.type, matrix, m, call.type, factors, call.type,
                                  room.device(), room.device_bytes, room.host(), room.host_bytes, call.info(i));
        });
        room.settle();
    }
}

void factor_qr(const SolveCall& call) {
    const SolveTask& t = call.t;
    const int64_t m = t.m, n = t.n, p = std::min(m, n), kept = t.full ? m : p;
    const Workspace tau(call.ordinal, p * t.batch * call.item, call.stream);
    factor_reflectors(call, t.a, tau.data());
    call.keep_triangle(t.a, m, m * n, t.y, kept, n, true);
    if (t.x) form_q(call, tau.data(), t.x, kept);
}

void factor_qr_raw(const SolveCall& call) { factor_reflectors(call, call.t.a, call.t.values); }

// One matrix: a = u s vh, solution = vh^H (u^H b / s). A tall one is reduced to its r first: u^H b is then in x already but
// for r's own u, and the rows below the solution are what least squares leaves over.
void least_squares(const SolveCall& call) {
    const SolveTask& t = call.t;
    const int64_t m = t.m, n = t.n, k = t.k, p = std::min(m, n), leading = std::max(m, n), item = call.item;
    const Workspace u(call.ordinal, p * p * item, call.stream), vh(call.ordinal, p * n * item, call.stream);
    if (m >= n) {
        const Workspace tau(call.ordinal, p * item, call.stream), r(call.ordinal, n * n * item, call.stream);
        factor_reflectors(call, t.a, tau.data());
        apply_q(call, t.a, tau.data(), t.x);
        call.keep_triangle(t.a, m, m * n, r.data(), n, n, true);
        decompose(call, r.data(), n, n, false, t.values, u.data(), vh.data(), call.info());
    } else {
        decompose(call, t.a, m, n, false, t.values, u.data(), vh.data(), call.info());
    }
    std::vector<double> inverse;
    const int64_t rank = inverse_values(call, t.values, p, inverse);
    to_device(call.ordinal, t.y, &rank, 8, call.stream);

    const Workspace b(call.ordinal, p * k * item, call.stream), c(call.ordinal, p * k * item, call.stream);
    const Workspace solution(call.ordinal, n * k * item, call.stream), scale(call.ordinal, p * item, call.stream);
    to_device(call.ordinal, scale.data(), inverse.data(), p * item, call.stream);
    call.copy(t.x, leading, 0, b.data(), p, 0, p, k, 1);
    call.multiply_adjoint(u.data(), b.data(), c.data(), p, k, p);
    const int64_t shape[] = {k, p}, strides[] = {p * item, item}, along[] = {0, item};
    const Array products = region(c.data(), t.type, shape, strides);
    multiply_regions(call.ordinal, products, region(scale.data(), t.type, shape, along), products, call.stream);
    call.multiply_adjoint(vh.data(), c.data(), solution.data(), n, k, p);
    call.copy(solution.data(), n, 0, t.x, leading, 0, n, k, 1);
}

}  // namespace lockstep::cuda
