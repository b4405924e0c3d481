// Normal draws by the ziggurat of Marsaglia and Tsang (2000), in double of a 64-bit word, in float of a 32-bit word;
// and what is made of them alone. Must not know where the words come from.
#pragma once

#include "runtime/scalar/near_one.h"
#include "runtime/scalar/random/words.h"
#include "runtime/scalar/random/ziggurat_normal.h"

namespace lockstep::scalar::random {

inline constexpr double normal_tail = 3.6541528853610088, normal_tail_inverse = 0.27366123732975828;
inline constexpr float normal_tail_float = 3.6541528853610088f, normal_tail_inverse_float = 0.27366123732975828f;

// What a word means: its layer, the place in it, and the draw.
struct NormalStart {
    uint32_t layer;
    uint64_t place;
    double draw;
    bool inside;  // 98.8 %: the draw is good
};

LS_SCALAR NormalStart normal_start(uint64_t word) {
    const uint32_t layer = (uint32_t)word & 0xff;
    const uint64_t place = word >> 9 & 0xfffffffffffffull;
    const double size = (double)(int64_t)place * normal_width[layer];
    const double draw = bit_cast<double>(bit_cast<uint64_t>(size) | (word >> 8) << 63);
    return {layer, place, draw, place < normal_inside[layer]};
}

// The draw where the word's place is not inside the next layer: the tail, or the wedge, which may send for a new word.
template <class G>
LS_SCALAR_CALL bool normal_outside(G& g, const NormalStart& start, double& draw) {
    if (start.layer == 0) {
        for (;;) {
            const double x = -normal_tail_inverse * log_nearest(1.0 - next_double(g));
            const double y = -log_nearest(1.0 - next_double(g));
            if (y + y > x * x) {
                draw = (start.place >> 8 & 1) ? -(normal_tail + x) : normal_tail + x;
                return true;
            }
        }
    }
    const double low = normal_height[start.layer];
    draw = start.draw;
    return (normal_height[start.layer - 1] - low) * next_double(g) + low < scalar::exp(-0.5 * draw * draw);
}

template <class G>
LS_SCALAR double standard_normal(G& g) {
    for (;;) {
        const NormalStart start = normal_start(next64(g));
        if (start.inside) return start.draw;
        double draw;
        if (normal_outside(g, start, draw)) return draw;
    }
}

// log(1 - u) of a uniform float, which 1 - u is exactly.
LS_SCALAR float log_rest_float(float u) { return (float)log_of_float((double)(1.0f - u)); }

template <class G>
LS_SCALAR_CALL bool normal_outside_float(G& g, uint32_t layer, uint32_t place, float& draw) {
    if (layer == 0) {
        for (;;) {
            const float x = -normal_tail_inverse_float * log_rest_float(next_float(g));
            const float y = -log_rest_float(next_float(g));
            if (y + y > x * x) {
                draw = (place >> 8 & 1) ? -(normal_tail_float + x) : normal_tail_float + x;
                return true;
            }
        }
    }
    const float low = normal_height_float[layer];
    const double x = (double)draw;
    return (double)((normal_height_float[layer - 1] - low) * next_float(g) + low) < scalar::exp(-0.5 * x * x);
}

template <class G>
LS_SCALAR float standard_normal_float(G& g) {
    for (;;) {
        const uint32_t word = next32(g);
        const uint32_t layer = word & 0xff, place = word >> 9;
        const float size = (float)(int32_t)place * normal_width_float[layer];
        float draw = bit_cast<float>(bit_cast<uint32_t>(size) | (word >> 8) << 31);
        if (place < normal_inside_float[layer] || normal_outside_float(g, layer, place, draw)) return draw;
    }
}

template <class G>
LS_SCALAR double normal(G& g, double loc, double scale) {
    return loc + scale * standard_normal(g);
}

template <class G>
LS_SCALAR double lognormal(G& g, double mean, double sigma) {
    return scalar::exp(normal(g, mean, sigma));
}

template <class G>
LS_SCALAR double standard_cauchy(G& g) {
    const double numerator = standard_normal(g);
    return numerator / standard_normal(g);
}

// Michael, Schucany and Haas (1976), the smaller root without cancellation; of a normal and a uniform draw. No branch.
LS_SCALAR double wald_of(double normal, double u, double mean, double scale) {
    const double y = mean * normal * normal;
    const double d = 1.0 + scalar::sqrt(1.0 + 4.0 * scale / y);
    const double x = mean * (1.0 - 2.0 / d), other = mean * mean / x;
    return u <= mean / (mean + x) ? x : other;
}

template <class G>
LS_SCALAR double wald(G& g, double mean, double scale) {
    const double normal = standard_normal(g);
    return wald_of(normal, next_double(g), mean, scale);
}

}  // namespace lockstep::scalar::random
