// Rows of dependent numbers, each from the distributions of one.
// Must not know generators. Compiled once per instruction set. Source of the order of draws: numpy/random of NumPy 2.4.
#include <algorithm>
#include <memory>
#include <type_traits>
#include <vector>

#include "host/random/fill_setups.h"
#include "runtime/random/multivariate.h"
#include "runtime/scalar/random/binomial.h"
#include "runtime/scalar/random/bounded.h"
#include "runtime/scalar/random/hypergeometric.h"
#include "runtime/scalar/random/legacy.h"

namespace lockstep::host::random::LS_ISA {
namespace {

namespace draw = scalar::random;
using lockstep::random::RowKind;
using lockstep::random::RowTask;

// The setups of a column's binomial draws: its probability is the same in every row, the number of experiments that are
// left comes again and again.
class Column {
  public:
    const draw::BinomialSetup& setup(int64_t n, double p) {
        draw::BinomialSetup& s = kept_[n & (kKept - 1)];
        if (s.n != n) s = draw::binomial_setup(n, p);
        return s;
    }

  private:
    static constexpr int64_t kKept = 16;
    draw::BinomialSetup kept_[kKept] = {};  // of n = 0, which is never asked for
};

template <class Words>
void multinomial(Words& words, const RowTask& task) {
    const int64_t last = task.length - 1;
    const bool kept = task.rows > 16 && task.length <= 64;
    std::vector<Column> columns(kept ? static_cast<size_t>(last) : 0);
    int64_t* counts = task.counts;
    for (int64_t row = 0; row < task.rows; ++row, counts += task.length) {
        double remaining = 1;
        int64_t n = task.sample;
        for (int64_t k = 0; k < last; ++k) {
            const double p = task.weights[k] / remaining;
            if (kept && n > 0) counts[k] = draw::binomial_draw(words, columns[static_cast<size_t>(k)].setup(n, p));
            else counts[k] = draw::binomial(words, n, p);
            n -= counts[k];
            if (n <= 0) break;
            remaining -= task.weights[k];
        }
        if (n > 0) counts[last] = n;
    }
}

// Pairs of draws that attempts take in turn, whatever becomes of those before them and whichever shape they are for. As many
// are made at a time as there are draws to come, up to kAttempts; the logarithms in vectors.
struct Pairs {
    double u[2 * kAttempts], high[2 * kAttempts], low[2 * kAttempts];  // u: and the other after it, in each pair
    double v[kAttempts];
    int64_t at = 0, end = 0, to_come;

