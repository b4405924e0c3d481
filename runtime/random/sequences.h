// Draws that depend on each other: permutations and samples without replacement, in NumPy's order, in host memory.
// Must not know arrays, nor devices.
#pragma once

#include <cstdint>
#include <span>

#include "runtime/random/bit_state.h"

namespace lockstep::random {

// The numbers 0 to n - 1 shuffled as Generator.shuffle and RandomState.shuffle do it.
void draw_permutation(BitState& state, int64_t n, int64_t* out);

// `size` different numbers below `population`, as Generator.choice(replace=False) draws them; shuffle: in random order.
void draw_sample(BitState& state, int64_t population, int64_t size, bool shuffle, int64_t* out);

// `out.size()` different numbers below p.size(), by their probabilities, as choice(replace=False, p=p) of both interfaces draws
// them. p is set to zero where it was drawn; at least out.size() are positive.
void draw_weighted_sample(BitState& state, std::span<double> p, std::span<int64_t> out);

// sums[k] = p[0] + ... + p[k], divided by the last: added one by one, as NumPy's cumsum does.
void distribution_function(std::span<const double> p, std::span<double> sums);

// The sum as NumPy checks probabilities with it (Kahan's).
double compensated_sum(std::span<const double> x);

}  // namespace lockstep::random
