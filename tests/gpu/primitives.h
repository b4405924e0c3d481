// What the checks of products and of transforms share: the plugin's table of functions, a stream, random numbers.
// Must not know either.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <random>

#include "runtime/exec/backend.h"
#include "runtime/exec/stream.h"

inline const lockstep::Backend* backend;
inline lockstep::Stream stream;
inline std::mt19937_64 generator;

inline int64_t below(int64_t n) { return static_cast<int64_t>(generator() % static_cast<uint64_t>(n)); }
inline int64_t pick(std::initializer_list<int64_t> values) {
    return values.begin()[below(static_cast<int64_t>(values.size()))];
}

// One random task each, checked; false, with a line on standard output, when the result is wrong.
bool check_product();
bool check_transform();
