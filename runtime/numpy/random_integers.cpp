// Generator.integers and bytes, RandomState.randint: bounds checked and made offsets and ranges.
// Must not know generators. Source of the rules: numpy/random/_bounded_integers.pyx.in of NumPy 2.4.
#include <cmath>
#include <limits>
#include <vector>

#include "runtime/array/error.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/random.h"
#include "runtime/numpy/functions.h"
#include "runtime/random/generator.h"

namespace lockstep::numpy {
namespace {

__extension__ typedef __int128 Wide;  // holds every bound, and one past it

struct Limits {
    Wide low, high;
};

Limits limits_of(DType type) {
    if (type.is_bool()) return {0, 1};
    const int bits = static_cast<int>(type.itemsize() * 8);
    if (type.kind() == 'u') return {0, (Wide{1} << bits) - 1};
    return {-(Wide{1} << (bits - 1)), (Wide{1} << (bits - 1)) - 1};
}

Wide whole_number(double x, const char* name) {
    if (std::isnan(x)) fail(Status::value_error, "%s: expected integers, got NaN", name);
    if (std::isinf(x)) fail(Status::overflow_error, "%s: expected integers, got infinity", name);
    if (std::fabs(x) >= 0x1p65) return x < 0 ? -(Wide{1} << 65) : Wide{1} << 65;  // beyond every type
    return static_cast<Wide>(x);
}

// The elements of a bound in C order; what is after the point falls off, as by Python's int().
std::vector<Wide> bounds_of(const Array& a, const char* name) {
    if (a.dtype.is_complex()) fail(Status::type_error, "%s: expected integers, got %s", name, a.dtype.name());
    const size_t count = static_cast<size_t>(a.size());
    const int64_t bytes = a.size() * 8;
    std::vector<Wide> values(count);
    if (a.dtype.is_float()) {
        std::vector<double> numbers(count);
        to_host(astype(a, types::float64_, {}), numbers.data(), bytes);
        for (size_t k = 0; k < count; ++k) values[k] = whole_number(numbers[k], name);
    } else if (a.dtype == types::uint64_) {
        std::vector<uint64_t> numbers(count);
        to_host(a, numbers.data(), bytes);
        values.assign(numbers.begin(), numbers.end());
    } else {
        std::vector<int64_t> numbers(count);
        to_host(astype(a, types::int64_, {}), numbers.data(), bytes);
        values.assign(numbers.begin(), numbers.end());
    }
    return values;
}

// Low and high, both included, in pairs that NumPy would compare.
struct Ranges {
    DType type;
    std::vector<Wide> low, high;

