// Truth of whole arrays.
// Must not know layouts or backends.
#include "runtime/numpy/functions.h"
#include "runtime/numpy/reduce.h"

namespace lockstep::numpy {

Array any(const Array& a, const any_options& o) {
    return reduce(Monoid::logical_or, a, {.axis = o.axis, .dtype = {}, .out = o.out, .keepdims = o.keepdims, .where = o.where});
}

Array all(const Array& a, const all_options& o) {
    return reduce(Monoid::logical_and, a, {.axis = o.axis, .dtype = {}, .out = o.out, .keepdims = o.keepdims, .where = o.where});
}

}  // namespace lockstep::numpy
