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
    const Array result = empty_array(v.dtype, shape, v.device(), 'C', Contents::zeros);
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

// n by m of `type`: ones on and below diagonal k, zeros above. Every row is the one above moved on by an element,
// and columns alike, so that all are windows of one line, which stays in the cache: rows packed, or columns.
Array band(int64_t n, int64_t m, int64_t k, DType type, const Device* device, bool packed_rows = true) {
    k = std::clamp(k, -n, m);  // beyond, nothing changes
    const int64_t size = type.itemsize(), length = n + m - 1, ones = std::min(n + k, length);
    const Array line = empty_array(type, Dims{length}, device, 'C', Contents::zeros);
    char* const first_one = line.data + (packed_rows ? 0 : length - ones) * size;
    if (ones) assign(view(line, first_one, {ones}, {size}), scalar_array(cast_scalar(weak_int(1), type)), "no");
    if (packed_rows) return view(line, line.data + (n - 1) * size, {n, m}, {-size, size});
    return view(line, line.data + (m - 1) * size, {n, m}, {size, -size});
}

}  // namespace

Array tri(int64_t N, const tri_options& o) {
    const int64_t n = std::max<int64_t>(N, 0), m = std::max<int64_t>(o.M.value_or(N), 0);
    const int64_t shape[] = {n, m};
    const Array result = empty_array(o.dtype, shape, default_device());
    if (result.size() > 0) assign(result, band(n, m, o.k, o.dtype, default_device()), "no");
    return result;
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
    const bool packed_rows = result.strides[result.ndim() - 1] <= result.strides[result.ndim() - 2];
    const int64_t last = upper ? std::max(k, INT64_MIN + 1) - 1 : k;
    const Array below = band(rows, columns, last, types::bool_, m.device(), packed_rows);
    const Array zero = scalar_array(cast_scalar(weak_int(0), m.dtype));
    Program p;
    const Register mask_in = p.input(types::bool_), value = p.input(m.dtype), none = p.input(m.dtype);
    const Register chosen = p.push(Op::select, m.dtype, mask_in, upper ? none : value, upper ? value : none);
    const Array* inputs[] = {&below, &m, &zero};
    ufunc_options into;
    into.out = &result;
    return run_elementwise(p, inputs, chosen, into);
}

}  // namespace

Array tril(const Array& m, const tril_options& o) { return triangle(m, o.k, false); }

Array triu(const Array& m, const triu_options& o) { return triangle(m, o.k, true); }

}  // namespace lockstep::numpy