    explicit Pairs(int64_t draws) : to_come(draws) {}
    void take_logarithms(int64_t n) {
        for (int64_t i = 0; i < n; ++i) {
            const scalar::DoubleDouble log = draw::log_parts(u[i]);
            high[i] = log.hi, low[i] = log.lo;
        }
    }
    // The power of a uniform number whose logarithm is there.
    double power(int64_t i, double exponent) const {
        return u[i] == 0.0 ? 0.0 : draw::power_of_log({high[i], low[i]}, exponent);
    }
    template <class Words>
    int64_t next_of_two_uniforms(Words& words) {
        if (at == end) {
            at = 0, end = to_come < kAttempts ? to_come : kAttempts;
            draw_uniforms(words, end, u);
            take_logarithms(2 * end);
        }
        return 2 * at++;
    }
    template <class Words>
    int64_t next_with_exponential(Words& words) {
        if (at == end) {
            at = 0, end = to_come < kAttempts ? to_come : kAttempts;
            draw_pairs(words, end, u, v);
            take_logarithms(end);
        }
        return at++;
    }
};

// As draw::beta_of_powers.
template <class Words>
double beta_of_pairs(Words& words, Pairs& pairs, double a, double b, double inverse_a, double inverse_b) {
    for (;;) {
        const int64_t i = pairs.next_of_two_uniforms(words);
        const double x = pairs.power(i, inverse_a), y = pairs.power(i + 1, inverse_b);
        if (!(x + y <= 1.0 && pairs.u[i] + pairs.u[i + 1] > 0.0)) continue;
        --pairs.to_come;
        return x > 0.0 && y > 0.0 ? x / (x + y) : draw::beta_by_logarithms(pairs.u[i], pairs.u[i + 1], a, b);
    }
}

// As draw::gamma_below_one.
template <class Words>
double gamma_of_pairs(Words& words, Pairs& pairs, const draw::GammaSetup& s) {
    for (;;) {
        const int64_t i = pairs.next_with_exponential(words);
        const double u = pairs.u[i];
        const bool low = u <= s.b;
        const double y = low ? 0.0 : -draw::log_tabled((1.0 - u) / s.shape);
        const double x = low ? pairs.power(i, s.c) : draw::gamma_attempt(u, y, s);
        if (!(x <= pairs.v[i] + y)) continue;
        --pairs.to_come;
        return x;
    }
}

// Broken off a stick one by one: for shapes so small that all gamma draws may be zero.
template <class Words>
void break_sticks(Words& words, const RowTask& task) {
    const size_t length = static_cast<size_t>(task.length);
    std::vector<double> rest(length), inverse(length), inverse_rest(length);
    double sum = 0;
    for (size_t i = length; i-- > 0;) {
        rest[i] = sum += task.weights[i];
        inverse[i] = 1.0 / task.weights[i], inverse_rest[i] = 1.0 / sum;
    }
    if (sum == 0) return;  // zeros, and nothing drawn
    const double least = *std::min_element(task.weights, task.weights + length);
    const bool in_pairs = sum <= 1.0 && !draw::beta_of_the_smallest(least, least);
    Pairs pairs(task.rows * (task.length - 1));
    double* out = task.shares;
    for (int64_t row = 0; row < task.rows; ++row, out += length) {
        double left = 1;
        for (size_t k = 0; k + 1 < length; ++k) {
            const double a = task.weights[k], b = rest[k + 1];
            const double share = in_pairs ? beta_of_pairs(words, pairs, a, b, inverse[k], inverse_rest[k + 1])
                                          : draw::beta(words, a, b);
            out[k] = left * share;
            left *= 1.0 - share;
            if (rest[k + 1] == 0) break;  // left is 0
        }
        out[length - 1] = left;
    }
}

template <class Draws, class Words>
void shares_of_gammas(Words& words, const RowTask& task) {
    const size_t length = static_cast<size_t>(task.length);
    const auto setups = std::make_unique_for_overwrite<draw::GammaSetup[]>(length);
    for (size_t k = 0; k < length; ++k) setups[k] = draw::gamma_setup(task.weights[k]);
    constexpr bool ziggurat = std::is_same_v<Draws, draw::ZigguratDraws>;
    [[maybe_unused]] bool in_pairs = ziggurat;
    for (size_t k = 0; k < length; ++k) in_pairs &= setups[k].shape > 0.0 && setups[k].shape < 1.0;
    Pairs pairs(task.rows * task.length);
    double* out = task.shares;
    for (int64_t row = 0; row < task.rows; ++row, out += length) {
        double sum = 0;
        for (size_t k = 0; k < length; ++k) {
            if constexpr (ziggurat) out[k] = in_pairs ? gamma_of_pairs(words, pairs, setups[k]) : draw::gamma_draw(words, setups[k]);
            else out[k] = draw::gamma_of<Draws>(words, setups[k]);
            sum += out[k];
        }
        const double inverse = 1 / sum;
        for (size_t k = 0; k < length; ++k) out[k] *= inverse;
    }
}

template <class Words>
void dirichlet(Words& words, const RowTask& task) {
    if (task.length > 0 && *std::max_element(task.weights, task.weights + task.length) < 0.1) break_sticks(words, task);
    else shares_of_gammas<draw::ZigguratDraws>(words, task);
}

// What NumPy draws: the smaller part of the urn.
int64_t smaller_part(const RowTask& task) { return std::min(task.sample, task.total - task.sample); }
void take_the_rest(const RowTask& task, int64_t* counts) {
    if (task.sample <= task.total / 2) return;
    for (int64_t k = 0; k < task.length; ++k) counts[k] = task.colors[k] - counts[k];
}

template <class Words>
void urn_by_marginals(Words& words, const RowTask& task) {
    int64_t* counts = task.counts;
    for (int64_t row = 0; row < task.rows; ++row, counts += task.length) {
        int64_t missing = smaller_part(task), others = task.total;
        for (int64_t k = 0; missing > 0 && k + 1 < task.length; ++k) {
            others -= task.colors[k];
            counts[k] = draw::hypergeometric(words, task.colors[k], others, missing);
            missing -= counts[k];
        }
        if (missing > 0) counts[task.length - 1] = missing;
        take_the_rest(task, counts);
    }
}

template <class Words>
void urn_by_count(Words& words, const RowTask& task) {
    const auto color_of = std::make_unique_for_overwrite<int64_t[]>(static_cast<size_t>(task.total));
    size_t filled = 0;
    for (int64_t k = 0; k < task.length; ++k)
        for (int64_t i = 0; i < task.colors[k]; ++i) color_of[filled++] = k;
    int64_t* counts = task.counts;
    for (int64_t row = 0; row < task.rows; ++row, counts += task.length) {
        for (int64_t i = 0; i < smaller_part(task); ++i) {
            const uint64_t other = draw::interval(words, static_cast<uint64_t>(task.total - i - 1));
            std::swap(color_of[static_cast<size_t>(i)], color_of[static_cast<size_t>(i) + other]);
            ++counts[color_of[static_cast<size_t>(i)]];
        }
        take_the_rest(task, counts);
    }
}

template <class Words>
void rows(Words& words, const RowTask& task) {
    switch (task.kind) {
        case RowKind::multinomial: return multinomial(words, task);
        case RowKind::dirichlet: return dirichlet(words, task);
        case RowKind::legacy_dirichlet:
            return draw::keep_around(words, *words.state, [&](auto& keeping) { shares_of_gammas<draw::LegacyDraws>(keeping, task); });
        case RowKind::urn_by_marginals: return urn_by_marginals(words, task);
        case RowKind::urn_by_count: return urn_by_count(words, task);
    }
}

}  // namespace

void fill_rows(FillTable& table) {
    table.rows64 = rows<Words64>;
    table.rows32 = rows<Words32>;
}

}  // namespace lockstep::host::random::LS_ISA
