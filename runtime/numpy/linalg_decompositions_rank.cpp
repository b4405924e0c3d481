// numpy.linalg: what depends on which singular values count as zero: least squares, pseudo-inverse, rank,
// condition. Must not know backends.
#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <string_view>

#include "runtime/array/error.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/contraction.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/linalg_decompositions.h"

namespace lockstep::numpy {
namespace {

Array apply(Op op, const Array& a, const Array& b) {
    const Array* inputs[] = {&a, &b};
    return ufunc(op, inputs);
}

Array apply(Op op, const Array& a) {
    const Array* inputs[] = {&a};
    return ufunc(op, inputs);
}

Array number(double x) { return scalar_array(weak_float(x)); }

double epsilon(DType real) {
    if (real == types::float32_) return double{std::numeric_limits<float>::epsilon()};
    return std::numeric_limits<double>::epsilon();
}

// A tolerance as NumPy reads it: of a dtype of its own, one for each matrix of a stack.
Array tolerance(const Array& given, const Device* device) {
    Array t = with_last_axis(given);
    t.weak = Weak::no;
    return t.size() == 1 ? t : to_device(t, device);
}

bool is_empty_matrix(const Array& a) {
    const int64_t rows = a.ndim() > 1 ? a.shape[a.ndim() - 2] : 1,
                  columns = a.ndim() ? a.shape[a.ndim() - 1] : 1;
    return a.size() == 0 && (rows == 0 || columns == 0);
}

// Sums of the squares of the sizes along the rows of a matrix.
Array column_norms(const Array& a, DType real) {
    Array sizes = apply(Op::square, numpy::real(a));
    if (a.dtype.is_complex()) sizes = apply(Op::add, sizes, apply(Op::square, imag(a)));
    return astype(sum(sizes, {.axis = Axes(-2), .dtype = {}}), real, {.copy = false});
}

Array first_rows(const Array& a, int64_t from, int64_t to) {
    Array part = a;
    part.data += from * a.strides[0];
    part.shape[0] = to - from;
    return part;
}

}  // namespace

std::vector<Array> linalg_lstsq(const Array& a, const Array& b, const linalg_lstsq_options& o) {
    const bool vector = b.ndim() == 1;
    const Array right = vector ? with_last_axis(b) : b;
    for (const Array* x : {&a, &right})
        if (x->ndim() != 2)
            fail(Status::linalg_error, "%d-dimensional array given. Array must be two-dimensional",
                 x->ndim());
    const int64_t m = a.shape[0], n = a.shape[1], k = right.shape[1];
    if (right.shape[0] != m)
        fail(Status::linalg_error, "Incompatible dimensions: expected %lld rows of b (as a), got %lld",
             static_cast<long long>(m), static_cast<long long>(right.shape[0]));
    const Array* both[] = {&a, &b};
    const LinalgTypes types = linalg_types(both);
    const double rcond = o.rcond.value_or(epsilon(types::float64_) * static_cast<double>(std::max(m, n)));
    const int64_t one_column[] = {m, 1};
    const Array used = k ? right : to_device(zeros(one_column, {.dtype = types.work}), b.device());
    const Solved solved = run_solve({.kind = Solver::lstsq, .rcond = rcond}, types.work, a, &used);
    check_solved(solved, "SVD did not converge in Linear Least Squares");
    const int64_t rank = m && n ? item(solved.y).as<int64_t>() : 0;
    Array x = first_rows(solved.x, 0, n);
    x.shape[1] = k;
    const int64_t none[] = {0};
    Array residuals = empty_array(types.real, none, x.device());
    if (rank == n && m > n) {
        Array below = first_rows(solved.x, n, m);
        below.shape[1] = k;
        residuals = column_norms(below, types.real);
    }
    x = in_c_order(x, types.result);
    const Array rank_array = astype(squeeze(solved.y, {Axes(-1)}), types::int32_);
    return {vector ? squeeze(x, {Axes(-1)}) : x, residuals, rank_array,
            in_c_order(solved.values, types.real)};
}

Array linalg_pinv(const Array& a, const linalg_pinv_options& o) {
    if (o.rcond && o.rtol) fail(Status::value_error, "`rtol` and `rcond` can't be both set.");
    if (is_empty_matrix(a) && a.ndim() > 1) {
        Dims shape = a.shape;
        std::swap(shape[a.ndim() - 1], shape[a.ndim() - 2]);
        return empty_array(a.dtype, shape, a.device());
    }
    const std::vector<Array> parts =
        linalg_svd(conjugated(a), {.full_matrices = false, .hermitian = o.hermitian});
    const Array &u = parts[0], &s = parts[1], &vh = parts[2];
    const Array* const given = o.rtol ? o.rtol : o.rcond;
    const Array relative = given ? tolerance(*given, a.device()) : scalar_array(Scalar::of(1e-15));
    const Array cutoff = apply(Op::multiply, relative, max(s, {.axis = Axes(-1), .keepdims = true}));
    const Array* compared[] = {&s, &cutoff};
    if (given && !(broadcast_shapes(compared) == s.shape))
        fail(Status::value_error, "%s: expected a shape that broadcasts to that of a's stack, got %s",
             o.rtol ? "rtol" : "rcond", shape_text(given->shape).c_str());
    const Array kept = where(apply(Op::greater, s, cutoff), apply(Op::divide, number(1), s), number(0));
    return matmul(transposed(vh), apply(Op::multiply, with_last_axis(kept), transposed(u)));
}

Array linalg_matrix_rank(const Array& A, const linalg_matrix_rank_options& o) {
    if (o.tol && o.rtol) fail(Status::value_error, "`tol` and `rtol` can't be both set.");
    if (A.ndim() < 2) return astype(any(A), types::int64_);
    const Array s = linalg_svd(A, {.compute_uv = false, .hermitian = o.hermitian})[0];
    Array limit;
    if (o.tol) {
        limit = tolerance(*o.tol, A.device());
    } else {
        const double most = static_cast<double>(std::max(A.shape[A.ndim() - 2], A.shape[A.ndim() - 1]));
        const Array relative = o.rtol ? tolerance(*o.rtol, A.device()) : number(most * epsilon(s.dtype));
        const Scalar zero = weak_int(0);
        limit = apply(Op::multiply, max(s, {.axis = Axes(-1), .keepdims = true, .initial = &zero}), relative);
    }
    return count_nonzero(apply(Op::greater, s, limit), {.axis = Axes(-1)});
}

namespace {

// The norm of matrices that cond's p or name asks for.
Array norm_of(const Array& a, double p, std::string_view name) {
    if (name == "nuc") return sum(linalg_svdvals(a), {.axis = Axes(-1), .dtype = {}});
    if (!name.empty()) {
        const Array sizes = apply(Op::absolute, a);
        return apply(Op::sqrt, sum(apply(Op::square, sizes), {.axis = {-2, -1}, .dtype = {}}));
    }
    const Array sums = sum(apply(Op::absolute, a), {.axis = Axes(std::isinf(p) ? -1 : -2), .dtype = {}});
    return p > 0 ? max(sums, {.axis = Axes(-1)}) : min(sums, {.axis = Axes(-1)});
}

// The inverses, with NaN in place of those of singular matrices.
Array inverse_or_nan(const Array& a, const LinalgTypes& types) {
    const Solved solved = run_solve({.kind = Solver::inverse}, types.work, a);
    if (solved.failed == kSolved) return solved.a;
    const Solved lu = run_solve({.kind = Solver::lu}, types.work, a);
    const Array pivots = diagonal(lu.a, {.axis1 = -2, .axis2 = -1});
    const Array singular = any(apply(Op::equal, pivots, number(0)), {.axis = Axes(-1)});
    const Array mask = with_last_axis(with_last_axis(singular));
    const Array unit = to_device(eye(a.shape[a.ndim() - 1], {}), a.device());
    return where(mask, number(NAN), run_solve({.kind = Solver::inverse}, types.work, where(mask, unit, a)).a);
}

// An order that has no norm is refused last, as NumPy does.
Array condition(const Array& x, double p, std::string_view name) {
    if (name.empty() && std::fabs(p) == 2) {
        const Array s = linalg_svdvals(x), columns = moveaxis(s, Axes(-1), Axes(0));
        const int64_t count = columns.shape[0];
        const Array largest = first_rows(columns, 0, 1), smallest = first_rows(columns, count - 1, count);
        return squeeze(p > 0 ? apply(Op::divide, largest, smallest) : apply(Op::divide, smallest, largest),
                       {Axes(0)});
    }
    check_square_matrices(x);
    const Array* one[] = {&x};
    const LinalgTypes types = linalg_types(one);
    const bool known = name.empty() ? std::fabs(p) == 1 || std::isinf(p)
                                    : name == "fro" || name == "f" || name == "nuc";
    if (!known)
        fail(Status::value_error,
             "Invalid norm order for matrices: expected 1, -1, 2, -2, inf, -inf, fro or nuc, got %s",
             name.empty() ? std::to_string(p).c_str() : std::string(name).c_str());
    const Array r = apply(Op::multiply, norm_of(x, p, name), norm_of(inverse_or_nan(x, types), p, name));
    return astype(r, types.real, {.copy = false});
}

}  // namespace

Array linalg_cond(const Array& x, const linalg_cond_options& o) {
    const std::string_view name = o.norm ? o.norm : "";
    const double p = o.p.value_or(2);
    if (is_empty_matrix(x)) fail(Status::linalg_error, "cond is not defined on empty arrays");
    const Array r = condition(x, p, name);
    // Infinite, unless the matrix itself has a NaN
    const Array unknown = apply(Op::isnan, r), given = any(apply(Op::isnan, x), {.axis = {-2, -1}});
    return where(apply(Op::logical_and, unknown, apply(Op::logical_not, given)), number(INFINITY), r);
}

}  // namespace lockstep::numpy
