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

template <class G>
LS_SCALAR_CALL int64_t geometric_search(G& g, double p) {
    const double q = 1.0 - p;
    double sum = p, term = p;
    int64_t x = 1;
    for (const double u = next_double(g); u > sum; ++x) {
        term *= q;
        sum += term;
    }
    return x;
}

inline constexpr double geometric_border = 0.333333333333333333333333;  // from here on by search

template <class G>
LS_SCALAR int64_t geometric(G& g, double p) {
    if (p >= geometric_border) return geometric_search(g, p);
    return geometric_of(standard_exponential(g), scalar::log1p(-p));
}

// What depends on a alone, so that a loop can keep it.
struct ZipfSetup {
    double a, am1, b, least;
};

LS_SCALAR_CALL ZipfSetup zipf_setup(double a) {
    const double am1 = a - 1.0;
    return {a, am1, scalar::power(2.0, am1), scalar::power(9223372036854775807.0, -am1)};
}

// Devroye (1986), X.6.1, with uniform draws so near 1 left out that the result fits in 63 bits.
template <class G>
LS_SCALAR_CALL int64_t zipf_draw(G& g, const ZipfSetup& s) {
    if (s.a >= 1025.0) return 1;
    for (;;) {
        const double place = next_double(g);
        const double u = place * s.least + (1.0 - place);
        const double v = next_double(g);
        const double x = floor_of(scalar::power(u, -1.0 / s.am1));
        if (x > 9223372036854775807.0 || x < 1.0) continue;
        const double t = scalar::power(1.0 + 1.0 / x, s.am1);
        if (v * x * (t - 1.0) / (s.b - 1.0) <= t / s.b) return truncate_int64(x);
    }
}

template <class G>
LS_SCALAR int64_t zipf(G& g, double a) {
    return zipf_draw(g, zipf_setup(a));
}

// Kemp's second accelerated generator (1981).
template <class G>
LS_SCALAR_CALL int64_t logseries(G& g, double p) {
    const double r = scalar::log1p(-p);
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

}  // namespace lockstep::scalar::random
