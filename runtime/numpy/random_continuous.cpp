// Generator's other continuous distributions.
// Must not know how a draw is made.
#include "runtime/array/error.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/random_call.h"

namespace lockstep::numpy {

Array random_gamma(random::Generator& generator, const Array& shape, const random_gamma_options& o) {
    return RandomCall(generator, o.size)
        .number("shape", shape, Limit::non_negative)
        .number("scale", o.scale, 1, Limit::non_negative)
        .draw(Distribution::gamma);
}

Array random_beta(random::Generator& generator, const Array& a, const Array& b, const random_beta_options& o) {
    return RandomCall(generator, o.size)
        .number("a", a, Limit::positive)
        .number("b", b, Limit::positive)
        .draw(Distribution::beta);
}

Array random_chisquare(random::Generator& generator, const Array& df, const random_chisquare_options& o) {
    return RandomCall(generator, o.size).number("df", df, Limit::positive).draw(Distribution::chisquare);
}

Array random_noncentral_chisquare(random::Generator& generator, const Array& df, const Array& nonc,
                                  const random_noncentral_chisquare_options& o) {
    return RandomCall(generator, o.size)
        .number("df", df, Limit::positive)
        .number("nonc", nonc, Limit::non_negative)
        .draw(Distribution::noncentral_chisquare);
}

Array random_f(random::Generator& generator, const Array& dfnum, const Array& dfden, const random_f_options& o) {
    return RandomCall(generator, o.size)
        .number("dfnum", dfnum, Limit::positive)
        .number("dfden", dfden, Limit::positive)
        .draw(Distribution::f);
}

Array random_noncentral_f(random::Generator& generator, const Array& dfnum, const Array& dfden, const Array& nonc,
                          const random_noncentral_f_options& o) {
    return RandomCall(generator, o.size)
        .number("dfnum", dfnum, Limit::positive)
        .number("dfden", dfden, Limit::positive)
        .number("nonc", nonc, Limit::non_negative)
        .draw(Distribution::noncentral_f);
}

Array random_standard_t(random::Generator& generator, const Array& df, const random_standard_t_options& o) {
    return RandomCall(generator, o.size).number("df", df, Limit::positive).draw(Distribution::standard_t);
}

Array random_standard_cauchy(random::Generator& generator, const random_standard_cauchy_options& o) {
    return RandomCall(generator, o.size).draw(Distribution::standard_cauchy);
}

Array random_pareto(random::Generator& generator, const Array& a, const random_pareto_options& o) {
    return RandomCall(generator, o.size).number("a", a, Limit::positive).draw(Distribution::pareto);
}

Array random_weibull(random::Generator& generator, const Array& a, const random_weibull_options& o) {
    return RandomCall(generator, o.size).number("a", a, Limit::non_negative).draw(Distribution::weibull);
}

Array random_power(random::Generator& generator, const Array& a, const random_power_options& o) {
    return RandomCall(generator, o.size).number("a", a, Limit::positive).draw(Distribution::power);
}

Array random_laplace(random::Generator& generator, const random_laplace_options& o) {
    return RandomCall(generator, o.size)
        .number("loc", o.loc, 0, Limit::none)
        .number("scale", o.scale, 1, Limit::non_negative)
        .draw(Distribution::laplace);
}

Array random_gumbel(random::Generator& generator, const random_gumbel_options& o) {
    return RandomCall(generator, o.size)
        .number("loc", o.loc, 0, Limit::none)
        .number("scale", o.scale, 1, Limit::non_negative)
        .draw(Distribution::gumbel);
}

Array random_logistic(random::Generator& generator, const random_logistic_options& o) {
    return RandomCall(generator, o.size)
        .number("loc", o.loc, 0, Limit::none)
        .number("scale", o.scale, 1, Limit::non_negative)
        .draw(Distribution::logistic);
}

Array random_lognormal(random::Generator& generator, const random_lognormal_options& o) {
    return RandomCall(generator, o.size)
        .number("mean", o.mean, 0, Limit::none)
        .number("sigma", o.sigma, 1, Limit::non_negative)
        .draw(Distribution::lognormal);
}

Array random_rayleigh(random::Generator& generator, const random_rayleigh_options& o) {
    return RandomCall(generator, o.size)
        .number("scale", o.scale, 1, Limit::non_negative)
        .draw(Distribution::rayleigh);
}

Array random_wald(random::Generator& generator, const Array& mean, const Array& scale, const random_wald_options& o) {
    return RandomCall(generator, o.size)
        .number("mean", mean, Limit::positive)
        .number("scale", scale, Limit::positive)
        .draw(Distribution::wald);
}

Array random_vonmises(random::Generator& generator, const Array& mu, const Array& kappa,
                      const random_vonmises_options& o) {
    return RandomCall(generator, o.size)
        .number("mu", mu, Limit::none)
        .number("kappa", kappa, Limit::non_negative)
        .draw(Distribution::vonmises);
}

Array random_triangular(random::Generator& generator, const Array& left, const Array& mode, const Array& right,
                        const random_triangular_options& o) {
    RandomCall call(generator, o.size);
    call.number("left", left, Limit::none).number("mode", mode, Limit::none).number("right", right, Limit::none);
    call.each([](const DrawParameter* values) {
        const double left = values[0].number, mode = values[1].number, right = values[2].number;
        if (left > mode) fail(Status::value_error, "mode: expected no less than left, %g, got %g", left, mode);
        if (mode > right) fail(Status::value_error, "mode: expected no more than right, %g, got %g", right, mode);
        if (left == right) fail(Status::value_error, "right: expected more than left, got %g for both", right);
    });
    return call.draw(Distribution::triangular);
}

}  // namespace lockstep::numpy
