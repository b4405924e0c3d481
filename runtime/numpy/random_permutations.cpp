// permutation, permuted, shuffle and choice: positions are drawn on the host, elements gathered where they are.
// Must not know generators, nor elements. Source of the rules: numpy/random/_generator.pyx and mtrand.pyx of NumPy 2.4.
#include <cmath>
#include <vector>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/sort.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/index_expression.h"
#include "runtime/random/generator.h"
#include "runtime/random/sequences.h"
#include "runtime/scalar/cast.h"

namespace lockstep::numpy {
namespace {

// `rows` permutations of n numbers, one after the other, in the CPU's memory.
Array permutations(random::Generator& generator, int64_t rows, int64_t n) {
    const Array drawn = empty_array(types::int64_, Dims{rows, n}, cpu_device());
    const random::Generator::Use use(generator);
    for (int64_t row = 0; row < rows; ++row)
        random::draw_permutation(use.state(), n, reinterpret_cast<int64_t*>(drawn.data) + row * n);
    return drawn;
}

Array permutation_of(random::Generator& generator, int64_t n, const Device* device) {
    const Array drawn = permutations(generator, 1, n);
    return to_device(view(drawn, drawn.data, {n}, {8}), device);
}

// A 0-d integer stands for the numbers below it.
bool is_count(const Array& x) { return x.ndim() == 0 && (x.dtype.is_integer() || x.dtype.is_bool()); }
int64_t count_of(const Array& x, const char* name) {
    const Scalar value = item(x);
    if (x.dtype == types::uint64_ && value.as<uint64_t>() >> 63) fail(Status::overflow_error, "%s: expected a number below 2^63", name);
    return cast_scalar(value, types::int64_).as<int64_t>();
}

// Where slices along `axis` are shuffled one by one: the axis last, the others in C order.
Array permuted_slices(random::Generator& generator, const Array& x, int64_t axis) {
    const Array last = moveaxis(x, Axes(axis), Axes(-1));
    const int64_t n = last.shape[last.ndim() - 1];
    const Array drawn = permutations(generator, n ? last.size() / n : 0, n);
    const Array places = to_device(reshape(drawn, last.shape), x.device());
    return moveaxis(take_along_axis(last, places, {.axis = -1}), Axes(-1), Axes(axis));
}

Array permuted_whole(random::Generator& generator, const Array& x, char order) {
    const Array flat = ravel(x, {order});
    const Array mixed = take(flat, permutation_of(generator, flat.size(), x.device()), {.axis = 0});
    return reshape(mixed, x.shape, {.order = order});
}

}  // namespace

Array random_permutation(random::Generator& generator, const Array& x, const random_permutation_options& o) {
    if (is_count(x)) return permutation_of(generator, std::max<int64_t>(count_of(x, "x"), 0), default_device());
    if (generator.is_legacy() && x.ndim() == 0) fail(Status::index_error, "x: expected an integer or at least one dimension");
    const int axis = normalize_axis(o.axis, x.ndim());
    const Array places = permutation_of(generator, x.shape[axis], x.device());
    if (x.ndim() == 1) return take(x, places, {.axis = 0});
    std::vector<Index> index(static_cast<size_t>(x.ndim()), Index{.kind = Index::Kind::slice});
    index[static_cast<size_t>(axis)] = {.kind = Index::Kind::array, .array = &places};
    Array result;
    get_indexed(result, x, index);
    return result;
}

void random_shuffle(random::Generator& generator, const Array& x, const random_shuffle_options& o) {
    if (x.ndim() == 0) fail(Status::type_error, "x: expected at least one dimension");
    if (!x.writable()) fail(Status::read_only, "x: the array is read-only");
    const int axis = normalize_axis(o.axis, x.ndim());
    if (x.size() == 0) return;
    assign(x, take(x, permutation_of(generator, x.shape[axis], x.device()), {.axis = axis}), "no");
}

Array random_permuted(random::Generator& generator, const Array& x, const random_permuted_options& o) {
    if (x.ndim() == 0 && !o.axis) fail(Status::type_error, "x: expected at least one dimension");
    if (o.out) {
        if (!o.out->writable()) fail(Status::read_only, "out: the array is read-only");
        if (o.out->shape != x.shape)
            fail(Status::value_error, "out: expected shape %s, got %s", shape_text(x.shape).c_str(), shape_text(o.out->shape).c_str());
        if (!can_cast(x.dtype, o.out->dtype, Casting::safe))
            fail(Status::type_error, "out: cannot cast %s to %s safely", x.dtype.name(), o.out->dtype.name());
    }
    const int axis = o.axis ? normalize_axis(*o.axis, x.ndim()) : 0;
    const Array out = o.out ? *o.out : copy(x, {.order = 'K'});
    if (o.out) assign(out, x, "safe");
    if (x.size() == 0) return out;
    // All of it is shuffled as it lies in memory, where that is one run.
    const char order = !is_c_contiguous(out) && is_f_contiguous(out) ? 'F' : 'C';
    assign(out, o.axis ? permuted_slices(generator, out, axis) : permuted_whole(generator, out, order), "no");
    return out;
}

namespace {

// Probabilities read and checked.
std::vector<double> probabilities(const Array& p, int64_t population) {
    if (p.ndim() == 0) fail(Status::type_error, "p: expected one dimension, got a number");
    if (p.ndim() != 1) fail(Status::value_error, "p: expected one dimension, got %d", p.ndim());
    if (p.dtype.is_complex()) fail(Status::type_error, "p: expected real numbers, got %s", p.dtype.name());
    if (p.size() != population)
        fail(Status::value_error, "p: expected %lld probabilities, got %lld", static_cast<long long>(population),
             static_cast<long long>(p.size()));
    double eps = 0x1p-52;
    if (p.dtype == types::float32_) eps = 0x1p-23;
    else if (p.dtype == types::float16_) eps = 0x1p-10;
    else if (p.dtype == types::bfloat16_) eps = 0x1p-7;
    std::vector<double> values(static_cast<size_t>(p.size()));
    to_host(astype(p, types::float64_, {}), values.data(), p.size() * 8);
    const double sum = random::compensated_sum(values);
    if (std::isnan(sum)) fail(Status::value_error, "p: expected probabilities, got NaN");
    for (const double v : values)
        if (v < 0) fail(Status::value_error, "p: expected no negative probabilities, got %g", v);
    if (std::fabs(sum - 1) > std::sqrt(eps)) fail(Status::value_error, "p: expected a sum of 1, got %.17g", sum);
    return values;
}

int64_t population_of(const Array& a, bool legacy, int64_t axis, bool nothing) {
    if (a.ndim() == 0) {
        if (!is_count(a)) fail(Status::value_error, "a: expected an array or an integer");
        const int64_t n = count_of(a, "a");
        if (n <= 0 && !nothing) fail(Status::value_error, "a: expected at least 1 where samples are taken");
        return n;
    }
    if (legacy && a.ndim() != 1) fail(Status::value_error, "a: expected one dimension, got %d", a.ndim());
    if (axis < -a.ndim() || axis >= a.ndim())
        fail(Status::index_error, "axis: %lld is out of bounds for %d dimensions", static_cast<long long>(axis), a.ndim());
    const int64_t n = a.shape[static_cast<int>(axis < 0 ? axis + a.ndim() : axis)];
    if (n == 0 && !nothing) fail(Status::value_error, "a: expected elements where samples are taken");
    return n;
}

// Positions with replacement.
Array chosen_freely(random::Generator& generator, int64_t population, std::vector<double>* p, const Dims& shape) {
    if (!p) {
        const Array high = scalar_array(Scalar::of(population));
        return random_integers(generator, scalar_array(Scalar::of(int64_t{0})), {.high = &high, .size = Axes(shape)});
    }
    random::distribution_function(*p, *p);
    const Array drawn = random_random(generator, {.size = Axes(shape)});
    const int64_t count[] = {population};
    return run_search(from_host(p->data(), types::float64_, count, {}, drawn.device()), drawn, true);
}

Array chosen_once(random::Generator& generator, int64_t population, std::vector<double>* p, const Dims& shape, bool shuffle) {
    const int64_t count = product(shape);
    if (count > population)
        fail(Status::value_error, "size: cannot take %lld of %lld without replacement", static_cast<long long>(count),
             static_cast<long long>(population));
    if (p) {
        int64_t positive = 0;
        for (const double v : *p) positive += v > 0;
        if (positive < count) fail(Status::value_error, "p: fewer entries above zero than samples");
    }
    const Array drawn = empty_array(types::int64_, shape, cpu_device());
    int64_t* const out = reinterpret_cast<int64_t*>(drawn.data);
    if (!p && generator.is_legacy()) {
        const Array all = permutations(generator, 1, population);
        assign(drawn, reshape(view(all, all.data, {count}, {8}), shape), "no");
        return drawn;
    }
    const random::Generator::Use use(generator);
    if (p) random::draw_weighted_sample(use.state(), *p, {out, static_cast<size_t>(count)});
    else random::draw_sample(use.state(), population, count, shuffle, out);
    return drawn;
}

}  // namespace

Array random_choice(random::Generator& generator, const Array& a, const random_choice_options& o) {
    const Dims shape = o.size.given ? o.size.axis : Dims();
    checked_bytes(shape, 8);
    const int64_t population = population_of(a, generator.is_legacy(), o.axis, product(shape) == 0);
    std::vector<double> p;
    if (o.p) p = probabilities(*o.p, population);
    std::vector<double>* const weights = o.p ? &p : nullptr;
    const Array places = o.replace ? chosen_freely(generator, population, weights, shape)
                                   : chosen_once(generator, population, weights, shape, o.shuffle);
    if (a.ndim() == 0) return to_device(places, default_device());
    return take(a, to_device(places, a.device()), {.axis = o.axis});
}

}  // namespace lockstep::numpy
