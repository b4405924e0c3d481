// Places on diagonals and in triangles, and writing to a diagonal.
// Must not know layouts or backends.
#include <algorithm>

#include "runtime/array/error.h"
#include "runtime/exec/device.h"
#include "runtime/exec/memory.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/positions.h"

namespace lockstep::numpy {
namespace {

bool all_equal(const Dims& shape) {
    return std::all_of(shape.begin(), shape.end(), [&](int64_t n) { return n == shape[0]; });
}

// The diagonal of a tall matrix, its columns and a row long, again and again.
void fill_wrapped(const Array& a, const Array& values) {
    const int64_t step = a.shape[1] + 1, count = (a.size() + step - 1) / step;
    const Array by = scalar_array(Scalar::of(step)), numbers = counting(count, a.device());
    const Array* inputs[] = {&numbers, &by};
    scatter_flat(a, ufunc(Op::multiply, inputs), cycled(values, count), OutOfRange::raise);
}

}  // namespace

void fill_diagonal(const Array& a, const Array& val, const fill_diagonal_options& o) {
    if (a.ndim() < 2) fail(Status::value_error, "a: expected at least 2 dimensions, got %d", a.ndim());
    if (a.ndim() > 2 && !all_equal(a.shape))
        fail(Status::value_error, "a: expected dimensions of one size, got %s", shape_text(a.shape).c_str());
    const Array values = ravel(values_as(val, a.dtype, "unsafe", "val", a.device()));
    if (!a.writable()) fail(Status::read_only, "a: the array is read-only");
    if (a.size() == 0 || values.size() == 0) return;
    if (o.wrap && a.ndim() == 2 && a.shape[0] > a.shape[1]) return fill_wrapped(a, values);
    int64_t stride = 0;
    for (const int64_t s : a.strides) stride += s;
    const int64_t n = *std::min_element(a.shape.begin(), a.shape.end());
    assign(view(a, a.data, {n}, {stride}), cycled(values, n), "no");
}

std::vector<Array> diag_indices(int64_t n, int64_t ndim) {
    if (ndim > kMaxDims) fail(Status::value_error, "ndim: expected at most %d, got %lld", kMaxDims, static_cast<long long>(ndim));
    return std::vector<Array>(static_cast<size_t>(std::max<int64_t>(0, ndim)), counting(n, default_device()));
}

std::vector<Array> diag_indices_from(const Array& arr) {
    if (arr.ndim() < 2) fail(Status::value_error, "arr: expected at least 2 dimensions, got %d", arr.ndim());
    if (!all_equal(arr.shape))
        fail(Status::value_error, "arr: expected dimensions of one size, got %s", shape_text(arr.shape).c_str());
    return diag_indices(arr.shape[0], arr.ndim());
}

std::vector<Array> tril_indices(int64_t n, const tril_indices_options& o) {
    return nonzero(tri(n, {.M = o.m, .k = o.k, .dtype = types::bool_}));
}

std::vector<Array> triu_indices(int64_t n, const triu_indices_options& o) {
    const int64_t below = o.k == INT64_MIN ? o.k : o.k - 1;
    const Array lower = tri(n, {.M = o.m, .k = below, .dtype = types::bool_});
    const Array* inputs[] = {&lower};
    return nonzero(ufunc(Op::logical_not, inputs));
}

namespace {
void check_matrix(const Array& arr) {
    if (arr.ndim() != 2) fail(Status::value_error, "arr: expected 2 dimensions, got %d", arr.ndim());
}
}  // namespace

std::vector<Array> tril_indices_from(const Array& arr, const tril_indices_from_options& o) {
    check_matrix(arr);
    return tril_indices(arr.shape[0], {.k = o.k, .m = arr.shape[1]});
}

std::vector<Array> triu_indices_from(const Array& arr, const triu_indices_from_options& o) {
    check_matrix(arr);
    return triu_indices(arr.shape[0], {.k = o.k, .m = arr.shape[1]});
}

}  // namespace lockstep::numpy
