// Draws of angles: Best and Fisher (1979) for the von Mises distribution, a wrapped normal one where that is as good.
// Must not know where the words come from.
#pragma once

#include "runtime/scalar/division.h"
#include "runtime/scalar/random/normal.h"
#include "runtime/scalar/random/rounding.h"
#include "runtime/scalar/trigonometric.h"

namespace lockstep::scalar::random {

inline constexpr double pi = 3.14159265358979323846;

LS_SCALAR double vonmises_shape(double kappa) {
    if (kappa < 1e-5) return 1.0 / kappa + kappa;  // the root below would cancel
    const double r = 1.0 + scalar::sqrt(1.0 + 4.0 * kappa * kappa);
    const double rho = (r - scalar::sqrt(2.0 * r)) / (2.0 * kappa);
    return (1.0 + rho * rho) / (2.0 * rho);
}

// s is vonmises_shape(kappa).
template <class G>
LS_SCALAR double vonmises_cosine(G& g, double kappa, double s) {
    for (;;) {
        const double z = scalar::cos(pi * next_double(g));
        const double w = (1.0 + s * z) / (s + z);
        const double y = kappa * (s - w);
        const double v = next_double(g);
        if (y * (2.0 - y) - v >= 0.0 || log_of(y / v) + 1.0 - y >= 0.0) return w;
    }
}

// The angle of a cosine, to one side of mu, before it is brought into [-pi, pi]; and there.
LS_SCALAR double vonmises_angle(double cosine, double mu, bool left) {
    const double angle = arccos(cosine);
    return (left ? -angle : angle) + mu;
}
LS_SCALAR double vonmises_brought_in(double angle, double rest) { return angle < 0.0 ? -(rest - pi) : rest - pi; }

template <class G>
LS_SCALAR double vonmises_turned(G& g, double mu, double cosine) {
    const double angle = vonmises_angle(cosine, mu, next_double(g) < 0.5);
    const double turned = absolute_of(angle) + pi;
    const double rest = fmod_is_rare(turned, 2.0 * pi) ? fmod_rare(turned, 2.0 * pi) : scalar::fmod(turned, 2.0 * pi);
    return vonmises_brought_in(angle, rest);
}

inline constexpr double vonmises_least = 1e-8, vonmises_most = 1e6;  // between them by the cosine of the angle

template <class G>
LS_SCALAR_CALL double vonmises(G& g, double mu, double kappa) {
    if (kappa != kappa) return kappa;
    if (kappa < vonmises_least) return pi * (2.0 * next_double(g) - 1.0);
    if (kappa > vonmises_most) {
        double angle = mu + scalar::sqrt(1.0 / kappa) * standard_normal(g);
        if (angle < -pi) angle += 2.0 * pi;
        if (angle > pi) angle -= 2.0 * pi;
        return angle;
    }
    return vonmises_turned(g, mu, vonmises_cosine(g, kappa, vonmises_shape(kappa)));
}

}  // namespace lockstep::scalar::random
