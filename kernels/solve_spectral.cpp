// Singular values and eigenvalues, with vectors or without.
// Must not know tasks' arrays.
#include <algorithm>

#include "kernels/device/solve_arguments.h"
#include "kernels/index_space.h"
#include "kernels/solve_call.h"
#include "kernels/source/solve_source.h"

namespace lockstep::cuda {
namespace {

constexpr int64_t kJacobiMatrix = 32;  // rows and columns that gesvdjBatched takes

Cusolver::Vectors vectors_if(bool wanted) { return wanted ? Cusolver::Vectors::yes : Cusolver::Vectors::no; }

// gesvd as it is: m >= n.
void decompose_tall(const SolveCall& call, char* a, int64_t m, int64_t n, bool full, char* s, char* u, char* vh, int* info) {
    const signed char job = !u ? 'N' : full ? 'A' : 'S';
    const Cusolver::Type type = call.type, real = call.real_type;
    SolveRoom room(call, "cusolverDnXgesvd_bufferSize", [&](size_t* device, size_t* host) {
        return call.api.gesvd_bytes(call.handle(), call.parameters(), job, job, m, n, type, a, m, real, s, type, u, m, type, vh, n,
                                    type, device, host);
    });
    call.solver.run("cusolverDnXgesvd", [&] {
        return call.api.gesvd(call.handle(), call.parameters(), job, job, m, n, type, a, m, real, s, type, u, m, type, vh, n, type,
                              room.device(), room.device_bytes, room.host(), room.host_bytes, info);
    });
    room.settle();
}

// Many small ones by Jacobi's method, which gives v and all columns of u and v.
void decompose_batch(const SolveCall& call) {
    const SolveTask& t = call.t;
    const int m = static_cast<int>(t.m), n = static_cast<int>(t.n), batch = static_cast<int>(t.batch);
    const int64_t p = std::min(t.m, t.n), u_columns = t.full ? t.m : p, v_columns = t.full ? t.n : p;
    const Cusolver::Vectors vectors = vectors_if(t.x != nullptr);
    const Workspace u(call.ordinal, t.m * t.m * t.batch * call.item, call.stream);
    const Workspace v(call.ordinal, t.n * t.n * t.batch * call.item, call.stream);
    const Cusolver::Jacobi jacobi = call.solver.handles().jacobi;
    int elements = 0;
    call.solver.run("cusolverDnGesvdjBatched_bufferSize", [&] {
        return call.api.gesvdj_batched_elements[call.complex](call.handle(), vectors, m, n, t.a, m, t.values, u.data(), m, v.data(),
                                                              n, &elements, jacobi, batch);
    });
    const Workspace work(call.ordinal, elements * call.item, call.stream);
    call.solver.run("cusolverDnGesvdjBatched", [&] {
        return call.api.gesvdj_batched[call.complex](call.handle(), vectors, m, n, t.a, m, t.values, u.data(), m, v.data(), n,
                                                     work.data(), elements, call.info(), jacobi, batch);
    });
    if (!t.x) return;
    call.copy(u.data(), m, t.m * t.m, t.x, m, t.m * u_columns, m, u_columns, batch);
    call.adjoint(v.data(), n, v_columns, n, t.n * t.n, t.y, batch);
}

void find_eigenvalues_of(const SolveCall& call, int64_t matrix) {
    const SolveTask& t = call.t;
    const int64_t n = t.n;
    const Cusolver::Vectors vectors = vectors_if(t.vectors);
    const Workspace pairs(call.ordinal, t.vectors && !call.complex ? n * n * call.item : 1, call.stream);
    char *const a = call.matrix(t.a, matrix, n * n), *const values = t.values + matrix * n * 16;
    char* const x = t.vectors ? t.x + matrix * n * n * 16 : nullptr;
    char* const vr = !t.vectors || call.complex ? x : pairs.data();
    const Cusolver::Type type = call.type, w_type = call.complex_type;
    SolveRoom room(call, "cusolverDnXgeev_bufferSize", [&](size_t* device, size_t* host) {
        return call.api.geev_bytes(call.handle(), call.parameters(), Cusolver::Vectors::no, vectors, n, type, a, n, w_type, values,
                                   type, nullptr, n, type, vr, n, type, device, host);
    });
    call.solver.run("cusolverDnXgeev", [&] {
        return call.api.geev(call.handle(), call.parameters(), Cusolver::Vectors::no, vectors, n, type, a, n, w_type, values, type,
                             nullptr, n, type, vr, n, type, room.device(), room.device_bytes, room.host(), room.host_bytes,
                             call.info(matrix));
    });
    room.settle();
    if (!t.vectors || call.complex) return;
    const device::PairArguments pair{n * n, divider<uint64_t>(n), values, pairs.data(), x};
    call.launch({'T', 0, 'p'}, [](DType) { return pairs_source(); }, pair.count, &pair);
}

}  // namespace

// Of a wide matrix the adjoint is decomposed: a = (v' s u'^H)^H.
void decompose(const SolveCall& call, char* a, int64_t m, int64_t n, bool full, char* s, char* u, char* vh, int* info) {
    if (m >= n) return decompose_tall(call, a, m, n, full, s, u, vh, info);
    const int64_t columns = full ? n : m;  // of u'
    const Workspace turned(call.ordinal, m * n * call.item, call.stream);
    call.adjoint(a, m, n, m, 0, turned.data(), 1);
    if (!u) return decompose_tall(call, turned.data(), n, m, full, s, nullptr, nullptr, info);
    const Workspace left(call.ordinal, n * columns * call.item, call.stream), right(call.ordinal, m * m * call.item, call.stream);
    decompose_tall(call, turned.data(), n, m, full, s, left.data(), right.data(), info);
    call.adjoint(left.data(), n, columns, n, 0, vh, 1);
    call.adjoint(right.data(), m, m, m, 0, u, 1);
}

void find_singular_values(const SolveCall& call) {
    const SolveTask& t = call.t;
    const int64_t m = t.m, n = t.n, p = std::min(m, n), u_columns = t.full ? m : p, vh_rows = t.full ? n : p;
    if (t.batch > 1 && t.batch <= INT32_MAX && std::max(m, n) <= kJacobiMatrix) return decompose_batch(call);
    for (int64_t i = 0; i < t.batch; ++i)
        decompose(call, call.matrix(t.a, i, m * n), m, n, t.full, t.values + i * p * 8,
                  t.x ? call.matrix(t.x, i, m * u_columns) : nullptr, t.x ? call.matrix(t.y, i, vh_rows * n) : nullptr,
                  call.info(i));
}

// The batched function counts all elements of the batch in 32 bits.
void find_hermitian_eigenvalues(const SolveCall& call) {
    const SolveTask& t = call.t;
    const int64_t n = t.n;
    const Cusolver::Vectors vectors = vectors_if(t.vectors);
    const Cusolver::Type type = call.type, real = call.real_type;
    if (t.batch > 1 && n * n <= INT32_MAX / t.batch) {
        SolveRoom room(call, "cusolverDnXsyevBatched_bufferSize", [&](size_t* device, size_t* host) {
            return call.api.syev_batched_bytes(call.handle(), call.parameters(), vectors, call.triangle(), n, type, t.a, n, real,
                                               t.values, type, device, host, t.batch);
        });
        call.solver.run("cusolverDnXsyevBatched", [&] {
            return call.api.syev_batched(call.handle(), call.parameters(), vectors, call.triangle(), n, type, t.a, n, real, t.values,
                                         type, room.device(), room.device_bytes, room.host(), room.host_bytes, call.info(), t.batch);
        });
        return room.settle();
    }
    for (int64_t i = 0; i < t.batch; ++i) {
        char *const a = call.matrix(t.a, i, n * n), *const values = t.values + i * n * 8;
        SolveRoom room(call, "cusolverDnXsyevd_bufferSize", [&](size_t* device, size_t* host) {
            return call.api.syevd_bytes(call.handle(), call.parameters(), vectors, call.triangle(), n, type, a, n, real, values, type,
                                        device, host);
        });
        call.solver.run("cusolverDnXsyevd", [&] {
            return call.api.syevd(call.handle(), call.parameters(), vectors, call.triangle(), n, type, a, n, real, values, type,
                                  room.device(), room.device_bytes, room.host(), room.host_bytes, call.info(i));
        });
        room.settle();
    }
}

void find_eigenvalues(const SolveCall& call) {
    for (int64_t i = 0; i < call.t.batch; ++i) find_eigenvalues_of(call, i);
}

}  // namespace lockstep::cuda
