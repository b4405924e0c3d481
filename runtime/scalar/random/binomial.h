// Binomial draws: the sum of probabilities searched while n p <= 30, else BTPE (Kachitvichyanukul and Schmeiser 1988).
// Must not know where the words come from.
#pragma once

#include "runtime/scalar/near_one.h"
#include "runtime/scalar/random/rounding.h"
#include "runtime/scalar/random/words.h"

namespace lockstep::scalar::random {

// What depends on n and p alone, so that a loop can keep it. Here p is at most 1/2; `mirrored` says that it was not.
struct BinomialSetup {
    int64_t n;
    double p, q;
    bool none, search, mirrored;
    double start;   // search: the probability of 0
    int64_t bound;  // search: starts anew behind it
    double p1, xm, xl, xr, c, left_slope, right_slope, p2, p3, p4;
    int64_t mode;
};

LS_SCALAR_CALL BinomialSetup binomial_setup(int64_t n, double p) {
    BinomialSetup s = {};
    s.n = n;
    s.none = n == 0 || p == 0.0;
    s.mirrored = !(p <= 0.5);
    s.p = s.mirrored ? 1.0 - p : p;
    s.q = 1.0 - s.p;
    s.search = s.p * (double)n <= 30.0;
    const double mean = (double)n * s.p;
    if (s.search) {
        s.start = scalar::exp((double)n * scalar::log1p(-s.p));
        const double limit = mean + 10.0 * scalar::sqrt(mean * s.q + 1.0);
        s.bound = truncate_int64((double)n < limit ? (double)n : limit);
        return s;
    }
    const double fm = (double)n * s.p + s.p;
    s.mode = floor_to_integer(fm);
    s.p1 = floor_of(2.195 * scalar::sqrt((double)n * s.p * s.q) - 4.6 * s.q) + 0.5;
    s.xm = (double)s.mode + 0.5;
    s.xl = s.xm - s.p1;
    s.xr = s.xm + s.p1;
    s.c = 0.134 + 20.5 / (15.3 + (double)s.mode);
    double a = (fm - s.xl) / (fm - s.xl * s.p);
    s.left_slope = a * (1.0 + a / 2.0);
    a = (s.xr - fm) / (s.xr * s.q);
    s.right_slope = a * (1.0 + a / 2.0);
    s.p2 = s.p1 * (1.0 + 2.0 * s.c);
    s.p3 = s.p2 + s.c / s.left_slope;
    s.p4 = s.p3 + s.c / s.right_slope;
    return s;
}

// The probability of x from that of x - 1.
LS_SCALAR double binomial_step(const BinomialSetup& s, int64_t x, double before) {
    return ((double)(s.n - x + 1) * s.p * before) / ((double)x * s.q);
}

// step(x, before) is binomial_step, or what a loop remembers of it.
template <class G, class Step>
LS_SCALAR int64_t binomial_search(G& g, const BinomialSetup& s, const Step& step) {
    int64_t x = 0;
    double px = s.start, u = next_double(g);
    while (u > px) {
        ++x;
        if (x > s.bound) {
            x = 0;
            px = s.start;
            u = next_double(g);
        } else {
            u -= px;
            px = step(x, px);
        }
    }
    return x;
}

// Stirling's correction of a factorial, with NumPy's four terms.
LS_SCALAR double factorial_correction(double x) {
    const double square = x * x;
    return (13680. - (462. - (132. - (99. - 140. / square) / square) / square) / square) / x / 166320.;
}

// The probability of y in units of the mode's, factor by factor.
LS_SCALAR_CALL double binomial_weight(const BinomialSetup& s, int64_t y) {
    const double odds = s.p / s.q;
    const double a = odds * (double)(s.n + 1);
    double ratio = 1.0;
    if (s.mode < y)
        for (int64_t i = s.mode + 1; i <= y; ++i) ratio *= a / (double)i - odds;
    else
        for (int64_t i = y + 1; i <= s.mode; ++i) ratio /= a / (double)i - odds;
    return ratio;
}

// Whether v is below the probability of y in units of the mode's, where y is neither near the mode nor far out.
LS_SCALAR_CALL bool binomial_accepts(const BinomialSetup& s, int64_t y, double v) {
    const int64_t k = y > s.mode ? y - s.mode : s.mode - y;
    const double npq = (double)s.n * s.p * s.q;
    const double rho = ((double)k / npq) * (((double)k * ((double)k / 3.0 + 0.625) + 0.16666666666666666) / npq + 0.5);
    const double t = (double)(int64_t)(0 - (uint64_t)k * (uint64_t)k) / (2.0 * npq);
    const double log_v = log_of(v);
    if (log_v < t - rho) return true;
    if (log_v > t + rho) return false;
    const double x1 = (double)(y + 1), f1 = (double)(s.mode + 1);
    const double z = (double)(s.n + 1 - s.mode), w = (double)(s.n - y + 1);
    return !(log_v > s.xm * log_tabled(f1 / x1) + ((double)(s.n - s.mode) + 0.5) * log_tabled(z / w) +
                         (double)(y - s.mode) * log_tabled(w * s.p / (x1 * s.q)) + factorial_correction(f1) +
                         factorial_correction(z) + factorial_correction(x1) + factorial_correction(w));
}

// weight(y) is binomial_weight, or what a loop remembers of it.
template <class G, class Weight>
LS_SCALAR int64_t binomial_rejection(G& g, const BinomialSetup& s, const Weight& weight) {
    for (;;) {
        const double u = next_double(g) * s.p4;
        double v = next_double(g);
        int64_t y;
        if (u <= s.p1) return floor_to_integer(s.xm - s.p1 * v + u);
        if (u <= s.p2) {
            const double x = s.xl + (u - s.p1) / s.c;
            v = v * s.c + 1.0 - absolute_of((double)s.mode - x + 0.5) / s.p1;
            if (v > 1.0) continue;
            y = floor_to_integer(x);
        } else if (u <= s.p3) {
            y = floor_to_integer(s.xl + log_of(v) / s.left_slope);
            if (y < 0 || v == 0.0) continue;
            v = v * (u - s.p2) * s.left_slope;
        } else {
            y = floor_to_integer(s.xr - log_of(v) / s.right_slope);
            if (y > s.n || v == 0.0) continue;
            v = v * (u - s.p3) * s.right_slope;
        }
        const int64_t k = y > s.mode ? y - s.mode : s.mode - y;
        const bool between = k > 20 && (double)k < (double)s.n * s.p * s.q / 2.0 - 1.0;
        if (between ? binomial_accepts(s, y, v) : !(v > weight(y))) return y;
    }
}

template <class G>
LS_SCALAR_CALL int64_t binomial_search(G& g, const BinomialSetup& s) {
    return binomial_search(g, s, [&](int64_t x, double before) { return binomial_step(s, x, before); });
}

template <class G>
LS_SCALAR_CALL int64_t binomial_draw(G& g, const BinomialSetup& s) {
    if (s.none) return 0;
    const int64_t x = s.search ? binomial_search(g, s)
                               : binomial_rejection(g, s, [&](int64_t y) { return binomial_weight(s, y); });
    return s.mirrored ? s.n - x : x;
}

template <class G>
LS_SCALAR int64_t binomial(G& g, int64_t n, double p) {
    return binomial_draw(g, binomial_setup(n, p));
}

}  // namespace lockstep::scalar::random
