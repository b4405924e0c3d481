// Draws that are rows of dependent numbers: multinomial, Dirichlet, multivariate hypergeometric.
// Must not know arrays, nor how a row is drawn (host/random/rows.isa.cpp).
#pragma once

#include <cstdint>

#include "runtime/random/bit_state.h"

namespace lockstep::random {

enum class RowKind : uint8_t {
    multinomial,       // counts of `sample` experiments; weights: probabilities, the last one what the others leave
    dirichlet,         // shares that add up to 1; weights: alpha
    legacy_dirichlet,  // RandomState's, by gamma draws alone
    urn_by_marginals,  // how many of each colour are among `sample` drawn without replacement, by conditional distributions
    urn_by_count,      // the same by shuffling a list of all things
};

// `rows` rows of `length` numbers, in host memory, that begin at zero. The state is moved behind the last draw.
struct RowTask {
    RowKind kind;
    BitState* state;
    int64_t rows, length;
    const double* weights = nullptr;
    const int64_t* colors = nullptr;  // urns: how many there are of each
    int64_t total = 0, sample = 0;    // the sum of colors; at most that
    double* shares = nullptr;         // the rows: Dirichlet's
    int64_t* counts = nullptr;        // or the others'
};

}  // namespace lockstep::random
