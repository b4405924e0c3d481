// Solvers by LAPACK, one function for each kind: matrices [first, last) of a task's batch, in turn.
// Must not know how a batch is shared among threads, nor where the library comes from.
#pragma once

#include <cstdint>

#include "runtime/exec/backend.h"

namespace lockstep::host {

// The number of the first matrix that failed, or kSolved. T is double or complex128, I the library's integer.
template <class T, class I>
int64_t lapack_lu(const SolveTask& task, int64_t first, int64_t last);
template <class T, class I>
int64_t lapack_solve(const SolveTask& task, int64_t first, int64_t last);
template <class T, class I>
int64_t lapack_inverse(const SolveTask& task, int64_t first, int64_t last);
template <class T, class I>
int64_t lapack_cholesky(const SolveTask& task, int64_t first, int64_t last);
template <class T, class I>
int64_t lapack_qr(const SolveTask& task, int64_t first, int64_t last);  // qr_raw, too
template <class T, class I>
int64_t lapack_svd(const SolveTask& task, int64_t first, int64_t last);
template <class T, class I>
int64_t lapack_eigh(const SolveTask& task, int64_t first, int64_t last);
template <class T, class I>
int64_t lapack_eig(const SolveTask& task, int64_t first, int64_t last);
template <class T, class I>
int64_t lapack_lstsq(const SolveTask& task, int64_t first, int64_t last);

// The matrix `i` of packed ones of `elements` each.
template <class T>
T* matrix_of(char* matrices, int64_t elements, int64_t i) {
    return reinterpret_cast<T*>(matrices) + elements * i;
}

}  // namespace lockstep::host
