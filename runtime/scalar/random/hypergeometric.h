// Hypergeometric draws: from an urn where few are drawn or left, else Stadlober's ratio of uniforms HRUA (1989).
// Must not know where the words come from.
#pragma once

#include "runtime/scalar/random/log_factorial_table.h"
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
    if (k < 1024) return log_factorials[k];
    const double x = (double)k;
    return (x + 0.5) * log_tabled(x) - x + (0.9189385332046728 + (1.0 / x) * (1.0 / 12.0 - 1.0 / (360.0 * x * x)));
}

// Which of the two it is: a ratio takes doubles, an urn numbers of 32 bits (good and bad are below 10^9 each).
LS_SCALAR bool hypergeometric_is_ratio(int64_t good, int64_t bad, int64_t sample) {
    return sample >= 10 && sample <= good + bad - 10;
}

// What depends on the parameters alone, so that a loop can keep it.
struct HypergeometricSetup {
    int64_t good, bad, sample;
    bool by_ratio;
    int64_t draws, fewer, more, mode;
    double a, h, peak, bound;
};

LS_SCALAR double factorials_of(const HypergeometricSetup& s, int64_t k) {
    return log_factorial(k) + log_factorial(s.fewer - k) + log_factorial(s.draws - k) + log_factorial(s.more - s.draws + k);
}

LS_SCALAR_CALL HypergeometricSetup hypergeometric_setup(int64_t good, int64_t bad, int64_t sample) {
    HypergeometricSetup s = {};
    s.good = good, s.bad = bad, s.sample = sample;
    const int64_t total = good + bad;
    s.by_ratio = hypergeometric_is_ratio(good, bad, sample);
    if (!s.by_ratio) return s;
    s.draws = sample < total - sample ? sample : total - sample;
    s.fewer = good < bad ? good : bad, s.more = good < bad ? bad : good;
    const double p = (double)s.fewer / (double)total, q = (double)s.more / (double)total;
    s.a = (double)s.draws * p + 0.5;
    const double variance = (double)(total - s.draws) * (double)s.draws * p * q / (double)(total - 1);
    const double c = scalar::sqrt(variance + 0.5);
    s.h = 1.7155277699214135 * c + 0.8989161620588988;
    s.mode = floor_to_integer((double)(s.draws + 1) * (double)(s.fewer + 1) / (double)(total + 2));
    s.peak = factorials_of(s, s.mode);
    const double most = (double)((s.draws < s.fewer ? s.draws : s.fewer) + 1), far = floor_of(s.a + 16.0 * c);
    s.bound = most < far ? most : far;
    return s;
}

// ln of how much less likely k is than the mode.
LS_SCALAR_CALL double hypergeometric_weight(const HypergeometricSetup& s, int64_t k) { return s.peak - factorials_of(s, k); }

// An attempt of two uniform draws: where it is, whether it is kept (t is the weight of that), and what is drawn then.
LS_SCALAR double hypergeometric_place(double u, double v, const HypergeometricSetup& s) { return s.a + s.h * (v - 0.5) / u; }
LS_SCALAR bool hypergeometric_accepts(double u, double t) {
    if (u * (4.0 - u) - 3.0 <= t) return true;
    return !(u * (u - t) >= 1.0) && 2.0 * log_of(u) <= t;
}
LS_SCALAR int64_t hypergeometric_of(int64_t k, const HypergeometricSetup& s) {
    if (s.good > s.bad) k = s.draws - k;
    return s.draws < s.sample ? s.good - k : k;
}

template <class G>
LS_SCALAR_CALL int64_t hypergeometric_ratio(G& g, const HypergeometricSetup& s) {
    for (;;) {
        const double u = next_double(g), x = hypergeometric_place(u, next_double(g), s);
        if (!(x >= 0.0 && x < s.bound)) continue;
        const int64_t k = floor_to_integer(x);
        if (hypergeometric_accepts(u, hypergeometric_weight(s, k))) return hypergeometric_of(k, s);
    }
}

template <class G>
LS_SCALAR int64_t hypergeometric(G& g, int64_t good, int64_t bad, int64_t sample) {
    const HypergeometricSetup s = hypergeometric_setup(good, bad, sample);
    return s.by_ratio ? hypergeometric_ratio(g, s) : hypergeometric_urn(g, good, bad, sample);
}

}  // namespace lockstep::scalar::random
