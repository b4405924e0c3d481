// What the parts of solve share: the handle of a call, work space, the steps that are kernels of our own.
// Must not know which factorisation.
#pragma once

#include <optional>
#include <vector>

#include "kernels/compile/kernel.h"
#include "kernels/vendor/cusolver_call.h"
#include "runtime/exec/backend.h"

namespace lockstep::cuda {

// From so many rows or columns on, matrices of a batch are factored one by one: the batched functions keep one matrix per block.
inline constexpr int64_t kSmallMatrix = 256;

struct SolveCall {
    SolveCall(int on, const SolveTask& task, Stream* s);

    int ordinal;
    const SolveTask& t;
    Stream* stream;
    CusolverCall solver;
    const Cusolver& api;
    bool complex;
    int64_t item;
    Cusolver::Type type;
    static constexpr Cusolver::Type real_type = Cusolver::Type::float64, complex_type = Cusolver::Type::complex128;
    Workspace infos;

    Cusolver::Handle handle() const { return solver.handles().handle; }
    Cusolver::Parameters parameters() const { return solver.handles().parameters; }
    int* info(int64_t matrix = 0) const { return reinterpret_cast<int*>(infos.data()) + matrix; }
    Cusolver::Triangle triangle() const { return t.upper ? Cusolver::Triangle::upper : Cusolver::Triangle::lower; }
    bool batched(int64_t largest) const { return t.batch > 1 && t.batch <= INT32_MAX && largest <= kSmallMatrix; }
    char* matrix(char* first, int64_t index, int64_t elements) const { return first + index * elements * item; }

    // Waits; the first matrix whose number of `info` is positive, or kSolved. Negative ones are internal_error.
    int64_t first_failed() const;

    // out[rows, columns] of each matrix = the triangle of `in`, and 0; `in` may be `out`.
    void keep_triangle(const char* in, int64_t in_leading, int64_t in_matrix, char* out, int64_t rows, int64_t columns,
                       bool upper) const;
    // out[columns, rows] = the adjoint of in[rows, columns], its columns `leading` elements apart; for `count` matrices,
    // `in_matrix` elements apart, results packed.
    void adjoint(const char* in, int64_t rows, int64_t columns, int64_t leading, int64_t in_matrix, char* out, int64_t count) const;
    // to[rows, columns] = from, with leading dimensions and steps from matrix to matrix of their own.
    void copy(const char* from, int64_t leading, int64_t from_matrix, char* to, int64_t to_leading, int64_t to_matrix,
              int64_t rows, int64_t columns, int64_t count) const;
    // Identity matrices of `rows`.
    void identity(char* to, int64_t rows, int64_t count) const;
    // c[m,n] = a^H b of a[k,m] and b[k,n]; all packed.
    void multiply_adjoint(const char* a, const char* b, char* c, int64_t m, int64_t n, int64_t k) const;

    void launch(const char (&name)[8], KernelSource (*source)(DType), int64_t count, const void* arguments) const;
};

// Work space of a function named X, which may use it until the stream is done: `call` waits where that is host memory.
class SolveRoom {
  public:
    // size(device_bytes, host_bytes)
    template <class Size>
    SolveRoom(const SolveCall& call, const char* function, const Size& size) : call_(call) {
        call.solver.run(function, [&] { return size(&device_bytes, &host_bytes); });
        if (device_bytes) device_.emplace(call.ordinal, static_cast<int64_t>(device_bytes), call.stream);
        host_.resize(host_bytes);
    }
    size_t device_bytes = 0, host_bytes = 0;
    void* device() const { return device_ ? device_->data() : nullptr; }
    void* host() { return host_.empty() ? nullptr : host_.data(); }
    // Before the next matrix takes the same space.
    void settle() const;

  private:
    const SolveCall& call_;
    std::optional<Workspace> device_;
    std::vector<char> host_;
};

// Addresses of a batch's matrices, on the device.
class Addresses {
  public:
    Addresses(const SolveCall& call, char* first, int64_t elements);
    void** data() const { return reinterpret_cast<void**>(memory_.data()); }

  private:
    Workspace memory_;
};

// The parts: each queues its task, with a number in `info` for each matrix, but for least_squares, which waits between.
void factor_lu(const SolveCall& call);
void solve_systems(const SolveCall& call);
void invert(const SolveCall& call);
void factor_cholesky(const SolveCall& call);
void factor_qr(const SolveCall& call);
void factor_qr_raw(const SolveCall& call);
void find_singular_values(const SolveCall& call);
void find_hermitian_eigenvalues(const SolveCall& call);
void find_eigenvalues(const SolveCall& call);
void least_squares(const SolveCall& call);

// geqrf of every a[m,n], with p factors for each in tau.
void factor_reflectors(const SolveCall& call, char* a, char* tau);
// gesvd of one a[m,n], m >= n or not, which is destroyed: see Solver::svd.
void decompose(const SolveCall& call, char* a, int64_t m, int64_t n, bool full, char* s, char* u, char* vh, int* info);

}  // namespace lockstep::cuda
