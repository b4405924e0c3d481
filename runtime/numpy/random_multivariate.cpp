// multinomial, dirichlet, multivariate_hypergeometric: parameters checked, rows drawn on the host.
// Must not know generators. Source of the rules: numpy/random/_generator.pyx and mtrand.pyx of NumPy 2.4.
#include <cstring>
#include <limits>
#include <vector>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/numpy/functions.h"
#include "runtime/random/generator.h"
#include "runtime/random/multivariate.h"
#include "runtime/random/sequences.h"

namespace lockstep::numpy {
namespace {

using random::RowKind;

void draw_rows(const random::RowTask& task) { cpu_device()->backend->random_rows(task); }

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

template <class T>
std::vector<T> elements_of(const Array& a, const char* name) {
    if (!can_cast(a.dtype, dtype_of<T>, Casting::safe))
        fail(Status::type_error, "%s: cannot cast %s to %s safely", name, a.dtype.name(), dtype_of<T>.name());
    std::vector<T> values(static_cast<size_t>(a.size()));
    to_host(astype(a, dtype_of<T>, {}), values.data(), a.size() * 8);
    return values;
}

// `shape` and one more axis for the rows.
Array rows_of(DType type, Dims shape, int64_t length) {
    shape.push_back(length);
    const Array rows = empty_array(type, shape, cpu_device());
    std::memset(rows.data, 0, static_cast<size_t>(rows.nbytes()));
    return rows;
}

void check_pvals(const Array& pvals, const std::vector<double>& p, int64_t length) {
    for (const double v : p)
        if (!(v >= 0 && v <= 1)) fail(Status::value_error, "pvals: expected numbers from 0 to 1, got %g", v);
    for (int64_t row = 0; length && row < pvals.size() / length; ++row) {
        const std::span<const double> of_row(p.data() + row * length, static_cast<size_t>(length - 1));
        if (random::compensated_sum(of_row) > 1.0 + 1e-12)
            fail(Status::value_error, "pvals: expected rows whose numbers but the last add up to at most 1");
    }
}

// The row of pvals and the number of experiments for each row of the result.
struct Experiments {
    Dims shape;
    std::vector<int64_t> n, row;
};

Experiments broadcast_experiments(const Array& n, const Array& pvals, const Axes& size) {
    const Dims leading(std::span<const int64_t>(pvals.shape).first(static_cast<size_t>(pvals.ndim() - 1)));
    const int64_t rows = product(leading);
    const Array numbers = reshape(arange(weak_int(0), weak_int(rows), weak_int(1), {.dtype = types::int64_}), leading);
    Array sized;
    const Array* arrays[] = {&n, &numbers, &sized};
    if (size.given) sized = empty_array(types::bool_, size.axis, cpu_device());
    Experiments e;
    e.shape = broadcast_shapes(std::span(arrays, size.given ? 3 : 2));
    if (size.given && e.shape != size.axis)
        fail(Status::value_error, "size: %s is not the shape %s of the parameters", shape_text(size.axis).c_str(),
             shape_text(e.shape).c_str());
    e.n = elements_of<int64_t>(broadcast_to(n, e.shape), "n");
    e.row = elements_of<int64_t>(broadcast_to(numbers, e.shape), "pvals");
    return e;
}

}  // namespace

Array random_multinomial(random::Generator& generator, const Array& n, const Array& pvals, const random_multinomial_options& o) {
    const bool legacy = generator.is_legacy();
    if (legacy && pvals.ndim() == 0) fail(Status::type_error, "pvals: expected one dimension, got a number");
    if (legacy && pvals.ndim() > 1) fail(Status::value_error, "pvals: expected one dimension, got %d", pvals.ndim());
    if (legacy && n.ndim() > 0) fail(Status::type_error, "n: expected one integer");
    const int64_t length = pvals.ndim() ? pvals.shape[pvals.ndim() - 1] : 0;
    if (length == 0 && !legacy) fail(Status::value_error, "pvals: expected at least one dimension, and numbers along the last");
    const std::vector<int64_t> counts = elements_of<int64_t>(n, "n");
    const std::vector<double> p = elements_of<double>(pvals, "pvals");
    check_pvals(pvals, p, length);
    for (const int64_t count : counts)
        if (count < 0) fail(Status::value_error, "n: expected at least 0, got %lld", static_cast<long long>(count));
    Experiments e;
    const bool one = n.ndim() == 0 && pvals.ndim() <= 1;
    if (one) e.shape = o.size.given ? o.size.axis : Dims();
    else e = broadcast_experiments(n, pvals, o.size);
    const Array drawn = rows_of(types::int64_, e.shape, length);
    int64_t* const row = reinterpret_cast<int64_t*>(drawn.data);
    const random::Generator::Use use(generator);
    const int64_t rows = length ? drawn.size() / length : 0, at_once = one ? rows : 1;
    for (int64_t k = 0; k < rows; k += at_once) {
        const size_t which = static_cast<size_t>(k);
        draw_rows({.kind = RowKind::multinomial, .state = &use.state(), .rows = at_once, .length = length,
                   .weights = p.data() + (one ? 0 : e.row[which] * length), .sample = one ? counts[0] : e.n[which],
                   .counts = row + k * length});
    }
    return to_device(drawn, default_device());
}

Array random_dirichlet(random::Generator& generator, const Array& alpha, const random_dirichlet_options& o) {
    if (alpha.ndim() == 0) fail(Status::type_error, "alpha: expected one dimension, got a number");
    if (alpha.ndim() != 1) fail(Status::value_error, "alpha: expected one dimension, got %d", alpha.ndim());
    const std::vector<double> shapes = elements_of<double>(alpha, "alpha");
    for (const double a : shapes)
        if (a < 0 || (generator.is_legacy() && a == 0))
            fail(Status::value_error, "alpha: expected numbers %s 0, got %g", generator.is_legacy() ? "above" : "of at least", a);
    const Array drawn = rows_of(types::float64_, o.size.given ? o.size.axis : Dims(), alpha.size());
    const random::Generator::Use use(generator);
    draw_rows({.kind = generator.is_legacy() ? RowKind::legacy_dirichlet : RowKind::dirichlet, .state = &use.state(),
               .rows = alpha.size() ? drawn.size() / alpha.size() : 0, .length = alpha.size(), .weights = shapes.data(),
               .shares = reinterpret_cast<double*>(drawn.data)});
    return to_device(drawn, default_device());
}

Array random_multivariate_hypergeometric(random::Generator& generator, const Array& colors, int64_t nsample,
                                         const random_multivariate_hypergeometric_options& o) {
    const bool by_count = !std::strcmp(o.method, "count");
    if (!by_count && std::strcmp(o.method, "marginals"))
        fail(Status::value_error, "method: expected count or marginals, got %s", o.method);
    if (nsample < 0) fail(Status::value_error, "nsample: expected at least 0, got %lld", static_cast<long long>(nsample));
    if (colors.ndim() != 1 || (colors.size() > 0 && !colors.dtype.is_integer()))
        fail(Status::value_error, "colors: expected integers along one dimension");
    std::vector<int64_t> each(static_cast<size_t>(colors.size()));
    to_host(astype(colors, types::int64_, {}), each.data(), colors.size() * 8);
    int64_t total = 0;
    for (const int64_t c : each) {  // unsigned numbers from 2^63 on are negative here
        if (c < 0) fail(Status::value_error, "colors: expected numbers from 0 to 2^63 - 1");
        if (c > kMost - total) fail(Status::value_error, "colors: expected a sum below 2^63");
        total += c;
    }
    if (!by_count && total >= 1000000000) fail(Status::value_error, "colors: expected a sum below 10^9 where method is marginals");
    if (by_count && total > kMost / 8) fail(Status::value_error, "colors: expected a smaller sum where method is count");
    if (nsample > total) fail(Status::value_error, "nsample: expected at most the sum of colors");
    const Array drawn = rows_of(types::int64_, o.size.given ? o.size.axis : Dims(), colors.size());
    const int64_t rows = colors.size() ? drawn.size() / colors.size() : 0;
    const random::Generator::Use use(generator);
    if (total > 0 && nsample > 0)
        draw_rows({.kind = by_count ? RowKind::urn_by_count : RowKind::urn_by_marginals, .state = &use.state(), .rows = rows,
                   .length = colors.size(), .colors = each.data(), .total = total, .sample = nsample,
                   .counts = reinterpret_cast<int64_t*>(drawn.data)});
    return to_device(drawn, default_device());
}

}  // namespace lockstep::numpy
