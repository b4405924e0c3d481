// The loop over a distribution's draws, for the sources that are compiled once per instruction set.
// Must not know generators: words come in blocks.
#pragma once

#include "host/random/fill_setups.h"
#include "runtime/random/distribution.h"
#include "runtime/scalar/random/poisson.h"
#include "runtime/scalar/random/uniform.h"

namespace lockstep::host::random::LS_ISA {
namespace {

template <char type>
struct OfType;
#define LS_DTYPE(number, name, character, kind, bytes, ctype) \
    template <>                                               \
    struct OfType<character> {                                \
        using type = ctype;                                   \
    };
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE

constexpr int parameters_of(Distribution d) {
    int n = 0;
    while (row_of(d).parameters[n]) ++n;
    return n;
}

template <Distribution d, int i>
inline __attribute__((always_inline)) auto parameter(const RandomTask::Parameter* p, int64_t draw) {
    return *reinterpret_cast<const typename OfType<row_of(d).parameters[i]>::type*>(p[i].data + draw * p[i].stride);
}

// Maps of uniform, exponential and normal draws. False: not one of them.
template <Distribution d, class Words>
inline __attribute__((always_inline)) bool fill_by_map(Words& words, int64_t count, double* out, double a, double b) {
    const auto same = [](double x) __attribute__((always_inline)) { return x; };
    const auto uniforms = [&](int64_t n, double* to) { fill_uniform(words, n, to, same); };
    const auto exponentials = [&](int64_t n, double* to) { fill_exponential(words, n, to, same); };
    const auto normals = [&](int64_t n, double* to) { fill_normal(words, n, to, same); };
#define LS_MAP(expression) [=](double x) __attribute__((always_inline)) { return expression; }
    if constexpr (d == Distribution::laplace)
        fill_mapped_uniform(words, count, out, LS_MAP(draw::laplace_of(x, a, b)));
    else if constexpr (d == Distribution::gumbel)
        fill_mapped_uniform(words, count, out, LS_MAP(draw::gumbel_of(x, a, b)));
    else if constexpr (d == Distribution::logistic)
        fill_mapped_uniform(words, count, out, LS_MAP(draw::logistic_of(x, a, b)));
    else if constexpr (d == Distribution::standard_exponential_inverse)
        fill_mapped(count, out, uniforms, LS_MAP(-scalar::log_nearest(1.0 - x)));
    else if constexpr (d == Distribution::rayleigh)
        fill_mapped(count, out, exponentials, LS_MAP(draw::rayleigh_of(x, a)));
    else if constexpr (d == Distribution::pareto)
        fill_mapped(count, out, exponentials, LS_MAP(draw::pareto_of(x, a)));
    else if constexpr (d == Distribution::power) fill_mapped(count, out, exponentials, LS_MAP(draw::power_of(x, a)));
    else if constexpr (d == Distribution::weibull) {
        if (a == 0.0) return false;  // takes no words
        fill_mapped(count, out, exponentials, LS_MAP(draw::weibull_of(x, a)));
    } else if constexpr (d == Distribution::lognormal) fill_mapped(count, out, normals, LS_MAP(scalar::exp(a + b * x)));
    else return false;
#undef LS_MAP
    return true;
}

// What a distribution needs to know of its parameters is kept from draw to draw. False: nothing.
template <Distribution d, class Words>
inline __attribute__((always_inline)) bool fill_with_setup(Words& words, int64_t count, int64_t* out,
                                                           const RandomTask::Parameter* p) {
    if constexpr (d == Distribution::binomial) {
        const draw::BinomialSetup s = draw::binomial_setup(parameter<d, 0>(p, 0), parameter<d, 1>(p, 0));
        if (s.none) return false;
        if (s.search) fill_binomial_by_search(words, count, out, s);
        else fill_binomial_by_rejection(words, count, out, s);
        if (s.mirrored)
            for (int64_t i = 0; i < count; ++i) out[i] = s.n - out[i];
    } else if constexpr (d == Distribution::poisson) {
        const draw::PoissonSetup s = draw::poisson_setup(parameter<d, 0>(p, 0));
        const auto compute = [&](int64_t k) { return draw::poisson_weight(s, k); };
        if (s.lam < 10.0)
            for (int64_t i = 0; i < count; ++i) out[i] = draw::poisson_small(words, s);
        else
            with_remembered(count, scalar::truncate_int64(s.lam), compute, [&](auto&& weight) {
                for (int64_t i = 0; i < count; ++i) out[i] = draw::poisson_large(words, s, weight);
            });
    } else if constexpr (d == Distribution::zipf) {
        const draw::ZipfSetup s = draw::zipf_setup(parameter<d, 0>(p, 0));
        if (s.a >= 1025.0) return false;
        fill_zipf(words, count, out, s);
    } else if constexpr (d == Distribution::hypergeometric) {
        const draw::HypergeometricSetup s =
            draw::hypergeometric_setup(parameter<d, 0>(p, 0), parameter<d, 1>(p, 0), parameter<d, 2>(p, 0));
        if (!s.by_ratio) return false;
        fill_hypergeometric(words, count, out, s);
    } else if constexpr (d == Distribution::negative_binomial) {
        const double chance = parameter<d, 1>(p, 0), ratio = (1.0 - chance) / chance;
        const draw::GammaSetup s = draw::gamma_setup(parameter<d, 0>(p, 0));
        for (int64_t i = 0; i < count; ++i) out[i] = draw::negative_binomial_draw(words, ratio, s);
    } else if constexpr (d == Distribution::logseries) {
        const double chance = parameter<d, 0>(p, 0), r = scalar::log1p(-chance);
        for (int64_t i = 0; i < count; ++i) out[i] = draw::logseries_draw(words, chance, r);
    } else if constexpr (d == Distribution::geometric) {
        const double chance = parameter<d, 0>(p, 0);
        if (chance >= draw::geometric_border) {
            fill_geometric_by_search(words, count, out, chance);
            return true;
        }
        const double log_q = scalar::log1p(-chance);
        for (int64_t i = 0; i < count; ++i) out[i] = draw::geometric_of(draw::standard_exponential(words), log_q);
    } else return false;
    return true;
}

// The same of gamma draws and what is made of them, and of angles.
template <Distribution d, class Words>
inline __attribute__((always_inline)) bool fill_with_setup(Words& words, int64_t count, double* out, double a, double b,
                                                           double c) {
#define LS_FINISH(expression) [=](double x) __attribute__((always_inline)) { return expression; }
#define LS_EACH(expression) \
    for (int64_t i = 0; i < count; ++i) out[i] = expression
    if constexpr (d == Distribution::standard_gamma) fill_gamma(words, count, out, a, LS_FINISH(x));
    else if constexpr (d == Distribution::gamma) fill_gamma(words, count, out, a, LS_FINISH(b * x));
    else if constexpr (d == Distribution::chisquare) fill_gamma(words, count, out, a / 2.0, LS_FINISH(2.0 * x));
    else if constexpr (d == Distribution::beta) return fill_beta(words, count, out, a, b);
    else if constexpr (d == Distribution::vonmises) return fill_vonmises(words, count, out, a, b);
    else if constexpr (d == Distribution::wald) fill_wald(words, count, out, a, b);
    else if constexpr (d == Distribution::standard_t) {
        const draw::GammaSetup half = draw::gamma_setup(a / 2.0);
        const double root = scalar::sqrt(a / 2.0);
        LS_EACH(draw::standard_t_draw(words, root, half));
    } else if constexpr (d == Distribution::f) {
        const draw::GammaSetup num = draw::gamma_setup(a / 2.0), den = draw::gamma_setup(b / 2.0);
        LS_EACH(draw::f_draw(words, a, b, num, den));
    } else if constexpr (d == Distribution::noncentral_chisquare) {
        const draw::NoncentralSetup s = draw::noncentral_setup(a, b);
        LS_EACH(draw::noncentral_draw(words, s));
    } else if constexpr (d == Distribution::noncentral_f) {
        const draw::NoncentralSetup num = draw::noncentral_setup(a, c);
        const draw::GammaSetup den = draw::gamma_setup(b / 2.0);
        LS_EACH(draw::noncentral_f_draw(words, a, b, num, den));
    } else return false;
#undef LS_FINISH
#undef LS_EACH
    return true;
}

// The distributions with a loop of their own, where one number serves all draws. False: none.
template <Distribution d, class Words>
inline __attribute__((always_inline)) bool fill_fast(Words& words, int64_t count, char* out,
                                                     const RandomTask::Parameter* p) {
    constexpr int n = parameters_of(d);
    for (int i = 0; i < n; ++i)
        if (p[i].stride) return false;
    auto* const draws = reinterpret_cast<double*>(out);
    const auto same = [](double x) __attribute__((always_inline)) { return x; };
    if constexpr (row_of(d).type == 'l') return fill_with_setup<d>(words, count, reinterpret_cast<int64_t*>(out), p);
    double a = 0, b = 0, c = 0;
    if constexpr (n > 0) a = parameter<d, 0>(p, 0);
    if constexpr (n > 1) b = parameter<d, 1>(p, 0);
    if constexpr (n > 2) c = parameter<d, 2>(p, 0);
    if constexpr (d == Distribution::random) fill_uniform(words, count, draws, same);
    else if constexpr (d == Distribution::random_float) fill_uniform_float(words, count, reinterpret_cast<float*>(out));
    else if constexpr (d == Distribution::standard_normal) fill_normal(words, count, draws, same);
    else if constexpr (d == Distribution::standard_exponential) fill_exponential(words, count, draws, same);
    else if constexpr (d == Distribution::uniform)
        fill_uniform(words, count, draws, [=](double u) __attribute__((always_inline)) { return a + b * u; });
    else if constexpr (d == Distribution::triangular)
        fill_uniform(words, count, draws, [=](double u) __attribute__((always_inline)) { return draw::triangular_of(u, a, b, c); });
    else if constexpr (d == Distribution::normal)
        fill_normal(words, count, draws, [=](double x) __attribute__((always_inline)) { return a + b * x; });
    else if constexpr (d == Distribution::exponential)
        fill_exponential(words, count, draws, [=](double x) __attribute__((always_inline)) { return a * x; });
    else return fill_with_setup<d>(words, count, draws, a, b, c) || fill_by_map<d>(words, count, draws, a, b);
    return true;
}

// Draw()(words, parameters...) makes one.
template <Distribution d, class Draw, class Words>
void fill(Words& words, int64_t count, char* out, const RandomTask::Parameter* p) {
    if constexpr (scalar::is_same<Words, Words64> || scalar::is_same<Words, Words32>)
        if (fill_fast<d>(words, count, out, p)) return;
    constexpr int n = parameters_of(d);
    auto* const draws = reinterpret_cast<typename OfType<row_of(d).type>::type*>(out);
    for (int64_t i = 0; i < count; ++i) {
        if constexpr (n == 0) draws[i] = Draw()(words);
        if constexpr (n == 1) draws[i] = Draw()(words, parameter<d, 0>(p, i));
        if constexpr (n == 2) draws[i] = Draw()(words, parameter<d, 0>(p, i), parameter<d, 1>(p, i));
        if constexpr (n == 3)
            draws[i] = Draw()(words, parameter<d, 0>(p, i), parameter<d, 1>(p, i), parameter<d, 2>(p, i));
    }
}

// Enters one row of the table, by the name of its function.
#define LS_FILL_ROW(name)                                                                                        \
    {                                                                                                            \
        constexpr auto draw = [](auto& words, auto... parameters) __attribute__((always_inline)) {               \
            return scalar::random::name(words, parameters...);                                                   \
        };                                                                                                       \
        table.of64[static_cast<int>(Distribution::name)] = fill<Distribution::name, decltype(draw), Words64>;    \
        table.of32[static_cast<int>(Distribution::name)] = fill<Distribution::name, decltype(draw), Words32>;    \
    }

}  // namespace
}  // namespace lockstep::host::random::LS_ISA
