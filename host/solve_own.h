// Our own elimination: for small matrices, of which a library's call costs more than the work, and for any
// where there is no LAPACK. Must not know tasks, nor how a batch is shared among threads.
#pragma once

#include <cstdint>

#include "runtime/scalar/config.h"

namespace lockstep::host::own {

// All matrices are column-major and packed; T is double or complex128. A pivot is the first largest of its
// column by |re| + |im|, as LAPACK's.

// a = P L U; pivots[i] is the row that was swapped with row i in turn.
template <class T>
void lu(int64_t n, T* a, int64_t* pivots);

// x[n,k], the right-hand side, becomes the solution; false where a, which is overwritten, is singular.
template <class T>
bool solve(int64_t n, int64_t k, T* a, T* x);

// False where a is singular: it is overwritten with anything then.
template <class T>
bool inverse(int64_t n, T* a);

// The lower factor (upper: U^H U), the other triangle zero; false where a pivot is not positive.
template <class T>
bool cholesky(bool upper, int64_t n, T* a);

}  // namespace lockstep::host::own
