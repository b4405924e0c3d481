// The operations by number, from ops.def, and the monoids that fold them: what host and device code both name.
// Must not know element types, layouts or loops.
#pragma once

#include "runtime/scalar/config.h"

namespace lockstep {

enum class Op : uint16_t {
    cast = 0,
#define LS_UFUNC(number, name, ...) name = number,
#define LS_PRIMITIVE_OP LS_UFUNC
#include "runtime/tables/ops.def"
#undef LS_UFUNC
#undef LS_PRIMITIVE_OP
};

// The monoids a program may end in. arg ones give the int64 position of the first extremum along the reduced run.
enum class Monoid : uint8_t {
    none, add, multiply, maximum, minimum, fmax, fmin, bitwise_and, bitwise_or, bitwise_xor, logical_and, logical_or, logical_xor,
    argmax, argmin,
};
inline constexpr int kMonoids = 15;  // with none

// The operation that folds two elements; argmax and argmin fold by the extremum they look for.
constexpr Op operation_of(Monoid m) {
    switch (m) {
        case Monoid::add: return Op::add;
        case Monoid::multiply: return Op::multiply;
        case Monoid::maximum:
        case Monoid::argmax: return Op::maximum;
        case Monoid::minimum:
        case Monoid::argmin: return Op::minimum;
        case Monoid::fmax: return Op::fmax;
        case Monoid::fmin: return Op::fmin;
        case Monoid::bitwise_and: return Op::bitwise_and;
        case Monoid::bitwise_or: return Op::bitwise_or;
        case Monoid::bitwise_xor: return Op::bitwise_xor;
        case Monoid::logical_and: return Op::logical_and;
        case Monoid::logical_or: return Op::logical_or;
        default: return Op::logical_xor;
    }
}

// Folds of truth: over booleans only.
constexpr bool is_logical(Monoid m) {
    return m == Monoid::logical_and || m == Monoid::logical_or || m == Monoid::logical_xor;
}
// The first or last of the elements in their order: without one there is nothing to begin from.
constexpr bool is_extremum(Monoid m) {
    return m == Monoid::maximum || m == Monoid::minimum || m == Monoid::fmax || m == Monoid::fmin;
}
constexpr bool is_arg(Monoid m) { return m == Monoid::argmax || m == Monoid::argmin; }
// What changes nothing, of those that are no extrema.
constexpr int identity_number(Monoid m) {
    return m == Monoid::bitwise_and ? -1 : m == Monoid::multiply || m == Monoid::logical_and ? 1 : 0;
}

}  // namespace lockstep
