// Gamma draws (Marsaglia and Tsang 2000; below shape 1 Ahrens and Dieter's rejection) and distributions made of them.
// Must not know where the words come from.
#pragma once

#include "runtime/scalar/random/exponential.h"
#include "runtime/scalar/random/normal.h"
#include "runtime/scalar/random/rounding.h"

namespace lockstep::scalar::random {

// What Generator's gamma is made of; RandomState's has draws of its own (legacy.h).
struct ZigguratDraws {
    template <class G>
    LS_SCALAR double normal(G& g) {
        return standard_normal(g);
    }
    template <class G>
    LS_SCALAR double exponential(G& g) {
        return standard_exponential(g);
    }
};

template <class Draws, class G>
LS_SCALAR_CALL double gamma_below_one(G& g, double shape) {
    for (;;) {
        const double u = next_double(g);
        const double v = Draws::exponential(g);
        if (u <= 1.0 - shape) {
            const double x = scalar::power(u, 1.0 / shape);
            if (x <= v) return x;
        } else {
            const double y = -log_nearest((1.0 - u) / shape);
            const double x = scalar::power(1.0 - shape + shape * y, 1.0 / shape);
            if (x <= v + y) return x;
        }
    }
}

template <class Draws, class G>
LS_SCALAR_CALL double gamma_of(G& g, double shape) {
    if (shape == 1.0) return Draws::exponential(g);
    if (shape == 0.0) return 0.0;
    if (shape < 1.0) return gamma_below_one<Draws>(g, shape);
    const double b = shape - 1.0 / 3.0;
    const double c = 1.0 / scalar::sqrt(9.0 * b);
    for (;;) {
        double x, v;
        do {
            x = Draws::normal(g);
            v = 1.0 + c * x;
        } while (v <= 0.0);
        v = v * v * v;
        const double u = next_double(g);
        if (u < 1.0 - 0.0331 * (x * x) * (x * x)) return b * v;
        if (log_of(u) < 0.5 * x * x + b * (1.0 - v + log_of(v))) return b * v;
    }
}

template <class G>
LS_SCALAR double standard_gamma(G& g, double shape) {
    return gamma_of<ZigguratDraws>(g, shape);
}

template <class G>
LS_SCALAR_CALL float gamma_below_one_float(G& g, float shape) {
    for (;;) {
        const float u = next_float(g);
        const float v = standard_exponential_float(g);
        if (u <= 1.0f - shape) {
            const float x = scalar::power(u, 1.0f / shape);
            if (x <= v) return x;
        } else {
            const float y = -log_rare((1.0f - u) / shape);
            const float x = scalar::power(1.0f - shape + shape * y, 1.0f / shape);
            if (x <= v + y) return x;
        }
    }
}

template <class G>
LS_SCALAR_CALL float standard_gamma_float(G& g, double double_shape) {
    const float shape = (float)double_shape;
    if (shape == 1.0f) return standard_exponential_float(g);
    if (shape == 0.0f) return 0.0f;
    if (shape < 1.0f) return gamma_below_one_float(g, shape);
    const float b = shape - 1.0f / 3.0f;
    const float c = 1.0f / scalar::sqrt(9.0f * b);
    for (;;) {
        float x, v;
        do {
            x = standard_normal_float(g);
            v = 1.0f + c * x;
        } while (v <= 0.0f);
        v = v * v * v;
        const float u = next_float(g);
        if (u < 1.0f - 0.0331f * (x * x) * (x * x)) return b * v;
        if (log_rare(u) < 0.5f * x * x + b * (1.0f - v + log_rare(v))) return b * v;
    }
}

template <class G>
LS_SCALAR double gamma(G& g, double shape, double scale) {
    return scale * standard_gamma(g, shape);
}

template <class G>
LS_SCALAR double chisquare(G& g, double df) {
    return 2.0 * standard_gamma(g, df / 2.0);
}

template <class G>
LS_SCALAR double f(G& g, double dfnum, double dfden) {
    const double numerator = chisquare(g, dfnum) * dfden;
    return numerator / (chisquare(g, dfden) * dfnum);
}

template <class G>
LS_SCALAR double standard_t(G& g, double df) {
    const double normal = standard_normal(g);
    const double gamma = standard_gamma(g, df / 2.0);
    return scalar::sqrt(df / 2.0) * normal / scalar::sqrt(gamma);
}

// Where both are at most 1, Johnk's way (1964), by logarithms where a power underflows.
template <class G>
LS_SCALAR_CALL double beta(G& g, double a, double b) {
    if (!(a <= 1.0 && b <= 1.0)) {
        const double left = standard_gamma(g, a);
        return left / (left + standard_gamma(g, b));
    }
    if (a < 3e-103 && b < 3e-103) return (a + b) * next_double(g) < a ? 1.0 : 0.0;
    for (;;) {
        const double u = next_double(g), v = next_double(g);
        const double x = scalar::power(u, 1.0 / a), y = scalar::power(v, 1.0 / b);
        if (!(x + y <= 1.0 && u + v > 0.0)) continue;
        if (x > 0.0 && y > 0.0) return x / (x + y);
        const double log_ratio = log_nearest(u) / a - log_nearest(v) / b;
        if (log_ratio > 0.0) return scalar::exp(-scalar::log1p(scalar::exp(-log_ratio)));
        return scalar::exp(log_ratio - scalar::log1p(scalar::exp(log_ratio)));
    }
}

}  // namespace lockstep::scalar::random
