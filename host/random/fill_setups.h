// Loops of draws by rejection, where one set of parameters serves all: what depends on parameters alone is kept, and where
// attempts take the same words whatever becomes of them, the words of many come first. Must not know generators.
// Compiled once per instruction set.
#pragma once

#include "host/random/fill_blocks.h"
#include "runtime/scalar/random/binomial.h"
#include "runtime/scalar/random/counting.h"
#include "runtime/scalar/random/gamma.h"
#include "runtime/scalar/random/hypergeometric.h"
#include "runtime/scalar/random/vonmises.h"

namespace lockstep::host::random::LS_ISA {
namespace {

// Draws still to be made are attempts that can at most be made at once: none reads a word too many.
inline constexpr int64_t kAttempts = 256;

// What compute(k) gave, of the numbers k around a middle that nearly all draws ask for.
template <class Compute>
class Remembered {
  public:
    Remembered(int64_t middle, const Compute& compute) : compute_(compute), first_(middle - kNumbers / 2) {
        for (double& x : known_) x = scalar::quiet_nan();
    }
    double operator()(int64_t k) {
        const uint64_t place = static_cast<uint64_t>(k) - static_cast<uint64_t>(first_);
        if (place >= static_cast<uint64_t>(kNumbers)) return compute_(k);
        if (known_[place] != known_[place]) known_[place] = compute_(k);
        return known_[place];
    }

