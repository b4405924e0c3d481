// a[index] and a[index] = value with all of NumPy's index expressions.
// Must not know backends or elements.
#pragma once

#include <span>

#include "runtime/array/array.h"
#include "runtime/array/index.h"
#include "runtime/scalar/operation.h"

namespace lockstep {

// Into an empty `result`: a view where no item is an array, else a fresh array in NumPy's memory order.
void get_indexed(Array& result, const Array& a, std::span<const Index> index);
// Values are cast as NumPy casts them in an assignment; of several for one element the last wins. Nothing is written when it
// throws.
void set_indexed(const Array& a, std::span<const Index> index, const Array& value);
// a[index] = op(a[index], value), one element after the other in C order. The value is of a's dtype, as is what op makes of it;
// null for an op of one input.
void update_indexed(const Array& a, std::span<const Index> index, Op op, const Array* value);

}  // namespace lockstep
