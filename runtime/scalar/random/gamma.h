// Gamma draws (Marsaglia and Tsang 2000; below shape 1 Ahrens and Dieter's rejection) and distributions made of them.
// Must not know where the words come from.
#pragma once

#include "runtime/scalar/random/exponential.h"
#include "runtime/scalar/random/normal.h"
#include "runtime/scalar/random/rounding.h"
#include "runtime/scalar/random/tabled.h"

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

// What depends on the shape alone, so that a loop can keep it.
struct GammaSetup {
    double shape;
    double b, c;  // below shape 1: 1 - shape and 1 / shape
};

LS_SCALAR GammaSetup gamma_setup(double shape) {
    if (shape < 1.0) return {shape, 1.0 - shape, 1.0 / shape};
    const double b = shape - 1.0 / 3.0;
    return {shape, b, 1.0 / scalar::sqrt(9.0 * b)};
}

// An attempt below shape 1 of a uniform number u, and its exponential draw v or more: the draw is good if it is no larger.
// y is 0, or -ln((1 - u) / shape) where u > 1 - shape.
LS_SCALAR double gamma_attempt(double u, double y, const GammaSetup& s) {
    return power_tabled(u <= s.b ? u : s.b + s.shape * y, s.c);
}

template <class Draws, class G>
LS_SCALAR_CALL double gamma_below_one(G& g, const GammaSetup& s) {
    for (;;) {
        const double u = next_double(g);
        const double v = Draws::exponential(g);
        const double y = u <= s.b ? 0.0 : -log_tabled((1.0 - u) / s.shape);
        const double x = gamma_attempt(u, y, s);
        if (x <= v + y) return x;
    }
}

// Whether a normal draw x, with v = (1 + c x)^3, is kept; and what is true of nearly all that are.
LS_SCALAR bool gamma_surely_accepts(double x, double u) { return u < 1.0 - 0.0331 * (x * x) * (x * x); }
LS_SCALAR bool gamma_accepts(double x, double v, double u, double b) {
    return gamma_surely_accepts(x, u) ||
           log_of(u) < 0.5 * x * x + b * (1.0 - v + log_of(v));
}

template <class Draws, class G>
LS_SCALAR_CALL double gamma_above_one(G& g, const GammaSetup& s) {
    for (;;) {
        double x, v;
        do {
            x = Draws::normal(g);
            v = 1.0 + s.c * x;
        } while (v <= 0.0);
        v = v * v * v;
        if (gamma_accepts(x, v, next_double(g), s.b)) return s.b * v;
    }
}

template <class Draws, class G>
LS_SCALAR double gamma_of(G& g, const GammaSetup& s) {
    if (s.shape == 1.0) return Draws::exponential(g);
    if (s.shape == 0.0) return 0.0;
    return s.shape < 1.0 ? gamma_below_one<Draws>(g, s) : gamma_above_one<Draws>(g, s);
}

template <class Draws, class G>
LS_SCALAR double gamma_of(G& g, double shape) {
    return gamma_of<Draws>(g, gamma_setup(shape));
}

template <class G>
LS_SCALAR double gamma_draw(G& g, const GammaSetup& s) {
    return gamma_of<ZigguratDraws>(g, s);
}

template <class G>
LS_SCALAR double standard_gamma(G& g, double shape) {
    return gamma_draw(g, gamma_setup(shape));
}

// Rounded once, as the C library's, so that the same draws are kept.
LS_SCALAR float power_in_double(float x, float y) { return (float)power_tabled((double)x, (double)y); }

template <class G>
LS_SCALAR_CALL float gamma_below_one_float(G& g, float shape) {
    for (;;) {
        const float u = next_float(g);
        const float v = standard_exponential_float(g);
        if (u <= 1.0f - shape) {
            const float x = power_in_double(u, 1.0f / shape);
            if (x <= v) return x;
        } else {
            const float y = -log_rare((1.0f - u) / shape);
            const float x = power_in_double(1.0f - shape + shape * y, 1.0f / shape);
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
LS_SCALAR double chisquare_draw(G& g, const GammaSetup& half) {
    return 2.0 * gamma_draw(g, half);
}

template <class G>
LS_SCALAR double chisquare(G& g, double df) {
    return chisquare_draw(g, gamma_setup(df / 2.0));
}

template <class G>
LS_SCALAR double f_draw(G& g, double dfnum, double dfden, const GammaSetup& half_num, const GammaSetup& half_den) {
    const double numerator = chisquare_draw(g, half_num) * dfden;
    return numerator / (chisquare_draw(g, half_den) * dfnum);
}

template <class G>
LS_SCALAR double f(G& g, double dfnum, double dfden) {
    return f_draw(g, dfnum, dfden, gamma_setup(dfnum / 2.0), gamma_setup(dfden / 2.0));
}

template <class G>
LS_SCALAR double standard_t_draw(G& g, double root, const GammaSetup& half) {
    const double normal = standard_normal(g);
    return root * normal / scalar::sqrt(gamma_draw(g, half));
}

template <class G>
LS_SCALAR double standard_t(G& g, double df) {
    return standard_t_draw(g, scalar::sqrt(df / 2.0), gamma_setup(df / 2.0));
}

// Where both shapes are at most 1, Johnk's way (1964): two powers of uniform numbers, if their sum is at most 1.
LS_SCALAR bool beta_by_powers(double a, double b) { return a <= 1.0 && b <= 1.0; }
LS_SCALAR bool beta_of_the_smallest(double a, double b) { return a < 3e-103 && b < 3e-103; }

// The share of u^(1/a) where one of the powers underflows, or both: by logarithms.
LS_SCALAR_CALL double beta_by_logarithms(double u, double v, double a, double b) {
    const double log_ratio = log_nearest(u) / a - log_nearest(v) / b;
    if (log_ratio > 0.0) return scalar::exp(-scalar::log1p(scalar::exp(-log_ratio)));
    return scalar::exp(log_ratio - scalar::log1p(scalar::exp(log_ratio)));
}

template <class G>
LS_SCALAR_CALL double beta_of_powers(G& g, double a, double b, double inverse_a, double inverse_b) {
    if (beta_of_the_smallest(a, b)) return (a + b) * next_double(g) < a ? 1.0 : 0.0;
    for (;;) {
        const double u = next_double(g), v = next_double(g);
        const double x = power_tabled(u, inverse_a), y = power_tabled(v, inverse_b);
        if (!(x + y <= 1.0 && u + v > 0.0)) continue;
        return x > 0.0 && y > 0.0 ? x / (x + y) : beta_by_logarithms(u, v, a, b);
    }
}

template <class G>
LS_SCALAR double beta_of_gammas(G& g, const GammaSetup& a, const GammaSetup& b) {
    const double left = gamma_draw(g, a);
    return left / (left + gamma_draw(g, b));
}

template <class G>
LS_SCALAR double beta(G& g, double a, double b) {
    return beta_by_powers(a, b) ? beta_of_powers(g, a, b, 1.0 / a, 1.0 / b) : beta_of_gammas(g, gamma_setup(a), gamma_setup(b));
}

}  // namespace lockstep::scalar::random