  private:
    static constexpr int64_t kNumbers = 512;
    const Compute& compute_;
    int64_t first_;
    double known_[kNumbers];
};

// body(weight), where weight(k) is compute(k), remembered if there are draws enough.
template <class Compute, class Body>
inline __attribute__((always_inline)) void with_remembered(int64_t count, int64_t middle, const Compute& compute,
                                                           const Body& body) {
    if (count < 32) return body(compute);
    Remembered<Compute> remembered(middle, compute);
    body([&](int64_t k) { return remembered(k); });
}

// u[i] uniform, v[i] exponential, each pair from the words behind those of the pair before it.
inline void draw_pairs(Words64& words, int64_t n, double* u, double* v) {
    for (int64_t i = 0; i < n; ++i) {
        const uint64_t* at = words.at;
        for (; i < n && words.end - at >= 2; ++i, at += 2) {
            const auto start = draw::exponential_start(at[1]);
            if (__builtin_expect(!start.inside, 0)) break;
            u[i] = static_cast<double>(static_cast<int64_t>(at[0] >> 11)) * 0x1p-53;
            v[i] = start.draw;
        }
        words.at = at;
        if (i == n) break;
        u[i] = draw::next_double(words);
        v[i] = draw::standard_exponential(words);
    }
}
inline void draw_pairs(Words32& words, int64_t n, double* u, double* v) {
    for (int64_t i = 0; i < n; ++i) {
        u[i] = draw::next_double(words);
        v[i] = draw::standard_exponential(words);
    }
}

template <class Words, class Finish>
void fill_gamma_below_one(Words& words, int64_t count, double* out, const draw::GammaSetup& s, const Finish& finish) {
    double u[kAttempts], v[kAttempts];
    while (count > 0) {
        const int64_t n = count < kAttempts ? count : kAttempts;
        draw_pairs(words, n, u, v);
        for (int64_t i = 0; i < n; ++i) {
            const double log = -draw::log_tabled((1.0 - u[i]) / s.shape);
            const double y = u[i] <= s.b ? 0.0 : log;
            u[i] = draw::gamma_attempt(u[i], y, s);
            v[i] += y;
        }
        int64_t kept = 0;
        for (int64_t i = 0; i < n; ++i) {
            out[kept] = finish(u[i]);
            kept += u[i] <= v[i];
        }
        out += kept, count -= kept;
    }
}

// A normal and a uniform draw for each, which take the same words whatever they are.
template <class Words>
void fill_wald(Words& words, int64_t count, double* out, double mean, double scale) {
    double u[kAttempts];
    for (int64_t n = 0; count > 0; out += n, count -= n) {
        n = count < kAttempts ? count : kAttempts;
        for (int64_t i = 0; i < n; ++i) {
            out[i] = draw::standard_normal(words);
            u[i] = draw::next_double(words);
        }
        for (int64_t i = 0; i < n; ++i) out[i] = draw::wald_of(out[i], u[i], mean, scale);
    }
}

// Two words for nearly every draw; one that needs more begins again from its first.
template <class Finish>
void fill_gamma_above_one(Words64& words, int64_t count, double* out, const draw::GammaSetup& s, const Finish& finish) {
    for (int64_t i = 0; i < count; ++i) {
        const uint64_t* at = words.at;
        for (; i < count && words.end - at >= 2; ++i, at += 2) {
            const auto start = draw::normal_start(at[0]);
            const double v = 1.0 + s.c * start.draw;
            const double u = static_cast<double>(static_cast<int64_t>(at[1] >> 11)) * 0x1p-53;
            if (__builtin_expect(!(start.inside & (v > 0.0) & draw::gamma_surely_accepts(start.draw, u)), 0)) break;
            out[i] = finish(s.b * (v * v * v));
        }
        words.at = at;
        if (i < count) out[i] = finish(draw::gamma_draw(words, s));
    }
}
template <class Finish>
void fill_gamma_above_one(Words32& words, int64_t count, double* out, const draw::GammaSetup& s, const Finish& finish) {
    for (int64_t i = 0; i < count; ++i) out[i] = finish(draw::gamma_draw(words, s));
}

// out[i] = finish(a gamma draw).
template <class Words, class Finish>
void fill_gamma(Words& words, int64_t count, double* out, double shape, const Finish& finish) {
    const draw::GammaSetup s = draw::gamma_setup(shape);
    if (shape > 0.0 && shape < 1.0) return fill_gamma_below_one(words, count, out, s, finish);
    if (shape > 1.0) return fill_gamma_above_one(words, count, out, s, finish);
    for (int64_t i = 0; i < count; ++i) out[i] = finish(draw::gamma_draw(words, s));
}

// The words of n attempts that take two uniform draws each.
template <class Words>
inline __attribute__((always_inline)) void draw_uniforms(Words& words, int64_t n, double* uv) {
    fill_uniform(words, 2 * n, uv, [](double u) __attribute__((always_inline)) { return u; });
}

template <class Words>
void fill_beta_of_powers(Words& words, int64_t count, double* out, double a, double b) {
    const double inverse_a = 1.0 / a, inverse_b = 1.0 / b;
    double uv[2 * kAttempts], x[kAttempts], y[kAttempts];
    while (count > 0) {
        const int64_t n = count < kAttempts ? count : kAttempts;
        draw_uniforms(words, n, uv);
        for (int64_t i = 0; i < n; ++i) {
            x[i] = draw::power_tabled(uv[2 * i], inverse_a);
            y[i] = draw::power_tabled(uv[2 * i + 1], inverse_b);
        }
        int64_t kept = 0;
        for (int64_t i = 0; i < n; ++i) {
            const double u = uv[2 * i], v = uv[2 * i + 1];
            out[kept] = x[i] / (x[i] + y[i]);
            if (__builtin_expect(!(x[i] > 0.0 && y[i] > 0.0), 0)) out[kept] = draw::beta_by_logarithms(u, v, a, b);
            kept += (x[i] + y[i] <= 1.0) & (u + v > 0.0);
        }
        out += kept, count -= kept;
    }
}

// False: shapes with a way of their own.
template <class Words>
bool fill_beta(Words& words, int64_t count, double* out, double a, double b) {
    if (draw::beta_by_powers(a, b)) {
        if (draw::beta_of_the_smallest(a, b)) return false;
        fill_beta_of_powers(words, count, out, a, b);
        return true;
    }
    const draw::GammaSetup left = draw::gamma_setup(a), right = draw::gamma_setup(b);
    for (int64_t i = 0; i < count; ++i) out[i] = draw::beta_of_gammas(words, left, right);
    return true;
}

template <class Words>
void fill_zipf(Words& words, int64_t count, int64_t* out, const draw::ZipfSetup& s) {
    double uv[2 * kAttempts], x[kAttempts];
    while (count > 0) {
        const int64_t n = count < kAttempts ? count : kAttempts;
        draw_uniforms(words, n, uv);
        for (int64_t i = 0; i < n; ++i) x[i] = draw::zipf_attempt(uv[2 * i], uv[2 * i + 1], s);
        int64_t kept = 0;
        for (int64_t i = 0; i < n; ++i) {
            out[kept] = scalar::truncate_int64(x[i]);
            kept += x[i] > 0.0;
        }
        out += kept, count -= kept;
    }
}

// How many of the first eight sums u is above tells nearly all draws, without a branch.
template <class Words>
void fill_geometric_by_search(Words& words, int64_t count, int64_t* out, double p) {
    constexpr int kSums = 8;
    draw::GeometricSum first[kSums + 1] = {{1, p, p}};
    for (int k = 0; k < kSums; ++k) first[k + 1] = draw::geometric_next(first[k], 1.0 - p);
    double u[kAttempts];
    for (int64_t n = 0; count > 0; out += n, count -= n) {
        n = count < kAttempts ? count : kAttempts;
        fill_uniform(words, n, u, [](double x) __attribute__((always_inline)) { return x; });
        for (int64_t i = 0; i < n; ++i) {
            int64_t x = 1;
            for (int k = 0; k < kSums; ++k) x += u[i] > first[k].sum;
            out[i] = x;
        }
        for (int64_t i = 0; i < n; ++i)
            if (__builtin_expect(out[i] > kSums, 0)) out[i] = draw::geometric_search(u[i], first[kSums], 1.0 - p);
    }
}

// The search's probabilities, of which it takes the first few for every draw, are computed once.
template <class Words>
void fill_binomial_by_search(Words& words, int64_t count, int64_t* out, const draw::BinomialSetup& s) {
    double known[128];  // s.bound is at most 30 + 10 sqrt(31)
    int64_t end = 1;
    for (int64_t i = 0; i < count; ++i)
        out[i] = draw::binomial_search(words, s, [&](int64_t x, double before) {
            if (x == end) known[end++] = draw::binomial_step(s, x, before);
            return known[x];
        });
}

template <class Words>
void fill_binomial_by_rejection(Words& words, int64_t count, int64_t* out, const draw::BinomialSetup& s) {
    const auto compute = [&](int64_t y) { return draw::binomial_weight(s, y); };
    with_remembered(count, s.mode, compute, [&](auto&& weight) {
        for (int64_t i = 0; i < count; ++i) out[i] = draw::binomial_rejection(words, s, weight);
    });
}

template <class Words>
void fill_hypergeometric(Words& words, int64_t count, int64_t* out, const draw::HypergeometricSetup& s) {
    const auto compute = [&](int64_t k) { return draw::hypergeometric_weight(s, k); };
    double uv[2 * kAttempts], x[kAttempts];
    with_remembered(count, s.mode, compute, [&](auto&& weight) {
        while (count > 0) {
            const int64_t n = count < kAttempts ? count : kAttempts;
            draw_uniforms(words, n, uv);
            for (int64_t i = 0; i < n; ++i) x[i] = draw::hypergeometric_place(uv[2 * i], uv[2 * i + 1], s);
            int64_t kept = 0;
            for (int64_t i = 0; i < n; ++i) {
                if (!(x[i] >= 0.0 && x[i] < s.bound)) continue;
                const int64_t k = draw::floor_to_integer(x[i]);
                if (draw::hypergeometric_accepts(uv[2 * i], weight(k))) out[kept++] = draw::hypergeometric_of(k, s);
            }
            out += kept, count -= kept;
        }
    });
}

// Cosines one after the other; what becomes of them takes no words. False: parameters with a way of their own.
template <class Words>
bool fill_vonmises(Words& words, int64_t count, double* out, double mu, double kappa) {
    if (!(kappa >= draw::vonmises_least && kappa <= draw::vonmises_most && scalar::absolute_of(mu) < 1e6)) return false;
    const double s = draw::vonmises_shape(kappa);
    double side[kAttempts];
    while (count > 0) {
        const int64_t n = count < kAttempts ? count : kAttempts;
        for (int64_t i = 0; i < n; ++i) {
            out[i] = draw::vonmises_cosine(words, kappa, s);
            side[i] = draw::next_double(words);
        }
        for (int64_t i = 0; i < n; ++i) {
            const double angle = draw::vonmises_angle(out[i], mu, side[i] < 0.5);
            const double rest = scalar::fmod(scalar::absolute_of(angle) + draw::pi, 2.0 * draw::pi);
            out[i] = draw::vonmises_brought_in(angle, rest);
        }
        out += n, count -= n;
    }
    return true;
}

}  // namespace
}  // namespace lockstep::host::random::LS_ISA
