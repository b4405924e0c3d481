// Unevaluated sums of two doubles, for the places where 53 bits are too few.
// Knows nothing of the functions that use it.
#pragma once

#include "runtime/scalar/config.h"

namespace lockstep::scalar {

// The sum hi + lo, with |lo| at most about a unit in the last place of hi.
struct DoubleDouble {
    double hi, lo;
};

// The exact sum of a and b, for |a| >= |b| or a = 0 (Dekker).
LS_SCALAR DoubleDouble fast_two_sum(double a, double b) {
    const double sum = a + b;
    return {sum, b - (sum - a)};
}

// The exact sum of a and b (Knuth).
LS_SCALAR DoubleDouble two_sum(double a, double b) {
    const double sum = a + b;
    const double b_part = sum - a;
    return {sum, (a - (sum - b_part)) + (b - b_part)};
}

// The exact product of a and b, unless it underflows.
LS_SCALAR DoubleDouble two_product(double a, double b) {
    const double product = a * b;
    return {product, fma(a, b, -product)};
}

// To about 2^-104.
LS_SCALAR DoubleDouble multiply(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble p = two_product(a.hi, b.hi);
    return fast_two_sum(p.hi, fma(a.hi, b.lo, fma(a.lo, b.hi, p.lo)));
}

// To about 2^-104 of the larger operand.
LS_SCALAR DoubleDouble add(DoubleDouble a, DoubleDouble b) {
    const DoubleDouble s = two_sum(a.hi, b.hi);
    const DoubleDouble t = two_sum(a.lo, b.lo);
    const DoubleDouble u = fast_two_sum(s.hi, s.lo + t.hi);
    return fast_two_sum(u.hi, u.lo + t.lo);
}

}  // namespace lockstep::scalar
