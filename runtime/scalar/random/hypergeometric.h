// Hypergeometric draws: from an urn where few are drawn or left, else Stadlober's ratio of uniforms HRUA (1989).
// Must not know where the words come from.
#pragma once

#include "runtime/scalar/random/log_factorial_table.h"
#include "runtime/scalar/near_one.h"
#include "runtime/scalar/random/rounding.h"

namespace lockstep::scalar::random {

// Uniform in [0, largest]: words masked until one fits.
template <class G>
LS_SCALAR uint64_t masked_interval(G& g, uint64_t largest) {
    if (largest == 0) return 0;
    uint64_t mask = largest;
    for (int shift = 1; shift < 64; shift *= 2) mask |= mask >> shift;
    for (;;) {
        const uint64_t value = largest <= 0xffffffffu ? next32(g) & (uint32_t)mask : next64(g) & mask;
        if (value <= largest) return value;
    }
}

template <class G>
LS_SCALAR_CALL int64_t hypergeometric_urn(G& g, int64_t good, int64_t bad, int64_t sample) {
    int64_t total = good + bad, left_good = good;
    const bool rest = sample > total / 2;  // draw those that stay
    int64_t draws = rest ? total - sample : sample;
    while (draws > 0 && left_good > 0 && total > left_good) {
        --total;
        if ((int64_t)masked_interval(g, (uint64_t)total) < left_good) --left_good;
        --draws;
    }
    if (total == left_good) left_good -= draws;  // only good ones are left
    return rest ? left_good : good - left_good;
}

LS_SCALAR double log_factorial(int64_t k) {
    if (k < 126) return log_factorials[k];
    const double x = (double)k;
    return (x + 0.5) * log_nearest(x) - x + (0.9189385332046728 + (1.0 / x) * (1.0 / 12.0 - 1.0 / (360.0 * x * x)));
}

template <class G>
LS_SCALAR_CALL int64_t hypergeometric_ratio(G& g, int64_t good, int64_t bad, int64_t sample) {
    const int64_t total = good + bad;
    const int64_t draws = sample < total - sample ? sample : total - sample;
    const int64_t fewer = good < bad ? good : bad, more = good < bad ? bad : good;
    const double p = (double)fewer / (double)total, q = (double)more / (double)total;
    const double a = (double)draws * p + 0.5;
    const double variance = (double)(total - draws) * (double)draws * p * q / (double)(total - 1);
    const double c = scalar::sqrt(variance + 0.5);
    const double h = 1.7155277699214135 * c + 0.8989161620588988;
    const int64_t mode = floor_to_integer((double)(draws + 1) * (double)(fewer + 1) / (double)(total + 2));
    const double peak = log_factorial(mode) + log_factorial(fewer - mode) + log_factorial(draws - mode) +
                        log_factorial(more - draws + mode);
    const double most = (double)((draws < fewer ? draws : fewer) + 1), far = floor_of(a + 16.0 * c);
    const double bound = most < far ? most : far;
    int64_t k;
    for (;;) {
        const double u = next_double(g), v = next_double(g);
        const double x = a + h * (v - 0.5) / u;
        if (x < 0.0 || x >= bound) continue;
        k = floor_to_integer(x);
        const double t = peak - (log_factorial(k) + log_factorial(fewer - k) + log_factorial(draws - k) +
                                 log_factorial(more - draws + k));
        if (u * (4.0 - u) - 3.0 <= t) break;
        if (u * (u - t) >= 1.0) continue;
        if (2.0 * log_of(u) <= t) break;
    }
    if (good > bad) k = draws - k;
    return draws < sample ? good - k : k;
}

// Which of the two it is: a ratio takes doubles, an urn numbers of 32 bits (good and bad are below 10^9 each).
LS_SCALAR bool hypergeometric_is_ratio(int64_t good, int64_t bad, int64_t sample) {
    return sample >= 10 && sample <= good + bad - 10;
}

template <class G>
LS_SCALAR int64_t hypergeometric(G& g, int64_t good, int64_t bad, int64_t sample) {
    if (hypergeometric_is_ratio(good, bad, sample)) return hypergeometric_ratio(g, good, bad, sample);
    return hypergeometric_urn(g, good, bad, sample);
}

}  // namespace lockstep::scalar::random
