// RandomState's own distributions of integers.
// Must not know RandomState.
#pragma once

#include "runtime/scalar/random/binomial.h"
#include "runtime/scalar/random/counting.h"
#include "runtime/scalar/random/legacy.h"

namespace lockstep::scalar::random {

// Unlike Generator's, it draws where the result is certain, too, and begins its search by a plain logarithm.
template <class G>
LS_SCALAR_CALL int64_t legacy_binomial(G& g, int64_t n, double p) {
    BinomialSetup s = binomial_setup(n, p);
    if (!s.search) return binomial_draw(g, s);
    s.start = scalar::exp((double)n * log_nearest(s.q));
    const int64_t drawn = binomial_search(g, s);
    return s.mirrored ? n - drawn : drawn;
}

template <class G>
LS_SCALAR int64_t legacy_negative_binomial(G& g, double n, double p) {
    return poisson(g, legacy_gamma(g, n, (1 - p) / p));
}

template <class G>
LS_SCALAR int64_t legacy_geometric(G& g, double p) {
    if (p >= 0.333333333333333333333333) return geometric(g, p);
    return truncate_int64(-floor_of(-(scalar::log1p(-next_double(g)) / log_nearest(1.0 - p))));
}

// Devroye's rejection; numbers past int64 are drawn again.
template <class G>
LS_SCALAR_CALL int64_t legacy_zipf(G& g, double a) {
    const double exponent = a - 1.0, b = scalar::power(2.0, exponent);
    for (;;) {
        const double u = 1.0 - next_double(g);
        const double v = next_double(g);
        const double x = floor_of(power_tabled(u, -1.0 / exponent));
        if (x > 9223372036854775807.0 || x < 1.0) continue;
        const double t = power_tabled(1.0 + 1.0 / x, exponent);
        if (v * x * (t - 1.0) / (b - 1.0) <= t / b) return truncate_int64(x);
    }
}

// Kemp's second accelerated generator.
template <class G>
LS_SCALAR_CALL int64_t legacy_logseries(G& g, double p) {
    const double r = log_nearest(1.0 - p);
    for (;;) {
        const double v = next_double(g);
        if (v >= p) return 1;
        const double u = next_double(g);
        const double q = 1.0 - scalar::exp(r * u);
        if (v <= q * q) {
            const int64_t drawn = floor_to_integer(1.0 + log_nearest(v) / log_nearest(q));
            if (drawn < 1 || v == 0.0) continue;
            return drawn;
        }
        return v >= q ? 1 : 2;
    }
}

// One thing after the other is drawn from the urn.
template <class G>
LS_SCALAR_CALL int64_t legacy_small_hypergeometric(G& g, int64_t good, int64_t bad, int64_t sample) {
    const int64_t others = bad + good - sample;
    const double fewer = (double)(bad < good ? bad : good);
    double left = fewer;
    for (int64_t k = sample; left > 0.0;) {
        const double u = next_double(g);
        left -= (double)floor_to_integer(u + left / (double)(others + k));
        if (--k == 0) break;
    }
    const int64_t drawn = truncate_int64(fewer - left);
    return good > bad ? sample - drawn : drawn;
}

// Stadlober's ratio of uniforms.
template <class G>
LS_SCALAR_CALL int64_t legacy_large_hypergeometric(G& g, int64_t good, int64_t bad, int64_t sample) {
    const int64_t fewer = good < bad ? good : bad, more = good < bad ? bad : good, all = good + bad;
    const int64_t m = sample < all - sample ? sample : all - sample;
    const double share = (double)fewer / (double)all;
    const double center = (double)m * share + 0.5;
    const double spread = scalar::sqrt((double)(all - m) * (double)sample * share * (1.0 - share) / (double)(all - 1) + 0.5);
    const double width = 1.7155277699214135 * spread + 0.8989161620588988;  // 2 scalar::sqrt(2/e), 3 - 2 scalar::sqrt(3/e)
    const int64_t mode = floor_to_integer((double)(m + 1) * (double)(fewer + 1) / (double)(all + 2));
    const double at_mode = log_gamma((double)(mode + 1)) + log_gamma((double)(fewer - mode + 1)) +
                           log_gamma((double)(m - mode + 1)) + log_gamma((double)(more - m + mode + 1));
    const double reach = floor_of(center + 16 * spread), longest = (double)(m < fewer ? m : fewer) + 1.0;
    const double most = longest < reach ? longest : reach;
    int64_t z;
    for (;;) {
        const double x = next_double(g);
        const double y = next_double(g);
        const double w = center + width * (y - 0.5) / x;
        if (w < 0.0 || w >= most) continue;
        z = floor_to_integer(w);
        const double t = at_mode - (log_gamma((double)(z + 1)) + log_gamma((double)(fewer - z + 1)) +
                                    log_gamma((double)(m - z + 1)) + log_gamma((double)(more - m + z + 1)));
        if (x * (4.0 - x) - 3.0 <= t) break;
        if (x * (x - t) >= 1) continue;
        if (2.0 * log_of(x) <= t) break;
    }
    if (good > bad) z = m - z;
    return m < sample ? good - z : z;
}

template <class G>
LS_SCALAR int64_t legacy_hypergeometric(G& g, int64_t good, int64_t bad, int64_t sample) {
    if (sample > 10) return legacy_large_hypergeometric(g, good, bad, sample);
    return sample > 0 ? legacy_small_hypergeometric(g, good, bad, sample) : 0;
}

}  // namespace lockstep::scalar::random
