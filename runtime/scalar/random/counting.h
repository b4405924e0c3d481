// Discrete draws by short searches and inversions: geometric, zipf, logarithmic series.
// Must not know where the words come from.
#pragma once

#include "runtime/scalar/random/exponential.h"
#include "runtime/scalar/random/rounding.h"

namespace lockstep::scalar::random {

template <class G>
LS_SCALAR_CALL int64_t geometric(G& g, double p) {
    if (p < 0.333333333333333333333333) {
        const double value = -standard_exponential(g) / scalar::log1p(-p);
        const double up = -floor_of(-value);
        return up >= 9.223372036854776e+18 ? INT64_C(9223372036854775807) : truncate_int64(up);
    }
    const double q = 1.0 - p;
    double sum = p, term = p;
    int64_t x = 1;
    for (const double u = next_double(g); u > sum; ++x) {
        term *= q;
        sum += term;
    }
    return x;
}

// Devroye (1986), X.6.1, with uniform draws so near 1 left out that the result fits in 63 bits.
template <class G>
LS_SCALAR_CALL int64_t zipf(G& g, double a) {
    if (a >= 1025.0) return 1;
    constexpr double largest = 9223372036854775807.0;
    const double am1 = a - 1.0;
    const double b = scalar::power(2.0, am1), least = scalar::power(largest, -am1);
    for (;;) {
        const double place = next_double(g);
        const double u = place * least + (1.0 - place);
        const double v = next_double(g);
        const double x = floor_of(scalar::power(u, -1.0 / am1));
        if (x > largest || x < 1.0) continue;
        const double t = scalar::power(1.0 + 1.0 / x, am1);
        if (v * x * (t - 1.0) / (b - 1.0) <= t / b) return truncate_int64(x);
    }
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
