// The loop over a distribution's draws, for the sources that are compiled once per instruction set.
// Must not know generators: words come in blocks.
#pragma once

#include "host/random/fill_blocks.h"
#include "runtime/random/distribution.h"
#include "runtime/scalar/random/binomial.h"

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
template <>
struct OfType<'I'> {
    using type = uint32_t;
};
template <>
struct OfType<'H'> {
    using type = uint16_t;
};
template <>
struct OfType<'B'> {
    using type = uint8_t;
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

// The distributions with a loop of their own, where one number serves all draws. False: none.
template <Distribution d, class Words>
inline __attribute__((always_inline)) bool fill_fast(Words& words, int64_t count, char* out, const RandomTask::Parameter* p) {
    auto* const draws = reinterpret_cast<double*>(out);
    const auto same = [](double x) __attribute__((always_inline)) { return x; };
    for (int i = 0; i < parameters_of(d); ++i)
        if (p[i].stride) return false;
    if constexpr (d == Distribution::random) fill_uniform(words, count, draws, same);
    else if constexpr (d == Distribution::random_float) fill_uniform_float(words, count, reinterpret_cast<float*>(out));
    else if constexpr (d == Distribution::standard_normal) fill_normal(words, count, draws, same);
    else if constexpr (d == Distribution::standard_exponential) fill_exponential(words, count, draws, same);
    else if constexpr (d == Distribution::uniform) {
        const double low = parameter<d, 0>(p, 0), range = parameter<d, 1>(p, 0);
        fill_uniform(words, count, draws, [=](double u) __attribute__((always_inline)) { return low + range * u; });
    } else if constexpr (d == Distribution::normal) {
        const double loc = parameter<d, 0>(p, 0), scale = parameter<d, 1>(p, 0);
        fill_normal(words, count, draws, [=](double x) __attribute__((always_inline)) { return loc + scale * x; });
    } else if constexpr (d == Distribution::exponential) {
        const double scale = parameter<d, 0>(p, 0);
        fill_exponential(words, count, draws, [=](double x) __attribute__((always_inline)) { return scale * x; });
    } else if constexpr (d == Distribution::binomial) {
        const draw::BinomialSetup setup = draw::binomial_setup(parameter<d, 0>(p, 0), parameter<d, 1>(p, 0));
        for (int64_t i = 0; i < count; ++i) reinterpret_cast<int64_t*>(out)[i] = draw::binomial_draw(words, setup);
    } else return false;
    return true;
}

// Draw()(words, parameters...) makes one.
template <Distribution d, class Draw, class Words>
void fill(Words& words, int64_t count, char* out, const RandomTask::Parameter* p) {
    if (fill_fast<d>(words, count, out, p)) return;
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
