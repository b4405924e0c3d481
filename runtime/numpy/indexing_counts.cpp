// Elements repeated and numbers counted: repeat, bincount.
// Must not know layouts or backends.
#include "runtime/array/error.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/indexing.h"
#include "runtime/exec/memory.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/positions.h"
#include "runtime/numpy/reduce.h"

namespace lockstep::numpy {
namespace {

Array zeros_on(const Device* device, DType dtype, int64_t n) {
    const Array a = empty_array(dtype, Dims{n}, device);
    assign(a, scalar_array(weak_int(0)), "unsafe");
    return a;
}

// array[at] += values
void add_at(const Array& array, const Array& at, const Array& values) {
    Places p;
    p.array = array;
    p.shape = at.shape;
    p.strides = {0};
    p.count = 1;
    p.indices[0] = at;
    p.axes[0] = 0;
    run_scatter(p, values, Op::add);
}

// Every element k times: a's axis beside a new one along which nothing moves.
Array repeat_evenly(const Array& a, int axis, int64_t k) {
    Dims shape = a.shape;
    if (k < 0 && shape[axis] > 0) fail(Status::value_error, "repeats: expected no negative numbers, got %lld", static_cast<long long>(k));
    if (__builtin_mul_overflow(shape[axis], k, &shape[axis])) fail(Status::value_error, "repeats: the array is too big");
    const Array result = empty_array(a.dtype, shape, a.device());
    // few repeats of many: one strided copy for each, as inner loops of two or three elements cost more than they do
    const bool few = (k <= 4 && result.size() > 4096) || a.ndim() == kMaxDims;
    Dims strides = result.strides;
    strides[axis] *= k;
    for (int64_t j = 0; few && j < k; ++j)
        assign(view(result, result.data + j * result.strides[axis], a.shape, strides), a, "no");
    if (few) return result;
    Dims wide = a.shape, from = a.strides;
    wide.insert(axis + 1, k);
    from.insert(axis + 1, 0);
    strides.insert(axis + 1, result.strides[axis]);
    assign(view(result, result.data, wide, strides), view(a, a.data, wide, from), "no");
    return result;
}

// The position in a of every element of the result: counts[0] zeros, counts[1] ones and so on; counted on the host.
Array positions_of_runs(const Array& counts) {
    std::vector<int64_t> many(static_cast<size_t>(counts.size()));
    to_host(counts, many.data(), counts.size() * 8);
    int64_t total = 0;
    for (const int64_t n : many) {
        if (n < 0) fail(Status::value_error, "repeats: expected no negative numbers, got %lld", static_cast<long long>(n));
        if (__builtin_add_overflow(total, n, &total)) fail(Status::value_error, "repeats: the array is too big");
    }
    const Array at = empty_array(types::int64_, Dims{total}, cpu_device());
    int64_t* to = reinterpret_cast<int64_t*>(at.data);
    for (size_t i = 0; i < many.size(); ++i) to = std::fill_n(to, many[i], static_cast<int64_t>(i));
    return to_device(at, counts.device());
}

}  // namespace

Array repeat(const Array& a, const Array& repeats, const repeat_options& o) {
    const Array* arrays[] = {&a, &repeats};
    const Device* const device = common_device(arrays);
    int axis;
    const Array from = to_device(along(a, o.axis, axis), device);
    const Array counts = positions(repeats, Casting::safe, "repeats");
    if (counts.ndim() > 1) fail(Status::value_error, "repeats: expected at most one dimension, got %d", counts.ndim());
    if (counts.size() == 1) return repeat_evenly(from, axis, item(counts).as<int64_t>());
    if (counts.size() != from.shape[axis])
        fail(Status::value_error, "repeats: expected one number or %lld, got %lld", static_cast<long long>(from.shape[axis]),
             static_cast<long long>(counts.size()));
    if (counts.size() == 0) return copy(from, {.order = 'C'});
    return take(from, positions_of_runs(counts), {.axis = axis, .out = nullptr, .mode = "clip"});
}

namespace {

int64_t largest(const Array& x) {
    Array bits = x;  // negative numbers are the largest then: one pass for both questions
    bits.dtype = types::uint64_;
    const uint64_t top = item(reduce_whole(Monoid::maximum, bits)).as<uint64_t>();
    if (top > INT64_MAX) fail(Status::value_error, "x: expected no negative numbers");
    return static_cast<int64_t>(top);
}

void check_weights(const Array& weights, const Array& x) {
    if (!can_cast(weights.dtype, types::float64_, Casting::safe) && !weights.dtype.is_integer())
        fail(Status::type_error, "weights: expected real numbers, got %s", weights.dtype.name());
    if (weights.ndim() != 1) fail(Status::value_error, "weights: expected one dimension, got %d", weights.ndim());
    if (weights.size() != x.size())
        fail(Status::value_error, "weights: expected %lld, as many as x has elements, got %lld",
             static_cast<long long>(x.size()), static_cast<long long>(weights.size()));
}

}  // namespace

Array bincount(const Array& x, const bincount_options& o) {
    if (x.ndim() != 1) fail(Status::value_error, "x: expected one dimension, got %d", x.ndim());
    const Array at = positions(x, Casting::same_kind, "x");
    if (o.minlength < 0)
        fail(Status::value_error, "minlength: expected no negative number, got %lld", static_cast<long long>(o.minlength));
    const Array* arrays[] = {&x, o.weights ? o.weights : &x};
    const Device* const device = common_device(arrays);
    if (x.size() == 0) return zeros_on(device, types::int64_, o.minlength);
    const int64_t top = largest(at);
    if (top == INT64_MAX) fail(Status::value_error, "x: the result is too big");
    if (o.weights) check_weights(*o.weights, x);
    const int64_t n = std::max(top + 1, o.minlength);
    const Array result = zeros_on(device, o.weights ? types::float64_ : types::int64_, n);
    const Array one = scalar_array(Scalar::of<int64_t>(1));
    add_at(result, at, o.weights ? (o.weights->dtype == types::float64_ ? *o.weights : astype(*o.weights, types::float64_)) : one);
    return result;
}

}  // namespace lockstep::numpy
