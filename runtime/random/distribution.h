// The distributions as numbers and rows: what a fill draws, from the table runtime/tables/distributions.def.
// Must not know how a draw is computed (runtime/scalar/random/).
#pragma once

#include <cstdint>
#include <iterator>
#include <string_view>

#include "runtime/array/dtype.h"

namespace lockstep {

enum class Distribution : uint16_t {
#define LS_DISTRIBUTION(number, name, parameters, type, unit, words, family) name = number,
#include "runtime/tables/distributions.def"
#undef LS_DISTRIBUTION
};

namespace random {
inline constexpr int kMaxParameters = 4;
}

struct DistributionRow {
    const char* name;
    const char* parameters;  // a character each: d float64, l int64
    char type;               // NumPy character of the draws
    int unit;                // which words it takes from the stream: 64 or 32 bits; 0: one or the other, by the parameters
    int words;               // units that every draw takes; 0: as many as it needs
};

inline constexpr DistributionRow kDistributions[] = {
#define LS_DISTRIBUTION(number, name, parameters, type, unit, words, family) {#name, parameters, type, unit, words},
#include "runtime/tables/distributions.def"
#undef LS_DISTRIBUTION
};

inline constexpr const DistributionRow& row_of(Distribution d) { return kDistributions[static_cast<int>(d)]; }

// The row that RandomState draws by: "legacy_" and the name, where there is such a row.
constexpr Distribution legacy_of(Distribution d) {
    const std::string_view name = row_of(d).name;
    for (size_t i = 0; i < std::size(kDistributions); ++i) {
        const std::string_view other = kDistributions[i].name;
        if (other.starts_with("legacy_") && other.substr(7) == name) return static_cast<Distribution>(i);
    }
    return d;
}

}  // namespace lockstep
