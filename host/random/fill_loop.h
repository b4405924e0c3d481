// The loop over a distribution's draws, for the sources that are compiled once per instruction set.
// Must not know generators: words come in blocks.
#pragma once

#include "host/random/fills.h"
#include "runtime/random/distribution.h"

namespace lockstep::host::random::LS_ISA {
namespace {

template <char type>
struct OfType;
template <>
struct OfType<'d'> {
    using type = double;
};
template <>
struct OfType<'f'> {
    using type = float;
};
template <>
struct OfType<'l'> {
    using type = int64_t;
};
template <>
struct OfType<'L'> {
    using type = uint64_t;
};

constexpr int parameters_of(Distribution d) {
    int n = 0;
    while (row_of(d).parameters[n]) ++n;
    return n;
}

template <Distribution d, int i>
inline __attribute__((always_inline)) auto parameter(const RandomTask::Parameter* p, int64_t draw) {
    return *reinterpret_cast<const typename OfType<row_of(d).parameters[i]>::type*>(p[i].data + draw * p[i].stride);
}

// Draw()(words, parameters...) makes one.
template <Distribution d, class Draw, class Words>
void fill(Words& words, int64_t count, char* out, const RandomTask::Parameter* p) {
    constexpr int n = parameters_of(d);
    auto* const draws = reinterpret_cast<typename OfType<row_of(d).type>::type*>(out);
    for (int64_t i = 0; i < count; ++i) {
        if constexpr (n == 0) draws[i] = Draw()(words);
        if constexpr (n == 1) draws[i] = Draw()(words, parameter<d, 0>(p, i));
        if constexpr (n == 2) draws[i] = Draw()(words, parameter<d, 0>(p, i), parameter<d, 1>(p, i));
        if constexpr (n == 3)
            draws[i] = Draw()(words, parameter<d, 0>(p, i), parameter<d, 1>(p, i), parameter<d, 2>(p, i));
    }
}

// Enters one row of the table, by the name of its function.
#define LS_FILL_ROW(name)                                                                                        \
    {                                                                                                            \
        constexpr auto draw = [](auto& words, auto... parameters) __attribute__((always_inline)) {               \
            return scalar::random::name(words, parameters...);                                                   \
        };                                                                                                       \
        table.of64[static_cast<int>(Distribution::name)] = fill<Distribution::name, decltype(draw), Words64>;    \
        table.of32[static_cast<int>(Distribution::name)] = fill<Distribution::name, decltype(draw), Words32>;    \
    }

}  // namespace
}  // namespace lockstep::host::random::LS_ISA
