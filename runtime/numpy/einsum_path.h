// In which order einsum's operands are contracted: NumPy's algorithms, with NumPy's choices.
// Must not know arrays' elements nor how a pair is contracted.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "runtime/numpy/einsum_terms.h"

namespace lockstep::numpy {

// Positions of the operands that go together next, ascending but in a path that was given; their product joins the others as the last one.
using Contraction = std::vector<int>;

// `optimize`: null or "always" is "greedy"; "never" contracts all at once; "optimal" tries every order of
// pairs; a text such as
// "(0, 2), (0, 1)" is the path itself. memory_limit: elements of an intermediate result, by default those of
// the largest array. Throws value_error for other texts and for paths that do not end in one array.
std::vector<Contraction> einsum_order(const EinsumTerms& terms, const char* optimize,
                                      std::optional<int64_t> memory_limit);

}  // namespace lockstep::numpy
