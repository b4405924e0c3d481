// Draws that are rows of numbers: multinomial, Dirichlet, multivariate hypergeometric; in host memory.
// Must not know arrays.
#pragma once

#include <cstdint>
#include <span>

#include "runtime/random/bit_state.h"

namespace lockstep::random {

// A row of counts[k], k < pvals.size(), of `n` experiments. The last probability is what the others leave. Counts begin at zero.
void draw_multinomial(BitState& state, int64_t n, std::span<const double> pvals, int64_t* counts);

// `rows` rows of alpha.size() shares that add up to 1. legacy: RandomState's, by gamma draws alone.
void draw_dirichlet(BitState& state, bool legacy, std::span<const double> alpha, int64_t rows, double* out);

// `rows` rows of how many of each colour are among `sample` drawn without replacement; counts begin at zero. By conditional
// distributions, or by shuffling a list of all `total` things.
struct Urn {
    std::span<const int64_t> colors;
    int64_t total, sample;  // the sum of colors; at most total
};
void draw_from_urn_by_marginals(BitState& state, const Urn& urn, int64_t rows, int64_t* counts);
void draw_from_urn_by_count(BitState& state, const Urn& urn, int64_t rows, int64_t* counts);

}  // namespace lockstep::random
