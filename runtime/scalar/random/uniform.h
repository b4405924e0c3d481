// Draws of one word each: raw 64 bits, uniform numbers, and what an inverted distribution function makes of one of them.
// Must not know where the words come from.
#pragma once

#include "runtime/scalar/near_one.h"
#include "runtime/scalar/random/words.h"

namespace lockstep::scalar::random {

template <class G>
LS_SCALAR uint64_t uint64(G& g) {
    return next64(g);
}

template <class G>
LS_SCALAR double random(G& g) {
    return next_double(g);
}

template <class G>
LS_SCALAR float random_float(G& g) {
    return next_float(g);
}

template <class G>
LS_SCALAR double uniform(G& g, double low, double range) {
    return low + range * next_double(g);
}

template <class G>
LS_SCALAR double laplace(G& g, double loc, double scale) {
    for (;;) {
        const double u = next_double(g);
        if (u >= 0.5) return loc - scale * log_nearest(2.0 - u - u);
        if (u > 0.0) return loc + scale * log_nearest(u + u);
    }
}

template <class G>
LS_SCALAR double gumbel(G& g, double loc, double scale) {
    for (;;) {
        const double u = 1.0 - next_double(g);
        if (u < 1.0) return loc - scale * log_nearest(-log_nearest(u));
    }
}

template <class G>
LS_SCALAR double logistic(G& g, double loc, double scale) {
    for (;;) {
        const double u = next_double(g);
        if (u > 0.0) return loc + scale * log_nearest(u / (1.0 - u));
    }
}

template <class G>
LS_SCALAR double triangular(G& g, double left, double mode, double right) {
    const double base = right - left, left_base = mode - left;
    const double ratio = left_base / base;
    const double u = next_double(g);
    if (u <= ratio) return left + scalar::sqrt(u * (left_base * base));
    return right - scalar::sqrt((1.0 - u) * ((right - mode) * base));
}

}  // namespace lockstep::scalar::random
