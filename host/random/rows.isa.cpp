// Rows of dependent numbers, each from the distributions of one.
// Must not know generators. Compiled once per instruction set. Source of the order of draws: numpy/random of NumPy 2.4.
#include <algorithm>
#include <memory>
#include <vector>

#include "host/random/fills.h"
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
    double* out = task.shares;
    for (int64_t row = 0; row < task.rows; ++row, out += length) {
        double left = 1;
        for (size_t k = 0; k + 1 < length; ++k) {
            const double a = task.weights[k], b = rest[k + 1];
            const double share = draw::beta_by_powers(a, b) ? draw::beta_of_powers(words, a, b, inverse[k], inverse_rest[k + 1])
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
    double* out = task.shares;
    for (int64_t row = 0; row < task.rows; ++row, out += length) {
        double sum = 0;
        for (size_t k = 0; k < length; ++k) sum += out[k] = draw::gamma_of<Draws>(words, setups[k]);
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
