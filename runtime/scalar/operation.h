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
enum class Monoid : uint8_t { none, add, multiply, maximum, minimum, logical_and, logical_or, argmax, argmin };

// The operation that folds two elements; argmax and argmin fold by the extremum they look for.
constexpr Op operation_of(Monoid m) {
    switch (m) {
        case Monoid::add: return Op::add;
        case Monoid::multiply: return Op::multiply;
        case Monoid::maximum:
        case Monoid::argmax: return Op::maximum;
        case Monoid::minimum:
        case Monoid::argmin: return Op::minimum;
        case Monoid::logical_and: return Op::logical_and;
        default: return Op::logical_or;
    }
}

}  // namespace lockstep
