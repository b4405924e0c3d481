// One operand of einsum on its way to the result, and what becomes of one or two of them.
// Must not know subscripts as text, nor the order of contraction.
#pragma once

#include "runtime/array/array.h"
#include "runtime/numpy/einsum_terms.h"

namespace lockstep::numpy {

// An array with a label for each of its axes: distinct, of no size 1. What it does not have, it repeats.
struct Factor {
    Array array;
    Dims labels;
    bool fresh = false;  // its memory is nobody else's

    Labels set() const {
        Labels s = 0;
        for (const int64_t l : labels) s |= Labels{1} << l;
        return s;
    }
    int axis_of(int64_t label) const;  // -1: none
};

// The operand with its diagonals taken and its axes of size 1 dropped: a view.
Factor diagonals(const Array& a, const EinsumTerm& term);
// The sum over all labels but those of `kept`.
Factor summed(Factor x, Labels kept);
// The product of two factors of one dtype, summed over the labels that are not kept. `order`: the labels of
// the whole result, which the axes follow where that costs nothing.
Factor contracted(Factor x, Factor y, Labels kept, const EinsumTerm& order);

// The array with the axes of `term`, of size 1 where the factor has none: a view.
Array spread(const Factor& x, const EinsumTerm& term);

}  // namespace lockstep::numpy
