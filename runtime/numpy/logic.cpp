// Truth of whole arrays.
// Must not know layouts or backends.
#include "runtime/exec/dispatch.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/reduce.h"

namespace lockstep::numpy {
namespace {

Array truth(Monoid monoid, const Array& a, const reduce_options& o) {
    Program p;
    const Register value = p.cast(p.input(a.dtype), types::bool_);
    const Array* inputs[] = {&a};
    return reduce_program(p, value, monoid, inputs, a, false, o);
}

}  // namespace

Array any(const Array& a, const any_options& o) {
    return truth(Monoid::logical_or, a, {.axis = o.axis, .dtype = {}, .out = o.out, .keepdims = o.keepdims, .where = o.where});
}

Array all(const Array& a, const all_options& o) {
    return truth(Monoid::logical_and, a, {.axis = o.axis, .dtype = {}, .out = o.out, .keepdims = o.keepdims, .where = o.where});
}

}  // namespace lockstep::numpy
