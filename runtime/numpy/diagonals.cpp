// Diagonals as views, matrices around a diagonal, triangles.
// Must not know backends.
#include <algorithm>

#include "runtime/array/error.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/functions.h"

namespace lockstep::numpy {
namespace {

struct Plane {
    int first, second;
};

Plane plane_of(const Array& a, int64_t axis1, int64_t axis2) {
    if (a.ndim() < 2) fail(Status::value_error, "a: expected at least 2 dimensions, got %d", a.ndim());
    const Plane p{normalize_axis(axis1, a.ndim(), "axis1"), normalize_axis(axis2, a.ndim(), "axis2")};
    if (p.first == p.second) fail(Status::value_error, "axis2: expected another axis than axis1, got %d twice", p.first);
    return p;
}

}  // namespace

Array diagonal(const Array& a, const diagonal_options& o) {
    const auto [first, second] = plane_of(a, o.axis1, o.axis2);
    const int64_t rows = a.shape[first], columns = a.shape[second];
    const int64_t down = o.offset < 0 ? -std::max(o.offset, -rows) : 0, right = std::clamp<int64_t>(o.offset, 0, columns);
    const int64_t length = std::min(rows - down, columns - right);
    char* data = a.data;
    if (length > 0) data += down * a.strides[first] + right * a.strides[second];
    Dims shape, strides;
    for (int i = 0; i < a.ndim(); ++i) {
        if (i == first || i == second) continue;
        shape.push_back(a.shape[i]);
        strides.push_back(a.strides[i]);
    }
    shape.push_back(length);
    strides.push_back(a.strides[first] + a.strides[second]);
    Array v = view(a, data, std::move(shape), std::move(strides));
    v.read_only = true;
    return v;
}

Array trace(const Array& a, const trace_options& o) {
    return sum(diagonal(a, {o.offset, o.axis1, o.axis2}), {.axis = Axes(-1), .dtype = o.dtype, .out = o.out});
}

Array diagflat(const Array& v, const diagflat_options& o) {
    const Array line = ravel(v);
    const int64_t n = line.size();
    int64_t size = 0;
    if (o.k == INT64_MIN || __builtin_add_overflow(n, o.k < 0 ? -o.k : o.k, &size))
        fail(Status::value_error, "k: the result is too large");
    const int64_t shape[] = {size, size};
    const Array result = empty_array(v.dtype, shape, v.device());
    assign(result, scalar_array(weak_int(0)), "unsafe");
    const int64_t row = o.k < 0 ? -o.k : 0, column = o.k > 0 ? o.k : 0;
    char* const start = result.data + (n ? row * result.strides[0] + column * result.strides[1] : 0);
    assign(view(result, start, {n}, {result.strides[0] + result.strides[1]}), line, "no");
    return result;
}

Array diag(const Array& v, const diag_options& o) {
    if (v.ndim() == 1) return diagflat(v, {o.k});
    if (v.ndim() != 2) fail(Status::value_error, "v: expected 1 or 2 dimensions, got %d", v.ndim());
    return diagonal(v, {.offset = o.k});
}

namespace {

// Numbers along a column and along a row: element (i, j) is on or below diagonal k where rows[i] >= columns[j].
struct Band {
    Array rows, columns;
    Band(int64_t n, int64_t m, int64_t k, const Device* device) {
        k = std::clamp(k, -n, m);  // beyond, nothing changes
        const Array numbers = to_device(arange(weak_int(-m), weak_int(m + n), weak_int(1), {}), device);
        const int64_t step = numbers.strides[0];
        rows = view(numbers, numbers.data + m * step, {n, 1}, {step, 0});
        columns = view(numbers, numbers.data + (m - k) * step, {m}, {step});
    }
};

}  // namespace

Array tri(int64_t N, const tri_options& o) {
    const int64_t n = std::max<int64_t>(N, 0), m = std::max<int64_t>(o.M.value_or(N), 0);
    const int64_t shape[] = {n, m};
    const Array result = empty_array(o.dtype, shape, default_device());
    if (result.size() == 0) return result;
    const Band band(n, m, o.k, default_device());
    const Array* inputs[] = {&band.rows, &band.columns};
    ufunc_options into;
    into.out = &result;
    into.casting = "unsafe";
    return ufunc(Op::greater_equal, inputs, into);
}

namespace {

// m where element (i, j) of its last two axes is on or below diagonal k, else 0; the other way round for `upper`. The
// axis order is that of NumPy's where(mask, m, 0), with a C-ordered mask.
Array triangle(const Array& m, int64_t k, bool upper) {
    if (m.ndim() == 0) fail(Status::type_error, "m: expected at least 1 dimension, got 0");
    const int64_t columns = m.shape[m.ndim() - 1], rows = m.ndim() > 1 ? m.shape[m.ndim() - 2] : columns;
    Dims shape = m.shape;
    if (m.ndim() == 1) shape.push_back(columns);
    checked_bytes(shape, m.itemsize());
    Array mask = m;
    mask.dtype = types::bool_;
    mask.shape = {rows, columns};
    mask.strides = {columns, 1};
    const Array* voters[] = {&mask, &m};
    const Array result = empty_ordered(m.dtype, shape, result_order(voters, shape), m.device());
    if (result.size() == 0) return result;
    const Band band(rows, columns, upper ? std::max(k, INT64_MIN + 1) - 1 : k, m.device());
    const Array zero = scalar_array(cast_scalar(weak_int(0), m.dtype));
    Program p;
    const Register row = p.input(types::int64_), column = p.input(types::int64_);
    const Register value = p.input(m.dtype), none = p.input(m.dtype);
    const Register below = p.push(Op::greater_equal, types::int64_, row, column);
    const Register chosen = p.push(Op::select, m.dtype, below, upper ? none : value, upper ? value : none);
    const Array* inputs[] = {&band.rows, &band.columns, &m, &zero};
    ufunc_options into;
    into.out = &result;
    return run_elementwise(p, inputs, chosen, into);
}

}  // namespace

Array tril(const Array& m, const tril_options& o) { return triangle(m, o.k, false); }

Array triu(const Array& m, const triu_options& o) { return triangle(m, o.k, true); }

}  // namespace lockstep::numpy
