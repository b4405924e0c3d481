// The loop of draws that keep something between them, for the sources that are compiled once per instruction set.
// Must not know generators.
#pragma once

#include "host/random/fill_loop.h"
#include "runtime/scalar/random/keeping.h"

namespace lockstep::host::random::LS_ISA {
namespace {

template <Distribution d, class Draw, class Words>
void fill_keeping(Words& words, int64_t count, char* out, const RandomTask::Parameter* p) {
    scalar::random::keep_around(words, *words.state, [&](auto& keeping) { fill<d, Draw>(keeping, count, out, p); });
}

// As LS_FILL_ROW; `loop` is fill_keeping or a loop like it.
#define LS_FILL_ROW_BY(loop, name)                                                                               \
    {                                                                                                            \
        constexpr auto draw = [](auto& words, auto... parameters) __attribute__((always_inline)) {               \
            return scalar::random::name(words, parameters...);                                                   \
        };                                                                                                       \
        table.of64[static_cast<int>(Distribution::name)] = loop<Distribution::name, decltype(draw), Words64>;    \
        table.of32[static_cast<int>(Distribution::name)] = loop<Distribution::name, decltype(draw), Words32>;    \
    }

}  // namespace
}  // namespace lockstep::host::random::LS_ISA
