// Norms of vectors and matrices.
// Must not know backends. Source of the steps and the order of sums: numpy/linalg/_linalg.py of NumPy 2.4.
#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/array/error.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/contraction.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/reduce.h"

namespace lockstep::numpy {
namespace {

// NumPy's `ord`: a number, a name, or neither.
struct Order {
    std::optional<double> number;
    std::string_view name;
    bool is(double n) const { return name.empty() && number && *number == n; }
    bool is_default() const { return name.empty() && !number; }
    bool is_frobenius() const { return name == "f" || name == "fro"; }
};

Array floating(const Array& x) {
    const Array a = strong(x);
    return a.dtype.is_inexact() ? a : astype(a, types::float64_);
}

Array apply(Op op, const Array& a) {
    const Array* inputs[] = {&a};
    return ufunc(op, inputs);
}

// The layout of the array of `type` that a ufunc makes of x, not to be read.
Array made_of(const Array& x, DType type) {
    Array layout = x;
    layout.dtype = type;
    const Array* inputs[] = {&x};
    int64_t stride = x.itemsize();  // of the complex products, too, whose real parts are added
    for (const int64_t axis : result_order(inputs, x.shape)) {
        layout.strides[static_cast<int>(axis)] = stride;
        if (x.shape[static_cast<int>(axis)] > 1) stride *= x.shape[static_cast<int>(axis)];
    }
    return layout;
}

// A fold of what `element` makes of each element, in the order of the array that NumPy would hold it in.
template <class Element>
Array fold(const Array& x, Monoid monoid, const reduce_options& o, const Element& element) {
    check_identity(monoid, x, o);
    Program program;
    const Register in = program.input(x.dtype);
    const Register value = element(program, in);
    const Array* inputs[] = {&x};
    return reduce_program(program, value, monoid, inputs, made_of(x, program.type(value)), false, o);
}

Register absolute(Program& p, Register in) { return p.push(Op::absolute, p.type(in), in); }

Register squared(Program& p, Register in) {
    const DType type = p.type(in);
    return type.is_complex() ? p.push(Op::squared_modulus, type, in) : p.push(Op::square, type, in);
}

// Of complex numbers NumPy adds the real parts of an array of complex products.
Array sum_of_squares(const Array& x, const reduce_options& o) { return fold(x, Monoid::add, o, squared); }

reduce_options along(const Axes& axes, bool keepdims) {
    reduce_options o;
    o.axis = axes;
    o.keepdims = keepdims;
    return o;
}

// The largest, at least 0, or the smallest.
Array extremum(const Array& a, int axis, bool largest, bool keepdims) {
    const Scalar zero = weak_int(0);
    reduce_options o = along(Axes(axis), keepdims);
    if (largest) o.initial = &zero;
    return reduce(largest ? Monoid::maximum : Monoid::minimum, a, o);
}

Array extremum_of_sizes(const Array& x, int axis, bool largest, bool keepdims) {
    const Scalar zero = weak_int(0);
    reduce_options o = along(Axes(axis), keepdims);
    if (largest) o.initial = &zero;
    return fold(x, largest ? Monoid::maximum : Monoid::minimum, o, absolute);
}

// The sum of |x| ** ord, to the power of 1 / ord.
Array by_powers(const Array& x, double ord, const reduce_options& o) {
    const DType real = real_type(x.dtype);
    const Array exponent = scalar_array(cast_scalar(Scalar::of(ord), real));
    Program program;
    const Register in = program.input(x.dtype), power = program.input(real), size = absolute(program, in);
    const Register value = ord == 0.5    ? program.push(Op::sqrt, real, size)
                           : ord == -1.0 ? program.push(Op::reciprocal, real, size)
                                         : program.push(Op::power, real, size, power);
    const Array* inputs[] = {&x, &exponent};
    const Array total = reduce_program(program, value, Monoid::add, inputs, made_of(x, real), false, o);
    const Array root = scalar_array(cast_scalar(Scalar::of(1.0 / ord), real));
    const Array* both[] = {&total, &root};
    ufunc_options into;
    into.out = &total;
    return ufunc(Op::power, both, into);
}

Array of_vectors(const Array& x, int64_t given_axis, const Order& ord, bool keepdims) {
    const int axis = normalize_axis(given_axis, x.ndim());
    const reduce_options o = along(Axes(axis), keepdims);
    if (ord.is(INFINITY)) return extremum_of_sizes(x, axis, true, keepdims);
    if (ord.is(-INFINITY)) return extremum_of_sizes(x, axis, false, keepdims);
    if (ord.is(0))
        return fold(x, Monoid::add, o, [&](Program& p, Register in) {
            return p.cast(p.cast(in, types::bool_), real_type(x.dtype));
        });
    if (ord.is(1)) return fold(x, Monoid::add, o, absolute);
    if (ord.is_default() || ord.is(2)) return apply(Op::sqrt, sum_of_squares(x, o));
    if (!ord.name.empty())
        fail(Status::value_error, "ord: '%.*s' is no norm of vectors", static_cast<int>(ord.name.size()),
             ord.name.data());
    return by_powers(x, *ord.number, o);
}

Array of_singular_values(const Array& x, int row, int column, const Order& ord) {
    const int64_t from[] = {row, column}, to[] = {-2, -1};
    const std::span<const int64_t> matrix{from}, last{to};
    const Array values = linalg_svdvals(moveaxis(x, Axes(matrix), Axes(last)));
    if (ord.name == "nuc") return reduce(Monoid::add, values, along(Axes(-1), false));
    return extremum(values, values.ndim() - 1, ord.is(2), false);
}

Array of_matrices(const Array& x, int64_t given_row, int64_t given_column, const Order& ord, bool keepdims) {
    const int row = normalize_axis(given_row, x.ndim()), column = normalize_axis(given_column, x.ndim());
    if (row == column) fail(Status::value_error, "axis: expected two axes, got %d twice", row);
    const auto of_sums = [&](int summed, int other, bool largest) {
        const Array sums = fold(x, Monoid::add, along(Axes(summed), false), absolute);
        return extremum(sums, other - (other > summed), largest, false);
    };
    Array result;
    if (ord.is(2) || ord.is(-2) || ord.name == "nuc")
        result = of_singular_values(x, row, column, ord);
    else if (ord.is(1) || ord.is(-1))
        result = of_sums(row, column, ord.is(1));
    else if (ord.is(INFINITY) || ord.is(-INFINITY))
        result = of_sums(column, row, ord.is(INFINITY));
    else if (ord.is_default() || ord.is_frobenius())
        result = apply(Op::sqrt, sum_of_squares(x, along(Axes({row, column}), false)));
    else
        fail(Status::value_error,
             "ord: there is no such norm of matrices: expected 1, -1, 2, -2, inf, -inf, fro or nuc, got %s",
             ord.number ? std::to_string(*ord.number).c_str() : std::string(ord.name).c_str());
    if (!keepdims) return result;
    Dims shape = x.shape;
    shape[row] = shape[column] = 1;
    return reshape(result, shape);
}

// Real and imaginary parts in one line, as a view of a line of complex numbers.
Array parts(const Array& complex) {
    const Array line = is_c_contiguous(complex) ? complex : copy(complex);
    Array both = line;
    both.dtype = real_type(line.dtype);
    both.shape = {2 * line.shape[0]};
    both.strides = {both.itemsize()};
    return both;
}

// The Euclidean norm of all elements, in any order.
Array of_all(const Array& x, bool keepdims) {
    const Array line = ravel(x, {.order = 'K'});
    const auto dotted = [](const Array& a) {
        return stacked_product(a, a, {.row = true, .column = true}, {});
    };
    const Array result = apply(Op::sqrt, dotted(line.dtype.is_complex() ? parts(line) : line));
    return keepdims ? reshape(result, Dims(x.ndim(), 1)) : result;
}

Array norm_of(const Array& given, const Order& ord, const Axes& axis, bool keepdims) {
    const Array x = floating(given);
    if (!axis.given &&
        (ord.is_default() || (ord.is_frobenius() && x.ndim() == 2) || (ord.is(2) && x.ndim() == 1)))
        return of_all(x, keepdims);
    Dims axes = axis.axis;
    if (!axis.given)
        for (int i = 0; i < x.ndim(); ++i) axes.push_back(i);
    if (axes.size() == 1) return of_vectors(x, axes[0], ord, keepdims);
    if (axes.size() == 2) return of_matrices(x, axes[0], axes[1], ord, keepdims);
    fail(Status::value_error, "axis: expected one or two axes, got %d", axes.size());
}

Order order_of(std::optional<double> number, const char* name) { return {number, name ? name : ""}; }

}  // namespace

Array linalg_norm(const Array& x, const linalg_norm_options& o) {
    return norm_of(x, order_of(o.ord, o.norm), o.axis, o.keepdims);
}

Array linalg_matrix_norm(const Array& x, const linalg_matrix_norm_options& o) {
    return norm_of(x, order_of(o.ord, o.norm), {-2, -1}, o.keepdims);
}

Array linalg_vector_norm(const Array& x, const linalg_vector_norm_options& o) {
    const Order ord = order_of(o.norm ? std::nullopt : std::optional(o.ord), o.norm);
    Array result;
    if (!o.axis.given) {
        result = norm_of(ravel(x), ord, Axes(0), false);
    } else if (o.axis.axis.size() == 1) {
        result = norm_of(x, ord, o.axis, false);
    } else {
        // several axes become the first one
        const Dims together = normalize_axes(o.axis, x.ndim());
        Dims order = together, shape{1};
        for (const int64_t axis : together) shape[0] *= x.shape[static_cast<int>(axis)];
        for (int i = 0; i < x.ndim(); ++i) {
            if (std::find(together.begin(), together.end(), i) != together.end()) continue;
            order.push_back(i);
            shape.push_back(x.shape[i]);
        }
        const Array turned = transpose(x, {Axes(std::span<const int64_t>(order))});
        result = norm_of(reshape(turned, shape), ord, Axes(0), false);
    }
    if (!o.keepdims) return result;
    Dims shape = x.shape;
    for (const int64_t axis : normalize_axes(o.axis, x.ndim())) shape[static_cast<int>(axis)] = 1;
    return reshape(result, shape);
}

}  // namespace lockstep::numpy
