// numpy.linalg: singular values, eigenvalues and their vectors.
// Must not know backends.
#include <string_view>

#include "runtime/array/error.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/contraction.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/linalg_decompositions.h"

namespace lockstep::numpy {
namespace {

Array absolute_of(const Array& a) {
    const Array* inputs[] = {&a};
    return ufunc(Op::absolute, inputs);
}

bool upper_of(const char* uplo) {
    const std::string_view name = uplo;
    const bool upper = name == "U" || name == "u";
    if (!upper && name != "L" && name != "l")
        fail(Status::value_error, "UPLO argument must be 'L' or 'U', got '%s'", uplo);
    return upper;
}

// Singular values of hermitian matrices are the sizes of the eigenvalues; signs go into v.
std::vector<Array> hermitian_svd(const Array& a, bool vectors) {
    if (!vectors) return {flip(sort(absolute_of(linalg_eigvalsh(a))), {Axes(-1)})};
    const std::vector<Array> pairs = linalg_eigh(a);
    const Array &values = pairs[0], &bases = pairs[1], sizes = absolute_of(values);
    const Array order = flip(argsort(sizes), {Axes(-1)});
    const Array plus = scalar_array(weak_int(1)), minus = scalar_array(weak_int(-1)),
                zero = scalar_array(weak_int(0));
    const Array* divided[] = {&plus, &values};
    const Array reciprocals = ufunc(Op::divide, divided);  // below zero for -0, too
    const Array* compared[] = {&reciprocals, &zero};
    const Array signs = astype(where(ufunc(Op::less, compared), minus, plus), values.dtype);
    const Array ordered_signs = take_along_axis(signs, order, {-1}), s = take_along_axis(sizes, order, {-1});
    const Array u = take_along_axis(bases, expand_dims(order, {Axes(-2)}), {-1});
    const Array factors = expand_dims(ordered_signs, {Axes(-2)});
    const Array* product[] = {&u, &factors};
    return {u, s, in_c_order(conjugated(transposed(ufunc(Op::multiply, product))), u.dtype)};
}

void check_finite(const Array& a) {
    if (!a.dtype.is_inexact()) return;
    const Array* inputs[] = {&a};
    if (!is_true(all(ufunc(Op::isfinite, inputs))))
        fail(Status::linalg_error, "Array must not contain infs or NaNs");
}

struct Eigen {
    Array values, vectors;
};

// Real where the input is and all the imaginary parts are zero.
Eigen eigen(const Array& a, bool vectors) {
    check_square_matrices(a);
    check_finite(a);
    const Array* one[] = {&a};
    const LinalgTypes types = linalg_types(one);
    const Solved solved = run_solve({.kind = Solver::eig, .vectors = vectors}, types.work, a);
    check_solved(solved, "Eigenvalues did not converge");
    Eigen e{solved.values, solved.x};
    DType type = types.real == types::float32_ ? types::complex64_ : types::complex128_;
    if (!types.work.is_complex() && !is_true(any(imag(e.values)))) {
        type = types.real;
        e.values = real(e.values);
        if (vectors) e.vectors = real(e.vectors);
    }
    e.values = in_c_order(e.values, type);
    if (vectors) e.vectors = in_c_order(e.vectors, type);
    return e;
}

Eigen hermitian_eigen(const Array& a, const char* uplo, bool vectors) {
    const bool upper = upper_of(uplo);
    check_square_matrices(a);
    const Array* one[] = {&a};
    const LinalgTypes types = linalg_types(one);
    const Solved solved =
        run_solve({.kind = Solver::eigh, .vectors = vectors, .upper = upper}, types.work, a);
    check_solved(solved, "Eigenvalues did not converge");
    return {in_c_order(solved.values, types.real), vectors ? in_c_order(solved.a, types.result) : Array{}};
}

}  // namespace

std::vector<Array> linalg_svd(const Array& a, const linalg_svd_options& o) {
    if (o.hermitian) return hermitian_svd(a, o.compute_uv);
    check_matrices(a);
    const Array* one[] = {&a};
    const LinalgTypes types = linalg_types(one);
    const SolveCall call{.kind = Solver::svd, .vectors = o.compute_uv, .full = o.full_matrices};
    const Solved solved = run_solve(call, types.work, a);
    check_solved(solved, "SVD did not converge");
    const Array s = in_c_order(solved.values, types.real);
    if (!o.compute_uv) return {s};
    return {in_c_order(solved.x, types.result), s, in_c_order(solved.y, types.result)};
}

Array linalg_svdvals(const Array& x) { return linalg_svd(x, {.compute_uv = false})[0]; }

std::vector<Array> linalg_eig(const Array& a) {
    const Eigen e = eigen(a, true);
    return {e.values, e.vectors};
}

Array linalg_eigvals(const Array& a) { return eigen(a, false).values; }

std::vector<Array> linalg_eigh(const Array& a, const linalg_eigh_options& o) {
    const Eigen e = hermitian_eigen(a, o.UPLO, true);
    return {e.values, e.vectors};
}

Array linalg_eigvalsh(const Array& a, const linalg_eigvalsh_options& o) {
    return hermitian_eigen(a, o.UPLO, false).values;
}

}  // namespace lockstep::numpy
