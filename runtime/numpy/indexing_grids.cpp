// Coordinates of grids, and places in flattened arrays: ix_, indices, unravel_index, ravel_multi_index.
// Must not know layouts or backends.
#include "runtime/array/error.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/indexing.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/positions.h"

namespace lockstep::numpy {
namespace {

// A 1-D array along axis k of ndim, size 1 elsewhere.
Array along_axis(const Array& line, int k, int ndim) {
    Dims shape(ndim, 1), strides(ndim, 0);
    shape[k] = line.shape[0];
    strides[k] = line.strides[0];
    return view(line, line.data, std::move(shape), std::move(strides));
}

}  // namespace

std::vector<Array> ix_(std::span<const Array* const> args) {
    if (args.size() > kMaxDims) fail(Status::value_error, "args: expected at most %d arrays, got %zu", kMaxDims, args.size());
    std::vector<Array> mesh;
    mesh.reserve(args.size());
    for (size_t k = 0; k < args.size(); ++k) {
        if (args[k]->ndim() != 1) fail(Status::value_error, "args[%zu]: expected one dimension, got %d", k, args[k]->ndim());
        const Array line = args[k]->dtype.is_bool() ? flatnonzero(*args[k]) : *args[k];
        mesh.push_back(along_axis(line, static_cast<int>(k), static_cast<int>(args.size())));
    }
    return mesh;
}

std::vector<Array> indices(std::span<const int64_t> dimensions, const indices_options& o) {
    const int ndim = static_cast<int>(dimensions.size());
    if (ndim + !o.sparse > kMaxDims) fail(Status::value_error, "dimensions: expected fewer than %d", kMaxDims);
    std::vector<Array> grid;
    Dims shape(dimensions);
    if (!o.sparse) {
        shape.insert(0, ndim);
        grid.push_back(empty_array(o.dtype, shape, default_device()));
    }
    for (int k = 0; k < ndim; ++k) {
        const Array line = along_axis(arange(weak_int(0), weak_int(dimensions[static_cast<size_t>(k)]), weak_int(1), {o.dtype}),
                                      k, ndim);
        if (o.sparse) {
            grid.push_back(line);
            continue;
        }
        const Array& whole = grid[0];
        const Dims strides(std::span(whole.strides.begin() + 1, whole.strides.end()));
        assign(view(whole, whole.data + k * whole.strides[0], Dims(dimensions), strides), line, "no");
    }
    return grid;
}

namespace {

bool fortran(char order) {
    if (order != 'C' && order != 'F') fail(Status::value_error, "order: expected C or F, got '%c'", order);
    return order == 'F';
}

Array integers(const Array& a, const char* argument) {
    if (!a.dtype.is_integer() && !a.dtype.is_bool())
        fail(Status::type_error, "%s: expected integers, got %s", argument, a.dtype.name());
    return positions(a, Casting::same_kind, argument);
}

// The number of elements; throws value_error where it does not fit or a size is negative.
int64_t checked_size(std::span<const int64_t> shape, const char* argument) {
    int64_t n = 1;
    for (const int64_t s : shape) {
        if (s < 0) fail(Status::value_error, "%s: expected no negative sizes, got %lld", argument, static_cast<long long>(s));
        if (__builtin_mul_overflow(n, s, &n)) fail(Status::value_error, "%s: the array is too big", argument);
    }
    return n;
}

Array with_number(Op op, const Array& a, int64_t number) {
    const Array other = scalar_array(Scalar::of(number));
    const Array* inputs[] = {&a, &other};
    return ufunc(op, inputs);
}

// a * number + b
Array multiplied_and_added(const Array& a, int64_t number, const Array& b) {
    const Array by = scalar_array(Scalar::of(number));
    const Array* inputs[] = {&a, &by, &b};
    Program p;
    for (const Array* in : inputs) p.input(in->dtype);
    const Register scaled = p.push(Op::multiply, types::int64_, 0, 1);
    return run_elementwise(p, inputs, p.push(Op::add, types::int64_, scaled, 2), {});
}

// Few places, taken apart on the host.
std::vector<Array> unravel_few(const Array& index, std::span<const int64_t> shape, bool reversed) {
    int64_t rest[kFew];
    to_host(index, rest, sizeof rest);
    const int ndim = static_cast<int>(shape.size());
    std::vector<Array> found(shape.size());
    for (int i = 0; i < ndim; ++i) {
        const size_t d = static_cast<size_t>(reversed ? i : ndim - 1 - i);
        const int64_t n = std::max<int64_t>(1, shape[d]);
        found[d] = empty_array(types::int64_, index.shape, index.device());
        int64_t* const to = reinterpret_cast<int64_t*>(found[d].data);
        for (int64_t k = 0; k < index.size(); ++k) {
            to[k] = i == ndim - 1 ? rest[k] : rest[k] % n;
            rest[k] /= n;
        }
    }
    return found;
}

}  // namespace

std::vector<Array> unravel_index(const Array& index, std::span<const int64_t> shape, const unravel_index_options& o) {
    const bool reversed = fortran(o.order);
    const int ndim = static_cast<int>(shape.size());
    if (ndim > kMaxDims) fail(Status::value_error, "shape: expected at most %d dimensions, got %d", kMaxDims, ndim);
    const int64_t size = checked_size(shape, "shape");
    Array rest = integers(index, "indices");
    if (ndim == 0 && rest.ndim() > 0) fail(Status::value_error, "indices: expected one index for a 0-d array");
    if (rest.size() > 0 && any_outside(rest, 0, size - 1))
        fail(Status::value_error, "indices: expected places from 0 to %lld", static_cast<long long>(size - 1));
    if (is_few(rest)) return unravel_few(rest, shape, reversed);
    std::vector<Array> found(static_cast<size_t>(ndim));
    if (ndim == 1) found[0] = copy(rest, {.order = 'C'});
    for (int i = 0; i < ndim && ndim > 1; ++i) {
        const size_t d = static_cast<size_t>(reversed ? i : ndim - 1 - i);
        if (i == ndim - 1) {
            found[d] = rest;
            break;
        }
        const int64_t n = std::max<int64_t>(1, shape[d]);
        const Array quotient = with_number(Op::floor_divide, rest, n);
        found[d] = multiplied_and_added(quotient, -n, rest);
        rest = quotient;
    }
    return found;
}

namespace {

// The mode of each dimension: one for all, or as many as there are with commas between.
void read_modes(std::string_view text, std::span<OutOfRange> modes) {
    const size_t commas = static_cast<size_t>(std::count(text.begin(), text.end(), ','));
    if (commas > 0 && commas + 1 != modes.size())
        fail(Status::value_error, "mode: expected %zu, got %zu", modes.size(), commas + 1);
    for (OutOfRange& mode : modes) {
        const size_t end = text.find(',');
        mode = out_of_range(text.substr(0, end));
        if (end != text.npos) text.remove_prefix(end + 1);
    }
}

Array within(const Array& coordinate, int64_t n, OutOfRange mode) {
    if (coordinate.size() == 0) return coordinate;
    if (n == 0) fail(Status::value_error, "dims: expected no size of 0 where there are coordinates");
    if (mode == OutOfRange::wrap) return with_number(Op::remainder, coordinate, n);
    if (mode == OutOfRange::clip) return with_number(Op::minimum, with_number(Op::maximum, coordinate, 0), n - 1);
    if (any_outside(coordinate, 0, n - 1))
        fail(Status::value_error, "multi_index: expected coordinates from 0 to %lld", static_cast<long long>(n - 1));
    return coordinate;
}

}  // namespace

Array ravel_multi_index(std::span<const Array* const> multi_index, std::span<const int64_t> dims,
                        const ravel_multi_index_options& o) {
    const bool reversed = fortran(o.order);
    const int ndim = static_cast<int>(dims.size());
    if (ndim > kMaxDims) fail(Status::value_error, "dims: expected at most %d, got %d", kMaxDims, ndim);
    OutOfRange modes[kMaxDims];
    read_modes(o.mode, std::span(modes, dims.size()));
    if (multi_index.size() != dims.size())
        fail(Status::value_error, "multi_index: expected %d arrays, got %zu", ndim, multi_index.size());
    checked_size(dims, "dims");
    if (ndim == 0) return scalar_array(Scalar::of<int64_t>(0));
    broadcast_shapes(multi_index);
    Array place;
    for (int i = 0; i < ndim; ++i) {
        const size_t d = static_cast<size_t>(reversed ? ndim - 1 - i : i);
        const Array coordinate = within(integers(*multi_index[d], "multi_index"), dims[d], modes[d]);
        if (i == 0) {
            place = coordinate;
            continue;
        }
        place = multiplied_and_added(place, dims[d], coordinate);
    }
    return ndim == 1 ? copy(place, {.order = 'C'}) : place;
}

}  // namespace lockstep::numpy
