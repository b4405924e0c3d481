// Exponential draws by the ziggurat or the logarithm, and what is made of one of them.
// Must not know where the words come from.
#pragma once

#include "runtime/scalar/near_one.h"
#include "runtime/scalar/random/words.h"
#include "runtime/scalar/random/ziggurat_exponential.h"

namespace lockstep::scalar::random {

inline constexpr double exponential_tail = 7.6971174701310497;
inline constexpr float exponential_tail_float = 7.6971174701310497f;

struct ExponentialStart {
    uint32_t layer;
    double draw;
    bool inside;
};

LS_SCALAR ExponentialStart exponential_start(uint64_t word) {
    const uint32_t layer = (uint32_t)(word >> 3) & 0xff;
    const uint64_t place = word >> 11;
    return {layer, (double)(int64_t)place * exponential_width[layer], place < exponential_inside[layer]};
}

template <class G>
LS_SCALAR_CALL bool exponential_outside(G& g, uint32_t layer, double& draw) {
    if (layer == 0) {
        draw = exponential_tail - log_nearest(1.0 - next_double(g));
        return true;
    }
    const double low = exponential_height[layer];
    return (exponential_height[layer - 1] - low) * next_double(g) + low < scalar::exp(-draw);
}

template <class G>
LS_SCALAR double standard_exponential(G& g) {
    for (;;) {
        const ExponentialStart start = exponential_start(next64(g));
        double draw = start.draw;
        if (start.inside || exponential_outside(g, start.layer, draw)) return draw;
    }
}

template <class G>
LS_SCALAR_CALL bool exponential_outside_float(G& g, uint32_t layer, float& draw) {
    if (layer == 0) {
        draw = exponential_tail_float - (float)log_of_float((double)(1.0f - next_float(g)));
        return true;
    }
    const float low = exponential_height_float[layer];
    // rounded once, as the C library's: by the last bit of 1 in 10 exponentials 1 draw in 10^8 was another, and all after it
    return (exponential_height_float[layer - 1] - low) * next_float(g) + low < (float)scalar::exp(-(double)draw);
}

template <class G>
LS_SCALAR float standard_exponential_float(G& g) {
    for (;;) {
        const uint32_t word = next32(g) >> 1;
        const uint32_t layer = word & 0xff, place = word >> 8;
        float draw = (float)(int32_t)place * exponential_width_float[layer];
        if (place < exponential_inside_float[layer] || exponential_outside_float(g, layer, draw)) return draw;
    }
}

template <class G>
LS_SCALAR double standard_exponential_inverse(G& g) {
    return -log_nearest(1.0 - next_double(g));
}

template <class G>
LS_SCALAR float standard_exponential_inverse_float(G& g) {
    return -(float)log_nearest(1.0 - (double)next_float(g));
}

template <class G>
LS_SCALAR double exponential(G& g, double scale) {
    return scale * standard_exponential(g);
}

// What is made of an exponential draw.
LS_SCALAR double rayleigh_of(double e, double scale) { return scale * scalar::sqrt(2.0 * e); }
LS_SCALAR double pareto_of(double e, double a) { return scalar::expm1(e / a); }
LS_SCALAR double weibull_of(double e, double a) { return scalar::power(e, 1.0 / a); }
LS_SCALAR double power_of(double e, double a) { return scalar::power(-scalar::expm1(-e), 1.0 / a); }

template <class G>
LS_SCALAR double rayleigh(G& g, double scale) {
    return rayleigh_of(standard_exponential(g), scale);
}

template <class G>
LS_SCALAR double pareto(G& g, double a) {
    return pareto_of(standard_exponential(g), a);
}

template <class G>
LS_SCALAR double weibull(G& g, double a) {
    return a == 0.0 ? 0.0 : weibull_of(standard_exponential(g), a);
}

template <class G>
LS_SCALAR double power(G& g, double a) {
    return power_of(standard_exponential(g), a);
}

}  // namespace lockstep::scalar::random
