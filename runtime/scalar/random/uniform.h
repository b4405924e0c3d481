// Draws of one word each: raw 64 bits, uniform numbers, and what an inverted distribution function makes of one.
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

// What is made of a uniform draw that is not 0. No branch: loops over these vectorise.
LS_SCALAR double laplace_of(double u, double loc, double scale) {
    const bool upper = u >= 0.5;
    const double size = scale * log_nearest(upper ? 2.0 - u - u : u + u);
    return loc + (upper ? -size : size);
}
LS_SCALAR double gumbel_of(double u, double loc, double scale) {
    return loc - scale * log_nearest(-log_nearest(1.0 - u));
}
LS_SCALAR double logistic_of(double u, double loc, double scale) { return loc + scale * log_nearest(u / (1.0 - u)); }

template <class G>
LS_SCALAR double next_above_0(G& g) {
    for (;;) {
        const double u = next_double(g);
        if (u > 0.0) return u;
    }
}

template <class G>
LS_SCALAR double laplace(G& g, double loc, double scale) {
    return laplace_of(next_above_0(g), loc, scale);
}

template <class G>
LS_SCALAR double gumbel(G& g, double loc, double scale) {
    return gumbel_of(next_above_0(g), loc, scale);
}

template <class G>
LS_SCALAR double logistic(G& g, double loc, double scale) {
    return logistic_of(next_above_0(g), loc, scale);
}

// No branch: loops vectorise, and which half it is cannot be foretold.
LS_SCALAR double triangular_of(double u, double left, double mode, double right) {
    const double base = right - left, left_base = mode - left;
    const bool lower = u <= left_base / base;
    const double root = scalar::sqrt(lower ? u * (left_base * base) : (1.0 - u) * ((right - mode) * base));
    return lower ? left + root : right - root;
}

template <class G>
LS_SCALAR double triangular(G& g, double left, double mode, double right) {
    return triangular_of(next_double(g), left, mode, right);
}

}  // namespace lockstep::scalar::random
