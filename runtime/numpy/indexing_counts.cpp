// Elements repeated and numbers counted: repeat, bincount.
// Must not know layouts or backends.
#include <algorithm>
#include <cstring>

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
    return empty_array(dtype, Dims{n}, device, 'C', Contents::zeros);
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

struct Item16 {
    uint64_t a, b;
};

template <class T>
void repeat_items(const char* from, int64_t n, int64_t k, char* to) {
    T* out = reinterpret_cast<T*>(to);
    for (int64_t i = 0; i < n; ++i) {
        T value;
        std::memcpy(&value, from + i * static_cast<int64_t>(sizeof value), sizeof value);
        out = std::fill_n(out, k, value);
    }
}

// Few elements of one line, k times each, on the host.
Array repeat_few(const Array& a, int64_t k) {
    char from[kFew * 16];
    to_host(a, from, sizeof from);
    const Array result = empty_array(a.dtype, Dims{a.size() * k}, a.device());
    switch (a.itemsize()) {
        case 1: repeat_items<uint8_t>(from, a.size(), k, result.data); break;
        case 2: repeat_items<uint16_t>(from, a.size(), k, result.data); break;
        case 4: repeat_items<uint32_t>(from, a.size(), k, result.data); break;
        case 8: repeat_items<uint64_t>(from, a.size(), k, result.data); break;
        default: repeat_items<Item16>(from, a.size(), k, result.data);
    }
    return result;
}

// Every element k times: a's axis beside a new one along which nothing moves.
Array repeat_evenly(const Array& a, int axis, int64_t k) {
    Dims shape = a.shape;
    if (k < 0 && shape[axis] > 0) fail(Status::value_error, "repeats: expected no negative numbers, got %lld", static_cast<long long>(k));
    if (__builtin_mul_overflow(shape[axis], k, &shape[axis])) fail(Status::value_error, "repeats: the array is too big");
    if (a.ndim() == 1 && is_few(a) && k <= kFew) return repeat_few(a, k);
    const Array result = empty_array(a.dtype, shape, a.device());
    const bool full = a.ndim() == kMaxDims;  // no room for an axis more: one strided copy for each
    Dims strides = result.strides;
    strides[axis] *= k;
    for (int64_t j = 0; full && j < k; ++j)
        assign(view(result, result.data + j * result.strides[axis], a.shape, strides), a, "no");
    if (full) return result;
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
    // four are always written, so that short runs need no branch that cannot be foreseen
    constexpr int64_t kAlways = 4;
    if (total > INT64_MAX - kAlways) fail(Status::value_error, "repeats: the array is too big");
    const Array room = empty_array(types::int64_, Dims{total + kAlways}, cpu_device());
    int64_t* to = reinterpret_cast<int64_t*>(room.data);
    for (size_t i = 0; i < many.size(); ++i) {
        const int64_t position = static_cast<int64_t>(i), n = many[i];
        std::fill_n(to, kAlways, position);
        if (n > kAlways) std::fill_n(to + kAlways, n - kAlways, position);
        to += n;
    }
    return to_device(view(room, room.data, {total}, {8}), counts.device());
}

}  // namespace

Array repeat(const Array& a, const Array& repeats, const repeat_options& o) {
    const Array* arrays[] = {&a, &repeats};
    const Device* const device = common_device(arrays);
    int axis;
    Array made;
    const Array from = to_device(along(a, o.axis, axis, made), device);
    const Array counts = positions(repeats, Casting::safe, "repeats");
    if (counts.ndim() > 1) fail(Status::value_error, "repeats: expected at most one dimension, got %d", counts.ndim());
    if (counts.size() == 1) return repeat_evenly(from, axis, item(counts).as<int64_t>());
    if (counts.size() != from.shape[axis])
        fail(Status::value_error, "repeats: expected one number or %lld, got %lld", static_cast<long long>(from.shape[axis]),
             static_cast<long long>(counts.size()));
    if (counts.size() == 0) return copy(from, {.order = 'C'});
    return take(from, positions_of_runs(counts), {.axis = axis, .out = nullptr, .mode = "raise"});
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

// Few numbers, counted on the host; the caller's tests are still to be made.
int64_t largest_of_few(const Array& x, int64_t* numbers) {
    to_host(x, numbers, kFew * 8);
    const auto [low, high] = std::minmax_element(numbers, numbers + x.size());
    if (*low < 0) fail(Status::value_error, "x: expected no negative numbers");
    return *high;
}

template <class T>
Array add_few(const int64_t* at, int64_t count, const T* weights, int64_t n) {
    const Array result = empty_array(dtype_of<T>, Dims{n}, cpu_device());
    T* const out = reinterpret_cast<T*>(result.data);
    std::fill_n(out, n, T{});
    for (int64_t i = 0; i < count; ++i) out[at[i]] += weights ? weights[i] : T{1};
    return result;
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
    const bool few = is_few(at) && device == cpu_device();
    int64_t numbers[kFew];
    const int64_t top = few ? largest_of_few(at, numbers) : largest(at);
    if (top == INT64_MAX) fail(Status::value_error, "x: the result is too big");
    if (o.weights) check_weights(*o.weights, x);
    const int64_t n = std::max(top + 1, o.minlength);
    if (few && !o.weights) return add_few<int64_t>(numbers, at.size(), nullptr, n);
    const Array weights = !o.weights                              ? scalar_array(Scalar::of<int64_t>(1))
                          : o.weights->dtype == types::float64_ ? *o.weights
                                                                : astype(*o.weights, types::float64_);
    if (few) {
        double values[kFew];
        to_host(weights, values, sizeof values);
        return add_few(numbers, at.size(), values, n);
    }
    const Array result = zeros_on(device, weights.dtype, n);
    add_at(result, at, weights);
    return result;
}

}  // namespace lockstep::numpy
