// The axes of a median or quantile: the elements of each in one row, results and `out` without those axes.
// Must not know how ranks are found.
#pragma once

#include <cstdint>
#include <span>

#include "runtime/array/array.h"
#include "runtime/array/axes.h"

namespace lockstep {

class QuantileRows {
  public:
    QuantileRows(const Array& a, const Axes& axis);

    // `a`, or weights that broadcast to it, with the kept axes in front and the others as one last axis.
    Array rows(const Array& a) const;
    // `out` without the reduced axes that keepdims gives it, `leading` axes of q in front; throws index_error.
    Array narrow(const Array& out) const;
    // `result` with the reduced axes as size 1 behind its first axes, those of q.
    Array widen(const Array& result) const;

    int64_t n;     // elements of a row
    Dims shape;    // of the kept axes

  private:
    int ndim_;
    uint64_t reduced_ = 0;
    bool all_;
};

// The rows in fresh memory with the given ranks in place (all, when there are none), rows packed. kept_order: the other axes
// lie as a's, else in C order.
Array ranked(const Array& rows, std::span<const int64_t> ranks, bool kept_order);

// Whether the last rank has to be among those asked for, so that `largest` finds NaN there.
bool last_rank_needed(const Array& rows);
// The largest element of each row, NaN where there is one.
Array largest(const Array& rows, const Array& ranked);

// The rank-th element of each row: a view.
Array element(const Array& rows, int64_t rank);

// rows[..., index[p]] for indices of shape (leading..., rows.shape[:-1] or ones): fresh, C order, of the broadcast shape.
Array elements(const Array& rows, const Array& index);

}  // namespace lockstep
