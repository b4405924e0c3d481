// NumPy's ufunc.reduce: accumulator type, out, keepdims, initial, where.
// Must not know layouts or backends.
#pragma once

#include <optional>

#include "runtime/array/array.h"
#include "runtime/array/axes.h"
#include "runtime/array/scalar.h"
#include "runtime/exec/program.h"

namespace lockstep {

struct reduce_options {
    Axes axis;
    DType dtype;  // of the accumulator; by NumPy's rule for the monoid when not given
    const Array* out = nullptr;
    bool keepdims = false;
    const Scalar* initial = nullptr;
    const Array* where = nullptr;
};

Array reduce(Monoid monoid, const Array& a, const reduce_options& options);

// The type in which reduce() folds a's elements.
DType accumulator_type(Monoid monoid, const Array& a, const reduce_options& options);
// Throws where an extremum of nothing would be asked for.
void check_identity(Monoid monoid, const Array& a, const reduce_options& options);

// The reduction of every element, as a 0-d array.
Array reduce_whole(Monoid monoid, const Array& a);

// A reduction of a program's result: `inputs` broadcast to the first one's shape. `layout` decides the order; `cast`
// says that NumPy would reduce through casting buffers. The accumulator has the reduced register's type.
Array reduce_program(Program& program, Register value, Monoid monoid, std::span<const Array* const> inputs,
                     const Array& layout, bool cast, const reduce_options& options);

namespace numpy {

// argmax or argmin (sorting.cpp), of `a` with another number, of a's type, in place of NaN where one is given.
Array arg_extremum(Monoid monoid, const Array& a, std::optional<int64_t> axis, const Array* out, bool keepdims,
                   const Scalar* for_nan);

}  // namespace numpy

// The value that changes nothing: 0, 1, the type's extremes, true or false; NaN to extrema that pass it over.
Scalar identity_of(Monoid monoid, DType type);

// Number of elements that go to each output.
int64_t reduced_count(const Array& a, const Axes& axis);

}  // namespace lockstep
