// Poisson draws: products of uniform numbers below 10, from there on Hoermann's PTRS (1993); and what
// is made of them. Must not know where the words come from.
#pragma once

#include "runtime/scalar/random/gamma.h"
#include "runtime/scalar/random/rounding.h"

namespace lockstep::scalar::random {

// ln gamma(x) for x >= 1 by Stirling's series from 7 on (Zhang and Jin 1996), added as in NumPy: for PTRS.
LS_SCALAR_CALL double log_gamma(double x) {
    if (x == 1.0 || x == 2.0) return 0.0;
    const int below = x < 7.0 ? (int)(7.0 - x) : 0;
    double at = x + (double)below;
    const double z = (1.0 / at) * (1.0 / at);
    double sum = -1.39243221690590e+00;
    sum = sum * z + 1.796443723688307e-01;
    sum = sum * z + -2.955065359477124e-02;
    sum = sum * z + 6.410256410256410e-03;
    sum = sum * z + -1.917526917526918e-03;
    sum = sum * z + 8.417508417508418e-04;
    sum = sum * z + -5.952380952380952e-04;
    sum = sum * z + 7.936507936507937e-04;
    sum = sum * z + -2.777777777777778e-03;
    sum = sum * z + 8.333333333333333e-02;
    double value = sum / at + 0.91893853320467267 + (at - 0.5) * log_nearest(at) - at;
    for (int i = 0; i < below; ++i) {
        at -= 1.0;
        value -= log_nearest(at);
    }
    return value;
}

// What depends on lam alone, so that a loop can keep it.
struct PoissonSetup {
    double lam;
    double limit;  // below 10
    double log_lam, a, b, log_inverse_alpha, vr;
};

LS_SCALAR_CALL PoissonSetup poisson_setup(double lam) {
    PoissonSetup s = {};
    s.lam = lam;
    if (lam < 10.0) {
        s.limit = scalar::exp(-lam);
        return s;
    }
    s.log_lam = log_nearest(lam);
    s.b = 0.931 + 2.53 * scalar::sqrt(lam);
    s.a = -0.059 + 0.02483 * s.b;
    s.log_inverse_alpha = log_of(1.1239 + 1.1328 / (s.b - 3.4));
    s.vr = 0.9277 - 3.6224 / (s.b - 2.0);
    return s;
}

template <class G>
LS_SCALAR_CALL int64_t poisson_large(G& g, const PoissonSetup& s) {
    for (;;) {
        const double u = next_double(g) - 0.5;
        const double v = next_double(g);
        const double us = 0.5 - absolute_of(u);
        const int64_t k = floor_to_integer((2.0 * s.a / us + s.b) * u + s.lam + 0.43);
        if (us >= 0.07 && v <= s.vr) return k;
        if (k < 0 || (us < 0.013 && v > us)) continue;
        const double left = log_of(v) + s.log_inverse_alpha - log_of(s.a / (us * us) + s.b);
        if (left <= -s.lam + (double)k * s.log_lam - log_gamma((double)(k + 1))) return k;
    }
}

template <class G>
LS_SCALAR int64_t poisson_draw(G& g, const PoissonSetup& s) {
    if (s.lam >= 10.0) return poisson_large(g, s);
    if (s.lam == 0.0) return 0;
    double product = next_double(g);
    int64_t count = 0;
    for (; product > s.limit; ++count) product *= next_double(g);
    return count;
}

template <class G>
LS_SCALAR int64_t poisson(G& g, double lam) {
    return poisson_draw(g, poisson_setup(lam));
}

template <class G>
LS_SCALAR int64_t negative_binomial(G& g, double n, double p) {
    const double lam = gamma(g, n, (1.0 - p) / p);
    return poisson(g, lam);
}

template <class G>
LS_SCALAR_CALL double noncentral_chisquare(G& g, double df, double nonc) {
    if (nonc != nonc) return nonc;
    if (nonc == 0.0) return chisquare(g, df);
    if (df > 1.0) {
        const double central = chisquare(g, df - 1.0);
        const double shifted = standard_normal(g) + scalar::sqrt(nonc);
        return central + shifted * shifted;
    }
    const int64_t more = poisson(g, nonc / 2.0);
    return chisquare(g, df + (double)(2 * more));
}

template <class G>
LS_SCALAR double noncentral_f(G& g, double dfnum, double dfden, double nonc) {
    const double numerator = noncentral_chisquare(g, dfnum, nonc) * dfden;
    return numerator / (chisquare(g, dfden) * dfnum);
}

}  // namespace lockstep::scalar::random
