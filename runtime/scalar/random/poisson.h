// Poisson draws: products of uniform numbers below 10, from there on Hoermann's PTRS (1993); and what
// is made of them. Must not know where the words come from.
#pragma once

#include "runtime/scalar/random/gamma.h"
#include "runtime/scalar/random/log_factorial_table.h"
#include "runtime/scalar/random/rounding.h"

namespace lockstep::scalar::random {

// ln gamma(x) for x >= 1 by Stirling's series from 7 on (Zhang and Jin 1996), added as in NumPy: for PTRS, which asks for
// integers. Small ones are looked up.
LS_SCALAR_CALL double log_gamma(double x) {
    if (x < 1024.0) return log_gammas[(int)x];
    const double z = (1.0 / x) * (1.0 / x);
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
    return sum / x + 0.91893853320467267 + (x - 0.5) * log_tabled(x) - x;
}

// What depends on lam alone, so that a loop can keep it.
struct PoissonSetup {
    double lam;
    double limit;  // below 10
    double a, b, vr;
};

LS_SCALAR PoissonSetup poisson_setup(double lam) {
    PoissonSetup s = {};
    s.lam = lam;
    if (lam < 10.0) {
        s.limit = exp_tabled(-lam, 0.0);
        return s;
    }
    s.b = 0.931 + 2.53 * scalar::sqrt(lam);
    s.a = -0.059 + 0.02483 * s.b;
    s.vr = 0.9277 - 3.6224 / (s.b - 2.0);
    return s;
}

// The logarithm of the probability of k, from 10 on.
LS_SCALAR_CALL double poisson_weight(const PoissonSetup& s, int64_t k) {
    return -s.lam + (double)k * log_tabled(s.lam) - log_gamma((double)(k + 1));
}

// weight(k) is poisson_weight, or what a loop remembers of it: one draw in eight asks, where lam is 100.
template <class G, class Weight>
LS_SCALAR int64_t poisson_large(G& g, const PoissonSetup& s, const Weight& weight) {
    for (;;) {
        const double u = next_double(g) - 0.5;
        const double v = next_double(g);
        const double us = 0.5 - absolute_of(u);
        const int64_t k = floor_to_integer((2.0 * s.a / us + s.b) * u + s.lam + 0.43);
        if (us >= 0.07 && v <= s.vr) return k;
        if (k < 0 || (us < 0.013 && v > us)) continue;
        const double left = log_of(v) + log_tabled(1.1239 + 1.1328 / (s.b - 3.4)) - log_of(s.a / (us * us) + s.b);
        if (left <= weight(k)) return k;
    }
}

template <class G>
LS_SCALAR int64_t poisson_small(G& g, const PoissonSetup& s) {
    if (s.lam == 0.0) return 0;
    double product = next_double(g);
    int64_t count = 0;
    for (; product > s.limit; ++count) product *= next_double(g);
    return count;
}

template <class G>
LS_SCALAR_CALL int64_t poisson_draw(G& g, const PoissonSetup& s) {
    if (s.lam < 10.0) return poisson_small(g, s);
    return poisson_large(g, s, [&](int64_t k) { return poisson_weight(s, k); });
}

template <class G>
LS_SCALAR int64_t poisson(G& g, double lam) {
    return poisson_draw(g, poisson_setup(lam));
}

// ratio is (1 - p) / p.
template <class G>
LS_SCALAR int64_t negative_binomial_draw(G& g, double ratio, const GammaSetup& n) {
    return poisson(g, ratio * gamma_draw(g, n));
}

template <class G>
LS_SCALAR int64_t negative_binomial(G& g, double n, double p) {
    return negative_binomial_draw(g, (1.0 - p) / p, gamma_setup(n));
}

// What depends on the parameters of a noncentral chi-square draw alone: above df = 1 a central one and a shifted normal
// draw are added, else a Poisson draw is added to df.
struct NoncentralSetup {
    double df, nonc, root;
    GammaSetup central;
    PoissonSetup more;
};

LS_SCALAR NoncentralSetup noncentral_setup(double df, double nonc) {
    NoncentralSetup s = {};
    s.df = df, s.nonc = nonc;
    if (nonc == 0.0) s.central = gamma_setup(df / 2.0);
    else if (df > 1.0) s.central = gamma_setup((df - 1.0) / 2.0), s.root = scalar::sqrt(nonc);
    else s.more = poisson_setup(nonc / 2.0);
    return s;
}

template <class G>
LS_SCALAR_CALL double noncentral_draw(G& g, const NoncentralSetup& s) {
    if (s.nonc != s.nonc) return s.nonc;
    if (s.nonc == 0.0) return chisquare_draw(g, s.central);
    if (s.df > 1.0) {
        const double central = chisquare_draw(g, s.central);
        const double shifted = standard_normal(g) + s.root;
        return central + shifted * shifted;
    }
    const int64_t more = poisson_draw(g, s.more);
    return chisquare(g, s.df + (double)(2 * more));
}

template <class G>
LS_SCALAR double noncentral_chisquare(G& g, double df, double nonc) {
    return noncentral_draw(g, noncentral_setup(df, nonc));
}

template <class G>
LS_SCALAR double noncentral_f_draw(G& g, double dfnum, double dfden, const NoncentralSetup& num, const GammaSetup& half_den) {
    const double numerator = noncentral_draw(g, num) * dfden;
    return numerator / (chisquare_draw(g, half_den) * dfnum);
}

template <class G>
LS_SCALAR double noncentral_f(G& g, double dfnum, double dfden, double nonc) {
    return noncentral_f_draw(g, dfnum, dfden, noncentral_setup(dfnum, nonc), gamma_setup(dfden / 2.0));
}

}  // namespace lockstep::scalar::random
