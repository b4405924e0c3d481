// numpy.linalg's own forms of products and views, chains and powers of matrices.
// Must not know backends. Source of the steps: numpy/linalg/_linalg.py of NumPy 2.4.
#include <vector>

#include "runtime/array/error.h"
#include "runtime/exec/memory.h"
#include "runtime/numpy/contraction.h"
#include "runtime/numpy/functions.h"

namespace lockstep::numpy {

Array matrix_transpose(const Array& x) {
    if (x.ndim() < 2) fail(Status::value_error, "x: expected at least 2 dimensions, got %d", x.ndim());
    return swapaxes(x, -1, -2);
}

Array linalg_matrix_transpose(const Array& x) { return matrix_transpose(x); }
Array linalg_matmul(const Array& x1, const Array& x2) { return matmul(x1, x2, {}); }
Array linalg_diagonal(const Array& x, const linalg_diagonal_options& o) {
    return diagonal(x, {o.offset, -2, -1});
}

Array linalg_vecdot(const Array& x1, const Array& x2, const linalg_vecdot_options& o) {
    vecdot_options options;
    options.axis = o.axis;
    return vecdot(x1, x2, options);
}

Array linalg_tensordot(const Array& x1, const Array& x2, const linalg_tensordot_options& o) {
    return tensordot(x1, x2, {o.axes, o.a_axes, o.b_axes});
}

Array linalg_trace(const Array& x, const linalg_trace_options& o) {
    trace_options options{o.offset, -2, -1, o.dtype, nullptr};
    return trace(x, options);
}

Array linalg_outer(const Array& x1, const Array& x2) {
    if (x1.ndim() != 1 || x2.ndim() != 1)
        fail(Status::value_error, "x1: expected arrays of 1 dimension, got %d and %d", x1.ndim(), x2.ndim());
    return outer(x1, x2, {});
}

Array linalg_cross(const Array& x1, const Array& x2, const linalg_cross_options& o) {
    for (const Array* x : {&x1, &x2}) {
        if (o.axis < -x->ndim() || o.axis >= x->ndim())
            fail(Status::index_error, "axis: %lld is out of range for %d dimensions",
                 static_cast<long long>(o.axis), x->ndim());
        const int64_t n = x->shape[static_cast<int>(o.axis < 0 ? o.axis + x->ndim() : o.axis)];
        if (n != 3)
            fail(Status::value_error, "%s: expected vectors of 3 components, got %lld",
                 x == &x1 ? "x1" : "x2", static_cast<long long>(n));
    }
    cross_options options;
    options.axis = o.axis;
    return cross(x1, x2, options);
}

namespace {

// Where to split the product of matrices i to j: the cheapest bracketing of a chain with these numbers of
// rows (and, last, of columns), by dynamic programming; of equal ones the first.
class ChainOrder {
  public:
    explicit ChainOrder(const std::vector<int64_t>& sizes)
        : n_(sizes.size() - 1), cost_(n_ * n_), split_(n_ * n_) {
        for (size_t length = 1; length < n_; ++length)
            for (size_t i = 0; i + length < n_; ++i) {
                const size_t j = i + length;
                double least = -1;
                for (size_t k = i; k < j; ++k) {
                    const double cost = cost_[i * n_ + k] + cost_[(k + 1) * n_ + j] +
                                        static_cast<double>(sizes[i]) * static_cast<double>(sizes[k + 1]) *
                                            static_cast<double>(sizes[j + 1]);
                    if (least >= 0 && cost >= least) continue;
                    least = cost;
                    split_[i * n_ + j] = k;
                }
                cost_[i * n_ + j] = least;
            }
    }
    size_t split(size_t i, size_t j) const { return split_[i * n_ + j]; }

  private:
    size_t n_;
    std::vector<double> cost_;
    std::vector<size_t> split_;
};

Array chain(const std::vector<Array>& matrices, const ChainOrder& order, size_t i, size_t j,
            const Array* out) {
    if (i == j) return matrices[i];
    const size_t k = order.split(i, j);
    const Array left = chain(matrices, order, i, k, nullptr),
                right = chain(matrices, order, k + 1, j, nullptr);
    return dot(left, right, {out});
}

// NumPy brackets three by fewer operations, and from the left only where that is cheaper.
Array chain_of_three(const std::vector<Array>& m, const Array* out) {
    const double rows = static_cast<double>(m[0].shape[0]), first = static_cast<double>(m[0].shape[1]);
    const double second = static_cast<double>(m[2].shape[0]), columns = static_cast<double>(m[2].shape[1]);
    const bool left = rows * second * (first + columns) < first * columns * (rows + second);
    return left ? dot(dot(m[0], m[1], {}), m[2], {out}) : dot(m[0], dot(m[1], m[2], {}), {out});
}

}  // namespace

Array linalg_multi_dot(std::span<const Array* const> arrays, const linalg_multi_dot_options& o) {
    const size_t n = arrays.size();
    if (n < 2) fail(Status::value_error, "arrays: expected at least two, got %zu", n);
    if (n == 2) return dot(*arrays[0], *arrays[1], {o.out});
    std::vector<Array> matrices;
    for (const Array* a : arrays) matrices.push_back(strong(*a));
    const bool row = matrices[0].ndim() == 1, column = matrices[n - 1].ndim() == 1;
    if (row) matrices[0] = expand_dims(matrices[0], {Axes(0)});
    if (column) matrices[n - 1] = expand_dims(matrices[n - 1], {Axes(1)});
    std::vector<int64_t> sizes;
    for (const Array& m : matrices) {
        if (m.ndim() != 2) fail(Status::linalg_error, "arrays: expected 2 dimensions, got %d", m.ndim());
        sizes.push_back(m.shape[0]);
    }
    sizes.push_back(matrices[n - 1].shape[1]);
    const Array result =
        n == 3 ? chain_of_three(matrices, o.out) : chain(matrices, ChainOrder(sizes), 0, n - 1, o.out);
    if (!row && !column) return result;
    if (row && column) return reshape(result, {});
    return ravel(result);
}

}  // namespace lockstep::numpy
