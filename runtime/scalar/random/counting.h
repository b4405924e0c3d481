// Discrete draws by short searches and inversions: geometric, zipf, logarithmic series.
// Must not know where the words come from.
#pragma once

#include "runtime/scalar/random/exponential.h"
#include "runtime/scalar/random/rounding.h"

namespace lockstep::scalar::random {

// log_q is ln(1 - p).
LS_SCALAR int64_t geometric_of(double exponential, double log_q) {
    const double up = -floor_of(exponential / log_q);
    return up >= 9.223372036854776e+18 ? INT64_C(9223372036854775807) : truncate_int64(up);
}

// The chances of a number and of all up to it: the search goes on until the sum has reached u.
struct GeometricSum {
    int64_t x;
    double term, sum;
};

LS_SCALAR GeometricSum geometric_next(const GeometricSum& s, double q) {
    const double term = s.term * q;
    return {s.x + 1, term, s.sum + term};
}

LS_SCALAR int64_t geometric_search(double u, GeometricSum s, double q) {
    while (u > s.sum) s = geometric_next(s, q);
    return s.x;
}

inline constexpr double geometric_border = 0.333333333333333333333333;  // from here on by search

template <class G>
LS_SCALAR int64_t geometric(G& g, double p) {
    if (p >= geometric_border) return geometric_search(next_double(g), {1, p, p}, 1.0 - p);
    return geometric_of(standard_exponential(g), scalar::log1p(-p));
}

// What depends on a alone, so that a loop can keep it.
struct ZipfSetup {
    double a, am1, exponent, b, least;
};

LS_SCALAR_CALL ZipfSetup zipf_setup(double a) {
    const double am1 = a - 1.0;
    return {a, am1, -1.0 / am1, scalar::power(2.0, am1), scalar::power(9223372036854775807.0, -am1)};
}

// An attempt of two uniform draws: the number, or 0 where it is not kept. Devroye (1986), X.6.1, with uniform draws so near 1
// left out that the result fits in 63 bits. No branch: loops vectorise.
LS_SCALAR double zipf_attempt(double place, double v, const ZipfSetup& s) {
    const double u = place * s.least + (1.0 - place);
    const double power = power_tabled(u, s.exponent);
    const double near = (power + 0x1p52) - 0x1p52;
    const double whole = near > power ? near - 1.0 : near;
    const double x = power < 0x1p52 ? whole : power;
    const double t = power_tabled(1.0 + 1.0 / x, s.am1);
    const bool kept = v * x * (t - 1.0) / (s.b - 1.0) <= t / s.b;
    return kept & (x <= 9223372036854775807.0) & (x >= 1.0) ? x : 0.0;
}

template <class G>
LS_SCALAR_CALL int64_t zipf_draw(G& g, const ZipfSetup& s) {
    if (s.a >= 1025.0) return 1;
    for (;;) {
        const double place = next_double(g);
        const double x = zipf_attempt(place, next_double(g), s);
        if (x > 0.0) return truncate_int64(x);
    }
}

template <class G>
LS_SCALAR int64_t zipf(G& g, double a) {
    return zipf_draw(g, zipf_setup(a));
}

// Kemp's second accelerated generator (1981); r is ln(1 - p).
template <class G>
LS_SCALAR_CALL int64_t logseries_draw(G& g, double p, double r) {
    for (;;) {
        const double v = next_double(g);
        if (v >= p) return 1;
        const double q = -scalar::expm1(r * next_double(g));
        if (v <= q * q) {
            const int64_t x = floor_to_integer(1.0 + log_nearest(v) / log_nearest(q));
            if (x < 1 || v == 0.0) continue;
            return x;
        }
        return v >= q ? 1 : 2;
    }
}

template <class G>
LS_SCALAR int64_t logseries(G& g, double p) {
    return logseries_draw(g, p, scalar::log1p(-p));
}

}  // namespace lockstep::scalar::random