    Ranges(DType t, const Array* lows, const Array& highs, bool endpoint) : type(t) {
        low = lows ? bounds_of(*lows, "low") : std::vector<Wide>{0};
        high = bounds_of(highs, "high");
        const Limits limits = limits_of(type);
        for (Wide& h : high) h -= endpoint ? 0 : 1;
        for (const Wide l : low)
            if (l < limits.low) fail(Status::value_error, "low: out of bounds for %s", type.name());
        for (const Wide h : high)
            if (h > limits.high) fail(Status::value_error, "high: out of bounds for %s", type.name());
    }
};

[[noreturn]] void refuse_order(bool endpoint) {
    fail(Status::value_error, "low: expected numbers %s high", endpoint ? "up to" : "below");
}

Distribution row_for(DType type, bool masked) {
    using enum Distribution;
    if (type.is_bool()) return bounded_bool;
    switch (type.itemsize()) {
        case 8: return masked ? masked_uint64 : bounded_uint64;
        case 4: return masked ? masked_uint32 : bounded_uint32;
        case 2: return masked ? masked_uint16 : bounded_uint16;
        default: return masked ? masked_uint8 : bounded_uint8;
    }
}

// Offset and range are bit patterns.
Array draw(random::Generator& generator, const Dims& shape, DType type, const DrawParameter (&parameters)[2]) {
    const Array drawn = empty_array(type, shape, default_device());
    const Distribution row = row_for(type, generator.is_legacy());
    Array words = drawn;
    words.dtype = DType::from_character(row_of(row).type);
    const random::Generator::Use use(generator);
    run_random(use.state(), row, words, parameters);
    return drawn;
}

// The same of all draws.
Array draw(random::Generator& generator, const Dims& shape, DType type, Wide offset, Wide range) {
    DrawParameter parameters[2] = {};
    parameters[0].integer = static_cast<int64_t>(static_cast<uint64_t>(offset));
    parameters[1].integer = static_cast<int64_t>(static_cast<uint64_t>(range));
    return draw(generator, shape, type, parameters);
}

// Place of an element of `a` for each element of `shape` in C order.
std::vector<int64_t> broadcast_places(const Array& a, std::span<const int64_t> shape, int64_t count) {
    const Array numbers = empty_array(types::int64_, a.shape, cpu_device());
    int64_t strides[kMaxDims];
    std::vector<int64_t> places(static_cast<size_t>(count));
    if (!broadcast_strides(numbers, shape, strides)) return places;
    Dims at(static_cast<int>(shape.size()));
    int64_t place = 0;
    for (int64_t& p : places) {
        p = place / 8;
        for (int d = at.size() - 1; d >= 0; --d) {
            place += strides[d];
            if (++at[d] < shape[static_cast<size_t>(d)]) break;
            place -= strides[d] * at[d];
            at[d] = 0;
        }
    }
    return places;
}

Array draw_each(random::Generator& generator, const Array* low, const Array& high, const Ranges& ranges, const random_integers_options& o) {
    const Array none = low ? Array() : scalar_array(weak_int(0));
    const Array& first = low ? *low : none;
    Array sized;
    const Array* arrays[] = {&first, &high, &sized};
    if (o.size.given) sized = empty_array(types::bool_, o.size.axis, cpu_device());
    const Dims space = broadcast_shapes(std::span(arrays, o.size.given ? 3 : 2));
    // With a size smaller than the bounds' shape NumPy draws for the first of them.
    const Dims shape = o.size.given ? o.size.axis : space;
    const int64_t count = product(shape);
    const std::vector<int64_t> lows = broadcast_places(first, space, count), highs = broadcast_places(high, space, count);
    const Array offset = empty_array(types::int64_, shape, cpu_device()), range = empty_array(types::int64_, shape, cpu_device());
    for (size_t k = 0; k < lows.size(); ++k) {
        const Wide l = ranges.low[static_cast<size_t>(lows[k])], h = ranges.high[static_cast<size_t>(highs[k])];
        if (l > h) refuse_order(o.endpoint);
        reinterpret_cast<uint64_t*>(offset.data)[k] = static_cast<uint64_t>(l);
        reinterpret_cast<uint64_t*>(range.data)[k] = static_cast<uint64_t>(h - l);
    }
    DrawParameter parameters[2] = {};
    parameters[0].many = &offset, parameters[1].many = &range;
    return draw(generator, shape, ranges.type, parameters);
}

}  // namespace

Array random_integers(random::Generator& generator, const Array& low, const random_integers_options& o) {
    if (!o.dtype.is_integer() && !o.dtype.is_bool())
        fail(Status::type_error, "dtype: expected bool or an integer type, got %s", o.dtype.name());
    if (o.size.given) {
        checked_bytes(o.size.axis, o.dtype.itemsize());
        if (product(o.size.axis) == 0) return empty_array(o.dtype, o.size.axis, default_device());
    }
    const Array* const lowest = o.high ? &low : nullptr;  // integers(high) begins at 0
    const Array& high = o.high ? *o.high : low;
    const Ranges ranges(o.dtype, lowest, high, o.endpoint);
    if ((lowest && low.ndim() > 0) || high.ndim() > 0) return draw_each(generator, lowest, high, ranges, o);
    if (ranges.low[0] > ranges.high[0]) refuse_order(o.endpoint);
    return draw(generator, o.size.given ? o.size.axis : Dims(), o.dtype, ranges.low[0], ranges.high[0] - ranges.low[0]);
}

// Whole words are drawn, at least one.
Array random_bytes(random::Generator& generator, int64_t length) {
    if (length < 0) fail(Status::value_error, "length: expected at least 0, got %lld", static_cast<long long>(length));
    const int64_t words = length / 4 + (length % 4 != 0 || length == 0);
    const Array drawn = draw(generator, Dims{words}, types::uint32_, 0, 0xffffffff);
    Array bytes = view(drawn, drawn.data, {length}, {1});
    bytes.dtype = types::uint8_;
    return bytes;
}

}  // namespace lockstep::numpy
