// A matrix product reduced to its essence: few batch dimensions, those that are more rows or columns counted as such.
// Must not know who computes it.
#pragma once

#include <cstdint>

#include "runtime/array/array.h"
#include "runtime/exec/backend.h"

namespace lockstep::cuda {

// A, B or C: steps in bytes, of any sign or zero.
struct Factor {
    char* data;
    int64_t row, column;
    int64_t batch[kMaxDims];
};

// C[m,n] = A[m,k] * B[k,n] for each position of the batch dimensions, outermost first. All sizes but k are positive, and no
// batch dimension has size 1.
struct Product {
    DType type;
    int64_t m, n, k;
    int batch_ndim;
    int64_t batch_shape[kMaxDims];
    Factor a, b, c;

    int64_t batches() const { return product({batch_shape, static_cast<size_t>(batch_ndim)}); }
};

// Batch dimensions are merged where all three walk them as one; where one factor stands still and the others go on as their
// rows (or columns) do, they become rows (or columns): a stack of matrices times one matrix is one product.
Product product_of(const MatmulTask& task);

// The same product seen as the transpose of C.
void transpose(Product& p);

// All matrices of a factor as one array: batch dimensions, rows, columns. `distinct`: batch dimensions along which it stands
// still have size 1.
Array matrices(const Product& p, const Factor& f, DType type, int64_t rows, int64_t columns, bool distinct);

// Lays the factor out packed, row after row, at `data`, standing still where it does: the same shape as matrices(distinct).
Factor packed(const Product& p, const Factor& f, char* data, int64_t item, int64_t rows, int64_t columns);
// Bytes of that.
int64_t packed_bytes(const Product& p, const Factor& f, int64_t item, int64_t rows, int64_t columns);

}  // namespace lockstep::cuda
