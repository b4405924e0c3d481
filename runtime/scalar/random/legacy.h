// RandomState's own distributions: NumPy froze their algorithms in 2018, so that a seed gives the same numbers for ever.
// Must not know RandomState. A source keeps the second normal draw (keeping.h).
#pragma once

#include "runtime/scalar/random/gamma.h"
#include "runtime/scalar/random/poisson.h"
#include "runtime/scalar/random/vonmises.h"

namespace lockstep::scalar::random {

// Marsaglia's polar method makes two draws: the second waits.
template <class G>
LS_SCALAR_CALL double legacy_standard_normal(G& g) {
    if (g.has_gauss) {
        const double waiting = g.gauss;
        g.has_gauss = false;
        g.gauss = 0.0;
        return waiting;
    }
    double x, y, square;
    do {
        x = 2.0 * next_double(g) - 1.0;
        y = 2.0 * next_double(g) - 1.0;
        square = x * x + y * y;
    } while (square >= 1.0 || square == 0.0);
    const double factor = scalar::sqrt(-2.0 * log_nearest(square) / square);
    g.gauss = factor * x;
    g.has_gauss = true;
    return factor * y;
}

template <class G>
LS_SCALAR double legacy_normal(G& g, double loc, double scale) {
    return loc + scale * legacy_standard_normal(g);
}

template <class G>
LS_SCALAR double legacy_lognormal(G& g, double mean, double sigma) {
    return scalar::exp(legacy_normal(g, mean, sigma));
}

template <class G>
LS_SCALAR double legacy_standard_cauchy(G& g) {
    const double numerator = legacy_standard_normal(g);
    return numerator / legacy_standard_normal(g);
}

template <class G>
LS_SCALAR double legacy_standard_exponential(G& g) {
    return -log_nearest(1.0 - next_double(g));
}

template <class G>
LS_SCALAR double legacy_exponential(G& g, double scale) {
    return scale * legacy_standard_exponential(g);
}

template <class G>
LS_SCALAR double legacy_rayleigh(G& g, double mode) {
    return mode * scalar::sqrt(-2.0 * scalar::log1p(-next_double(g)));
}

struct LegacyDraws {
    template <class G>
    LS_SCALAR double normal(G& g) {
        return legacy_standard_normal(g);
    }
    template <class G>
    LS_SCALAR double exponential(G& g) {
        return legacy_standard_exponential(g);
    }
};

template <class G>
LS_SCALAR double legacy_standard_gamma(G& g, double shape) {
    return gamma_of<LegacyDraws>(g, shape);
}

template <class G>
LS_SCALAR double legacy_gamma(G& g, double shape, double scale) {
    return scale * legacy_standard_gamma(g, shape);
}

template <class G>
LS_SCALAR double legacy_chisquare(G& g, double df) {
    return 2.0 * legacy_standard_gamma(g, df / 2.0);
}

template <class G>
LS_SCALAR double legacy_f(G& g, double dfnum, double dfden) {
    const double numerator = legacy_chisquare(g, dfnum) * dfden;
    return numerator / (legacy_chisquare(g, dfden) * dfnum);
}

template <class G>
LS_SCALAR_CALL double legacy_noncentral_chisquare(G& g, double df, double nonc) {
    if (nonc == 0) return legacy_chisquare(g, df);
    if (1 < df) {
        const double central = legacy_chisquare(g, df - 1);
        const double n = legacy_standard_normal(g) + scalar::sqrt(nonc);
        return central + n * n;
    }
    const int64_t i = poisson(g, nonc / 2.0);
    const double drawn = legacy_chisquare(g, df + (double)(2 * i));
    return nonc != nonc ? nonc : drawn;  // NaN still draws, as it always has
}

template <class G>
LS_SCALAR double legacy_noncentral_f(G& g, double dfnum, double dfden, double nonc) {
    const double t = legacy_noncentral_chisquare(g, dfnum, nonc) * dfden;
    return t / (legacy_chisquare(g, dfden) * dfnum);
}

template <class G>
LS_SCALAR double legacy_standard_t(G& g, double df) {
    const double numerator = legacy_standard_normal(g);
    const double denominator = legacy_standard_gamma(g, df / 2);
    return scalar::sqrt(df / 2) * numerator / scalar::sqrt(denominator);
}

// Johnk's method for two shapes up to 1.
template <class G>
LS_SCALAR_CALL double legacy_small_beta(G& g, double a, double b) {
    for (;;) {
        const double u = next_double(g);
        const double v = next_double(g);
        const double x = power_tabled(u, 1.0 / a);
        const double y = power_tabled(v, 1.0 / b);
        const double sum = x + y;
        if (sum > 1.0) continue;
        if (sum > 0) return x / sum;
        double log_x = log_nearest(u) / a;
        double log_y = log_nearest(v) / b;
        const double most = log_x > log_y ? log_x : log_y;
        log_x -= most;
        log_y -= most;
        return scalar::exp(log_x - log_nearest(scalar::exp(log_x) + scalar::exp(log_y)));
    }
}

template <class G>
LS_SCALAR double legacy_beta(G& g, double a, double b) {
    if (a <= 1.0 && b <= 1.0) return legacy_small_beta(g, a, b);
    const double first = legacy_standard_gamma(g, a);
    const double second = legacy_standard_gamma(g, b);
    return first / (first + second);
}

template <class G>
LS_SCALAR double legacy_pareto(G& g, double a) {
    return scalar::exp(legacy_standard_exponential(g) / a) - 1;
}

template <class G>
LS_SCALAR double legacy_weibull(G& g, double a) {
    return a == 0.0 ? 0.0 : scalar::power(legacy_standard_exponential(g), 1.0 / a);
}

template <class G>
LS_SCALAR double legacy_power(G& g, double a) {
    return scalar::power(1 - scalar::exp(-legacy_standard_exponential(g)), 1.0 / a);
}

// Michael, Schucany and Haas; loses digits where scale is small beside mean, as NumPy's.
template <class G>
LS_SCALAR double legacy_wald(G& g, double mean, double scale) {
    const double halved = mean / (2 * scale);
    double y = legacy_standard_normal(g);
    y = mean * y * y;
    const double x = mean + halved * (y - scalar::sqrt(4 * scale * y + y * y));
    const double u = next_double(g);
    return u <= mean / (mean + x) ? x : mean * mean / x;
}

// Best and Fisher's rejection for every kappa that is not tiny.
template <class G>
LS_SCALAR_CALL double legacy_vonmises(G& g, double mu, double kappa) {
    if (kappa != kappa) return kappa;
    if (kappa < 1e-8) return pi * (2.0 * next_double(g) - 1.0);
    return vonmises_turned(g, mu, vonmises_cosine(g, kappa, vonmises_shape(kappa)));
}

}  // namespace lockstep::scalar::random
