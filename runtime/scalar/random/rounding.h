// floor as a number and as an integer, and the logarithm of a draw that may be 0.
// Must not know distributions.
#pragma once

#include "runtime/scalar/cast.h"
#include "runtime/scalar/exponential.h"
#include "runtime/scalar/random/tabled.h"

namespace lockstep::scalar::random {

LS_SCALAR double floor_of(double x) {
    if (!(x < 0x1p52 && x > -0x1p52)) return x;
    const double whole = (double)(int64_t)x;
    return whole > x ? whole - 1.0 : whole;
}

// As x86-64 converts: what does not fit becomes the smallest integer.
LS_SCALAR int64_t floor_to_integer(double x) { return truncate_int64(floor_of(x)); }

// Of any number; a branch, so for draws one after the other.
LS_SCALAR double log_of(double x) { return log_is_rare(x) ? log_rare(x) : log_tabled(x); }

}  // namespace lockstep::scalar::random
