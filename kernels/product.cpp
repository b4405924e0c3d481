// Normalises matrix products.
// Must not know who computes them.
#include "kernels/product.h"

#include <utility>

namespace lockstep::cuda {
namespace {

void append_batch(Product& p, const MatmulTask& t, int from) {
    const int d = p.batch_ndim;
    p.batch_shape[d] = t.batch_shape[from];
    p.a.batch[d] = t.a_strides[from];
    p.b.batch[d] = t.b_strides[from];
    p.c.batch[d] = t.c_strides[from];
    if (d > 0) {
        bool one = true;
        for (const Factor* f : {&p.a, &p.b, &p.c}) one &= f->batch[d - 1] == p.batch_shape[d] * f->batch[d];
        if (one) {
            p.batch_shape[d - 1] *= p.batch_shape[d];
            for (Factor* f : {&p.a, &p.b, &p.c}) f->batch[d - 1] = f->batch[d];
            return;
        }
    }
    ++p.batch_ndim;
}

// Counts the innermost batch dimension as rows of A and C, where B stands still.
bool fold_into_rows(Product& p) {
    if (p.batch_ndim == 0) return false;
    const int d = p.batch_ndim - 1;
    if (p.b.batch[d] != 0) return false;
    if (p.m == 1) {
        p.a.row = p.a.batch[d];
        p.c.row = p.c.batch[d];
    } else if (p.a.batch[d] != p.m * p.a.row || p.c.batch[d] != p.m * p.c.row) {
        return false;
    }
    p.m *= p.batch_shape[d];
    --p.batch_ndim;
    return true;
}

}  // namespace

Product product_of(const MatmulTask& t) {
    Product p;
    p.type = t.dtype;
    p.m = t.m;
    p.n = t.n;
    p.k = t.k;
    const int rows = t.batch_ndim, columns = t.batch_ndim + 1;
    p.a.data = const_cast<char*>(t.a);
    p.b.data = const_cast<char*>(t.b);
    p.c.data = t.c;
    std::pair<Factor*, const int64_t*> sides[] = {{&p.a, t.a_strides}, {&p.b, t.b_strides}, {&p.c, t.c_strides}};
    for (auto& [factor, strides] : sides) {
        factor->row = strides[rows];
        factor->column = strides[columns];
    }
    p.batch_ndim = 0;
    for (int d = 0; d < t.batch_ndim; ++d)
        if (t.batch_shape[d] != 1) append_batch(p, t, d);
    for (bool folded = true; folded && p.batch_ndim > 0;) {
        folded = fold_into_rows(p);
        transpose(p);
        folded |= fold_into_rows(p);
        transpose(p);
    }
    return p;
}

void transpose(Product& p) {
    std::swap(p.m, p.n);
    std::swap(p.a, p.b);
    for (Factor* f : {&p.a, &p.b, &p.c}) std::swap(f->row, f->column);
}

Array matrices(const Product& p, const Factor& f, DType type, int64_t rows, int64_t columns, bool distinct) {
    Array all;
    all.data = f.data;
    all.dtype = type;
    for (int d = 0; d < p.batch_ndim; ++d) {
        all.shape.push_back(distinct && f.batch[d] == 0 ? 1 : p.batch_shape[d]);
        all.strides.push_back(f.batch[d]);
    }
    for (const int64_t n : {rows, columns}) all.shape.push_back(n);
    for (const int64_t step : {f.row, f.column}) all.strides.push_back(step);
    return all;
}

Factor packed(const Product& p, const Factor& f, char* data, int64_t item, int64_t rows, int64_t columns) {
    Factor to;
    to.data = data;
    to.column = item;
    to.row = columns * item;
    int64_t step = rows * columns * item;
    for (int d = p.batch_ndim - 1; d >= 0; --d) {
        to.batch[d] = f.batch[d] == 0 ? 0 : step;
        if (f.batch[d] != 0) step *= p.batch_shape[d];
    }
    return to;
}

int64_t packed_bytes(const Product& p, const Factor& f, int64_t item, int64_t rows, int64_t columns) {
    int64_t bytes = rows * columns * item;
    for (int d = 0; d < p.batch_ndim; ++d)
        if (f.batch[d] != 0) bytes *= p.batch_shape[d];
    return bytes;
}

}  // namespace lockstep::cuda
