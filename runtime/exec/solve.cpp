// From stacked arrays to the task of solve: packed column-major copies, a device's own solver or the CPU's.
// Must not know any particular backend, nor NumPy's functions.
#include "runtime/exec/solve.h"

#include <algorithm>
#include <iterator>

#include "runtime/array/error.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/provenance.h"
#include "runtime/exec/stream.h"

namespace lockstep {
namespace {

constexpr const char* kNames[] = {"lu", "solve", "inverse", "cholesky", "qr",
                                  "qr", "svd",   "eigh",    "eig",      "lstsq"};
static_assert(std::size(kNames) == static_cast<size_t>(Solver::lstsq) + 1);

struct Sizes {
    Dims stack;
    int64_t batch, m, n, k, p;
    const Device* device;
    bool row_major;  // small matrices that are solved as they lie
};

// A fresh stack of matrices in the task's order.
Array matrices(const Sizes& s, DType type, int64_t rows, int64_t columns) {
    Dims shape = s.stack;
    if (s.row_major) {
        shape.push_back(rows);
        shape.push_back(columns);
        return empty_array(type, shape, s.device);
    }
    shape.push_back(columns);
    shape.push_back(rows);
    Array a = empty_array(type, shape, s.device);
    const int last = a.ndim() - 1;
    std::swap(a.shape[last], a.shape[last - 1]);
    std::swap(a.strides[last], a.strides[last - 1]);
    return a;
}

Array vectors(const Sizes& s, DType type, int64_t length) {
    Dims shape = s.stack;
    shape.push_back(length);
    return empty_array(type, shape, s.device);
}

// The first rows of every matrix.
Array rows_of(const Array& a, int64_t rows) {
    Array part = a;
    part.shape[part.ndim() - 2] = rows;
    return part;
}

void fill(const Array& a, int64_t value) {
    if (a.size()) assign(a, scalar_array(weak_int(value)), "unsafe");
}

void fill_identity(const Array& a) {
    fill(a, 0);
    const int last = a.ndim() - 1;
    Dims shape = a.shape, strides = a.strides;
    shape[last - 1] = std::min(a.shape[last - 1], a.shape[last]);
    strides[last - 1] += strides[last];
    shape.resize(last);
    strides.resize(last);
    fill(view(a, a.data, shape, strides), 1);
}

Sizes sizes_of(Solver kind, const Array& a, const Array* b) {
    Sizes s;
    Array stacks[2];
    const Array *outer[2] = {&stacks[0], &stacks[1]}, *arrays[2] = {&a, b};
    const size_t count = b ? 2 : 1;
    for (size_t i = 0; i < count; ++i) {
        stacks[i] = *arrays[i];
        stacks[i].shape.resize(stacks[i].ndim() - 2);
        stacks[i].strides.resize(stacks[i].shape.size());
    }
    s.stack = broadcast_shapes({outer, count});
    if (s.stack.size() + 2 > kMaxDims)
        fail(Status::value_error, "a: expected a result of at most %d dimensions", kMaxDims);
    s.batch = product(s.stack);
    s.m = a.shape[a.ndim() - 2];
    s.n = a.shape[a.ndim() - 1];
    s.k = b ? b->shape[b->ndim() - 1] : 1;
    s.p = std::min(s.m, s.n);
    s.device = common_device({arrays, count});
    s.row_major = kind < Solver::qr && s.n <= s.device->backend->row_major_size;
    return s;
}

// The arrays of the results, with the right-hand sides in place; but for the matrices themselves.
Solved results(const SolveCall& c, DType type, const Sizes& s, const Array* b) {
    Solved r;
    const int64_t rows = c.full ? s.m : s.p;
    switch (c.kind) {
        case Solver::lu:
            r.values = vectors(s, types::int64_, s.n);
            break;
        case Solver::solve:
            r.x = matrices(s, type, s.n, s.k);
            assign(r.x, *b, "unsafe");
            break;
        case Solver::inverse:
        case Solver::cholesky:
            break;
        case Solver::qr:
            if (c.vectors) r.x = matrices(s, type, s.m, rows);
            r.y = matrices(s, type, rows, s.n);
            break;
        case Solver::qr_raw:
            r.values = vectors(s, type, s.p);
            break;
        case Solver::svd:
            r.values = vectors(s, types::float64_, s.p);
            if (!c.vectors) break;
            r.x = matrices(s, type, s.m, rows);
            r.y = matrices(s, type, c.full ? s.n : s.p, s.n);
            break;
        case Solver::eigh:
            r.values = vectors(s, types::float64_, s.n);
            break;
        case Solver::eig:
            r.values = vectors(s, types::complex128_, s.n);
            if (c.vectors) r.x = matrices(s, types::complex128_, s.n, s.n);
            break;
        case Solver::lstsq:
            r.x = matrices(s, type, std::max(s.m, s.n), s.k);
            if (s.m < s.n) fill(r.x, 0);
            assign(rows_of(r.x, s.m), *b, "unsafe");
            r.y = vectors(s, types::int64_, 1);
            r.values = vectors(s, types::float64_, s.p);
            break;
    }
    return r;
}

// Matrices without elements: bases are the identity; without rows, solutions are zero.
void fill_empty(const SolveCall& c, const Sizes& s, const Solved& r) {
    if (c.kind == Solver::qr || c.kind == Solver::svd) {
        for (const Array* basis : {&r.x, &r.y})
            if (basis->storage) fill_identity(*basis);
    } else if (c.kind == Solver::lstsq) {
        fill(r.y, 0);
        if (s.m == 0) fill(r.x, 0);
    }
}

Solved solve_on_cpu(const SolveCall& c, DType type, const Array& a, const Array* b, const Device* device) {
    const Array right = b ? to_device(*b, cpu_device()) : Array{};
    Solved r = run_solve(c, type, to_device(a, cpu_device()), b ? &right : nullptr);
    if (r.failed == kSolved)
        for (Array* result : {&r.a, &r.x, &r.y, &r.values})
            if (result->storage) *result = to_device(*result, device);
    return r;
}

}  // namespace

Solved run_solve(const SolveCall& c, DType type, const Array& a, const Array* b) {
    const Sizes s = sizes_of(c.kind, a, b);
    const char* const name = kNames[static_cast<size_t>(c.kind)];
    if (falls_back(s.device, Primitive::solve, type, name)) return solve_on_cpu(c, type, a, b, s.device);
    Solved r = results(c, type, s, b);
    r.a = matrices(s, type, s.m, s.n);
    if (s.batch == 0 || s.p == 0 || s.k == 0) {  // no task
        fill_empty(c, s, r);
        return r;
    }
    assign(r.a, a, "unsafe");
    const SolveTask task{c.kind,  type,    s.m,      s.n,      s.k,      s.batch,       c.vectors,  c.full,
                         c.upper, c.rcond, r.a.data, r.x.data, r.y.data, r.values.data, s.row_major};
    const Array* writes[4];
    size_t written = 0;
    for (const Array* array : {&r.a, &r.x, &r.y, &r.values})
        if (array->storage) writes[written++] = array;
    r.failed = s.device->backend->solve(s.device->ordinal, task,
                                        stream_for(s.device, {writes, written}, {writes, written}));
    if (r.failed != kRefused) return r;
    record_fallback((std::string(type.name()) + " " + name).c_str(), s.device->name);
    return solve_on_cpu(c, type, a, b, s.device);
}

}  // namespace lockstep
