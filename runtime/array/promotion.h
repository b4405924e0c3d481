// NumPy 2's type promotion (NEP 50) and casting rules.
// Must not know operations: which loop an operation picks is runtime/exec/resolve.h.
#pragma once

#include <span>

#include "runtime/array/array.h"
#include "runtime/array/dtype.h"

namespace lockstep {

enum class Casting { no, equiv, safe, same_kind, unsafe };
// By NumPy's name; throws value_error.
Casting casting_of(const char* name);
bool can_cast(DType from, DType to, Casting casting);

// result_type of two dtypes; invalid (code 0) where NumPy has none.
DType promote_types(DType a, DType b);
// What sums and products of elements are taken in: bool and integers in 64 bits, all else as it is.
constexpr DType sum_type(DType element) {
    if (element.is_inexact()) return element;
    return element.kind() == 'u' ? types::uint64_ : types::int64_;
}
// The dtype that a weak scalar takes beside `other` (its default type when other is invalid).
DType weak_with(Weak weak, DType other);
// numpy.result_type of arrays, weak scalars included. At least one.
DType result_type(std::span<const Array* const> arrays);

}  // namespace lockstep
