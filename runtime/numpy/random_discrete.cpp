// Generator's discrete distributions.
// Must not know how a draw is made.
#include <cmath>

#include "runtime/array/error.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/random_call.h"

namespace lockstep::numpy {

Array random_poisson(random::Generator& generator, const random_poisson_options& o) {
    return RandomCall(generator, o.size).number("lam", o.lam, 1, Limit::poisson).draw(Distribution::poisson);
}

Array random_geometric(random::Generator& generator, const Array& p, const random_geometric_options& o) {
    return RandomCall(generator, o.size)
        .number("p", p, Limit::probability_not_0)
        .draw(Distribution::geometric);
}

Array random_zipf(random::Generator& generator, const Array& a, const random_zipf_options& o) {
    return RandomCall(generator, o.size).number("a", a, Limit::above_one).draw(Distribution::zipf);
}

Array random_logseries(random::Generator& generator, const Array& p, const random_logseries_options& o) {
    return RandomCall(generator, o.size)
        .number("p", p, Limit::probability_not_1)
        .draw(Distribution::logseries);
}

Array random_binomial(random::Generator& generator, const Array& n, const Array& p, const random_binomial_options& o) {
    return RandomCall(generator, o.size)
        .integer("n", n)
        .number("p", p, Limit::probability)
        .draw(Distribution::binomial);
}

Array random_negative_binomial(random::Generator& generator, const Array& n, const Array& p,
                               const random_negative_binomial_options& o) {
    RandomCall call(generator, o.size);
    call.number("n", n, Limit::positive_not_nan).number("p", p, Limit::probability_not_0);
    if (generator.is_legacy()) return call.draw(Distribution::negative_binomial);
    call.each([](const DrawParameter* values) {
        const double n = values[0].number, p = values[1].number;
        if ((1 - p) / p * (n + 10 * std::sqrt(n)) > kLargestPoisson)
            fail(Status::value_error, "n: expected fewer or a larger p than n = %g, p = %g", n, p);
    });
    return call.draw(Distribution::negative_binomial);
}

Array random_hypergeometric(random::Generator& generator, const Array& ngood, const Array& nbad, const Array& nsample,
                            const random_hypergeometric_options& o) {
    RandomCall call(generator, o.size);
    call.integer("ngood", ngood).integer("nbad", nbad).integer("nsample", nsample);
    if (generator.is_legacy()) {
        call.each([](const DrawParameter* values) {
            if (values[2].integer < 1) fail(Status::value_error, "nsample: expected at least 1");
        });
    } else {
        call.each([](const DrawParameter* values) {
            if (values[0].integer >= 1000000000 || values[1].integer >= 1000000000)
                fail(Status::value_error, "ngood: expected ngood and nbad below 1000000000");
        });
    }
    call.each([](const DrawParameter* values) {
        const int64_t good = values[0].integer, bad = values[1].integer, sample = values[2].integer;
        if (good + bad < sample)
            fail(Status::value_error, "nsample: expected no more than ngood + nbad, %lld, got %lld",
                 static_cast<long long>(good + bad), static_cast<long long>(sample));
    });
    return call.draw(Distribution::hypergeometric);
}

}  // namespace lockstep::numpy
