// Rows of dependent numbers, each from the distributions of one.
// Must not know arrays. Source of the order of draws: numpy/random of NumPy 2.4.
#include "runtime/random/multivariate.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "runtime/scalar/random/binomial.h"
#include "runtime/scalar/random/bounded.h"
#include "runtime/scalar/random/gamma.h"
#include "runtime/scalar/random/hypergeometric.h"
#include "runtime/scalar/random/legacy.h"

namespace lockstep::random {

namespace {

namespace draw = scalar::random;

// Broken off a stick one by one: for shapes so small that all gamma draws may be zero.
template <class G>
void break_stick(G& g, std::span<const double> alpha, std::span<const double> rest, double* out) {
    double left = 1;
    for (size_t k = 0; k + 1 < alpha.size(); ++k) {
        const double share = draw::beta(g, alpha[k], rest[k + 1]);
        out[k] = left * share;
        left *= 1.0 - share;
        if (rest[k + 1] == 0) break;  // left is 0
    }
    out[alpha.size() - 1] = left;
}

template <bool legacy, class G>
void share_of_gammas(G& g, std::span<const double> alpha, double* out) {
    double sum = 0;
    for (size_t k = 0; k < alpha.size(); ++k) {
        if constexpr (legacy) out[k] = draw::legacy_standard_gamma(g, alpha[k]);
        else out[k] = draw::standard_gamma(g, alpha[k]);
        sum += out[k];
    }
    const double inverse = 1 / sum;
    for (size_t k = 0; k < alpha.size(); ++k) out[k] *= inverse;
}

// What NumPy draws: the smaller part of the urn.
int64_t smaller_part(const Urn& urn) { return std::min(urn.sample, urn.total - urn.sample); }
void take_the_rest(const Urn& urn, int64_t* counts) {
    if (urn.sample <= urn.total / 2) return;
    for (size_t k = 0; k < urn.colors.size(); ++k) counts[k] = urn.colors[k] - counts[k];
}

}  // namespace

void draw_multinomial(BitState& state, int64_t n, std::span<const double> pvals, int64_t* counts) {
    draw::draw_from(state, [&](auto& g) {
        double remaining = 1;
        for (size_t k = 0; k + 1 < pvals.size(); ++k) {
            counts[k] = draw::binomial(g, n, pvals[k] / remaining);
            n -= counts[k];
            if (n <= 0) break;
            remaining -= pvals[k];
        }
        if (n > 0) counts[pvals.size() - 1] = n;
    });
}

void draw_dirichlet(BitState& state, bool legacy, std::span<const double> alpha, int64_t rows, double* out) {
    const size_t k = alpha.size();
    if (legacy) {
        return draw::draw_keeping(state, [&](auto& g) {
            for (int64_t row = 0; row < rows; ++row) share_of_gammas<true>(g, alpha, out + static_cast<size_t>(row) * k);
        });
    }
    if (k > 0 && *std::max_element(alpha.begin(), alpha.end()) < 0.1) {
        std::vector<double> rest(k);
        double sum = 0;
        for (size_t i = k; i-- > 0;) rest[i] = sum += alpha[i];
        if (sum == 0) return;  // zeros, and nothing drawn
        return draw::draw_from(state, [&](auto& g) {
            for (int64_t row = 0; row < rows; ++row) break_stick(g, alpha, rest, out + static_cast<size_t>(row) * k);
        });
    }
    draw::draw_from(state, [&](auto& g) {
        for (int64_t row = 0; row < rows; ++row) share_of_gammas<false>(g, alpha, out + static_cast<size_t>(row) * k);
    });
}

void draw_from_urn_by_marginals(BitState& state, const Urn& urn, int64_t rows, int64_t* counts) {
    if (urn.total == 0 || urn.sample == 0) return;
    const size_t n = urn.colors.size();
    draw::draw_from(state, [&](auto& g) {
        for (int64_t row = 0; row < rows; ++row, counts += n) {
            int64_t missing = smaller_part(urn), others = urn.total;
            for (size_t k = 0; missing > 0 && k + 1 < n; ++k) {
                others -= urn.colors[k];
                counts[k] = draw::hypergeometric(g, urn.colors[k], others, missing);
                missing -= counts[k];
            }
            if (missing > 0) counts[n - 1] = missing;
            take_the_rest(urn, counts);
        }
    });
}

void draw_from_urn_by_count(BitState& state, const Urn& urn, int64_t rows, int64_t* counts) {
    if (urn.total == 0 || urn.sample == 0 || rows == 0) return;
    const auto color_of = std::make_unique_for_overwrite<size_t[]>(static_cast<size_t>(urn.total));
    size_t filled = 0;
    for (size_t k = 0; k < urn.colors.size(); ++k)
        for (int64_t i = 0; i < urn.colors[k]; ++i) color_of[filled++] = k;
    draw::draw_from(state, [&](auto& g) {
        for (int64_t row = 0; row < rows; ++row, counts += urn.colors.size()) {
            for (int64_t i = 0; i < smaller_part(urn); ++i) {
                const uint64_t other = draw::interval(g, static_cast<uint64_t>(urn.total - i - 1));
                std::swap(color_of[static_cast<size_t>(i)], color_of[static_cast<size_t>(i) + other]);
                ++counts[color_of[static_cast<size_t>(i)]];
            }
            take_the_rest(urn, counts);
        }
    });
}

}  // namespace lockstep::random
