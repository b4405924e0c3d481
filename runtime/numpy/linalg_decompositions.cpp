// numpy.linalg: systems of equations, inverses, determinants, Cholesky and QR factors.
// Must not know backends.
#include "runtime/numpy/linalg_decompositions.h"

#include <algorithm>
#include <cmath>
#include <string_view>

#include "runtime/array/error.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/positions.h"
#include "runtime/numpy/reduce.h"

namespace lockstep::numpy {
namespace {

Array apply(Op op, const Array& a) {
    const Array* inputs[] = {&a};
    return ufunc(op, inputs);
}

Array apply(Op op, const Array& a, const Array& b) {
    const Array* inputs[] = {&a, &b};
    return ufunc(op, inputs);
}

// A stack of vectors with their axis in front: of many short ones whole rows are reduced at once.
Array vectors_down(const Array& vectors) {
    if (vectors.ndim() == 1) return vectors;
    return in_c_order(moveaxis(vectors, Axes(-1), Axes(0)), vectors.dtype);
}

// The product of -1, 0 or 1 by the sign of each: 1 for a NaN.
Array product_of_signs(const Array& real_numbers) {
    const Array minus = scalar_array(Scalar::of(-1.0)), zero = scalar_array(Scalar::of(0.0)),
                plus = scalar_array(Scalar::of(1.0));
    const Array* inputs[] = {&real_numbers, &minus, &zero, &plus};
    const DType type = types::float64_;
    Program p;
    const Register x = p.input(type), below = p.input(type), none = p.input(type), above = p.input(type);
    const Register negative = p.push(Op::less, type, x, none), null = p.push(Op::equal, type, x, none);
    const Register positive = p.push(Op::select, type, null, none, above);
    const Register sign = p.push(Op::select, type, negative, below, positive);
    return reduce_program(p, sign, Monoid::multiply, inputs, real_numbers, false,
                          {.axis = Axes(0), .dtype = {}});
}

}  // namespace

LinalgTypes linalg_types(std::span<const Array* const> arrays) {
    bool single = true, complex = false;
    for (const Array* a : arrays) {
        const DType t = a->dtype;
        if (t == types::float16_ || t == types::bfloat16_)
            fail(Status::type_error, "array type %s is unsupported in linalg", t.name());
        complex |= t.is_complex();
        single &= t == types::float32_ || t == types::complex64_;
    }
    const DType real = single ? types::float32_ : types::float64_;
    if (!complex) return {types::float64_, real, real};
    return {types::complex128_, single ? types::complex64_ : types::complex128_, real};
}

void check_matrices(const Array& a) {
    if (a.ndim() < 2)
        fail(Status::linalg_error, "%d-dimensional array given. Array must be at least two-dimensional",
             a.ndim());
}

void check_square_matrices(const Array& a) {
    check_matrices(a);
    if (a.shape[a.ndim() - 2] != a.shape[a.ndim() - 1])
        fail(Status::linalg_error, "Last 2 dimensions of the array must be square, got shape %s",
             shape_text(a.shape).c_str());
}

void check_solved(const Solved& solved, const char* text) {
    if (solved.failed != kSolved) fail(Status::linalg_error, "%s", text);
}

Array in_c_order(const Array& a, DType type) {
    if (a.dtype == type && is_c_contiguous(a)) return a;
    const Array packed = empty_array(type, a.shape, a.device());
    assign(packed, a, "unsafe");
    return packed;
}

Array transposed(const Array& matrices) { return swapaxes(matrices, -1, -2); }

Array with_last_axis(const Array& a) { return expand_dims(a, {Axes(-1)}); }

bool is_true(const Array& zero_dimensional) {
    return cast_scalar(item(zero_dimensional), types::bool_).as<bool>();
}

namespace {

constexpr const char* kSingular = "Singular matrix";

// Sign and logarithm of the absolute value of determinants, in the types that were computed in.
struct SignLog {
    Array sign, log;
};

Array sum_of_logs(const Array& pivots) {
    Program p;
    const Register size = p.push(Op::absolute, pivots.dtype, p.input(pivots.dtype));
    const Register log = p.push(Op::log, types::float64_, size);
    const Array* inputs[] = {&pivots};
    return reduce_program(p, log, Monoid::add, inputs, pivots, false, {.axis = Axes(0), .dtype = {}});
}

// -1 where an odd number of rows was swapped, else 1.
Array sign_of_swaps(const Array& swaps) {
    const Array rows = vectors_down(swaps);
    Array places = counting(rows.shape[0], rows.device());
    while (places.ndim() < rows.ndim()) places = with_last_axis(places);
    const Array minus = scalar_array(Scalar::of(-1.0)), plus = scalar_array(Scalar::of(1.0));
    const Array* inputs[] = {&rows, &places, &minus, &plus};
    Program p;
    const Register row = p.input(types::int64_), place = p.input(types::int64_);
    const Register odd = p.input(types::float64_), even = p.input(types::float64_);
    const Register moved = p.push(Op::not_equal, types::int64_, row, place);
    const Register sign = p.push(Op::select, types::float64_, moved, odd, even);
    return reduce_program(p, sign, Monoid::multiply, inputs, rows, false, {.axis = Axes(0), .dtype = {}});
}

// Of so few pivots as one look on the host is faster for than primitives: 4 us in place of 12 for one 3x3
// matrix.
SignLog sign_and_log_of_few(const Array& pivots, const Array& swaps) {
    const int64_t n = pivots.shape[pivots.ndim() - 1], count = n ? pivots.size() / n : 0;
    double values[kFew], signs[kFew], logs[kFew];
    int64_t rows[kFew];
    to_host(pivots, values, sizeof values);
    to_host(swaps, rows, sizeof rows);
    for (int64_t m = 0; m < count; ++m) {
        signs[m] = 1;
        logs[m] = 0;
        bool singular = false;
        for (int64_t i = 0; i < n; ++i) {
            const double pivot = values[m * n + i];
            if ((pivot < 0) != (rows[m * n + i] != i)) signs[m] = -signs[m];
            singular |= pivot == 0;
            logs[m] += std::log(std::fabs(pivot));
        }
        if (singular) {
            signs[m] = 0;
            logs[m] = -INFINITY;
        }
    }
    const Dims stack(std::span(pivots.shape.data(), static_cast<size_t>(pivots.ndim() - 1)));
    const Device* const device = pivots.device();
    return {from_host(signs, types::float64_, stack, {}, device),
            from_host(logs, types::float64_, stack, {}, device)};
}

SignLog sign_and_log(const Array& a, const LinalgTypes& types) {
    const Solved lu = run_solve({.kind = Solver::lu}, types.work, a);
    const Array diagonals = diagonal(lu.a, {.axis1 = -2, .axis2 = -1});
    if (is_few(diagonals) && diagonals.size() && !types.work.is_complex())
        return sign_and_log_of_few(diagonals, lu.values);
    const Array pivots = vectors_down(diagonals);
    const Array signs = types.work.is_complex()
                            ? prod(apply(Op::sign, pivots), {.axis = Axes(0), .dtype = {}})
                            : product_of_signs(pivots);
    const Array log = where(signs, sum_of_logs(pivots), scalar_array(weak_float(-INFINITY)));
    return {apply(Op::multiply, sign_of_swaps(lu.values), signs), log};
}

}  // namespace

Array linalg_solve(const Array& a, const Array& b) {
    check_square_matrices(a);
    const Array* both[] = {&a, &b};
    const LinalgTypes types = linalg_types(both);
    const bool vector = b.ndim() == 1;  // only exactly one dimension is a vector
    const int64_t n = a.shape[a.ndim() - 1];
    if (b.ndim() == 0) fail(Status::value_error, "b: expected at least 1 dimension, got 0");
    const Array right = vector ? with_last_axis(b) : b;
    if (right.shape[right.ndim() - 2] != n)
        fail(Status::value_error, "b: expected %lld rows (as a), got shape %s", static_cast<long long>(n),
             shape_text(b.shape).c_str());
    const Solved solved = run_solve({.kind = Solver::solve}, types.work, a, &right);
    check_solved(solved, kSingular);
    if (right.shape[right.ndim() - 1] == 0)
        linalg_inv(a);  // no task was run, but a singular matrix is an error
    const Array x = in_c_order(solved.x, types.result);
    return vector ? squeeze(x, {Axes(-1)}) : x;
}

Array linalg_inv(const Array& a) {
    check_square_matrices(a);
    const Array* one[] = {&a};
    const LinalgTypes types = linalg_types(one);
    const Solved solved = run_solve({.kind = Solver::inverse}, types.work, a);
    check_solved(solved, kSingular);
    return in_c_order(solved.a, types.result);
}

std::vector<Array> linalg_slogdet(const Array& a) {
    check_square_matrices(a);
    const Array* one[] = {&a};
    const LinalgTypes types = linalg_types(one);
    const SignLog parts = sign_and_log(a, types);
    return {in_c_order(parts.sign, types.result), in_c_order(parts.log, types.real)};
}

Array linalg_cholesky(const Array& a, const linalg_cholesky_options& o) {
    check_square_matrices(a);
    const Array* one[] = {&a};
    const LinalgTypes types = linalg_types(one);
    const Solved solved = run_solve({.kind = Solver::cholesky, .upper = o.upper}, types.work, a);
    check_solved(solved, "Matrix is not positive definite");
    return in_c_order(solved.a, types.result);
}

std::vector<Array> linalg_qr(const Array& a, const linalg_qr_options& o) {
    const std::string_view mode = o.mode;
    const bool raw = mode == "raw" || mode == "economic" || mode == "e";
    const bool r_alone = mode == "r", complete = mode == "complete";
    if (!raw && !r_alone && !complete && mode != "reduced" && mode != "full" && mode != "f")
        fail(Status::value_error, "Unrecognized mode '%s'", o.mode);
    check_matrices(a);
    const Array* one[] = {&a};
    const LinalgTypes types = linalg_types(one);
    if (raw) {
        const Solved solved = run_solve({.kind = Solver::qr_raw}, types.work, a);
        if (mode != "raw") return {in_c_order(solved.a, types.result)};
        return {in_c_order(transposed(solved.a), types.result), in_c_order(solved.values, types.result)};
    }
    const Solved solved =
        run_solve({.kind = Solver::qr, .vectors = !r_alone, .full = complete}, types.work, a);
    check_solved(solved, "Incorrect argument found while performing QR factorization");
    if (r_alone) return {in_c_order(solved.y, types.result)};
    return {in_c_order(solved.x, types.result), in_c_order(solved.y, types.result)};
}

Array linalg_det(const Array& a) {
    check_square_matrices(a);
    const Array* one[] = {&a};
    const LinalgTypes types = linalg_types(one);
    const SignLog parts =
        sign_and_log(a, types);  // NumPy's way: products of pivots may overflow where this does not
    return in_c_order(apply(Op::multiply, parts.sign, apply(Op::exp, parts.log)), types.result);
}

}  // namespace lockstep::numpy
