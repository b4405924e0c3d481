// NumPy's ufunc.accumulate: the fold of every leading stretch of an axis.
// Must not know layouts or backends.
#pragma once

#include <optional>

#include "runtime/array/array.h"
#include "runtime/exec/program.h"

namespace lockstep {

struct accumulate_options {
    int64_t axis = 0;
    DType dtype;                 // of the fold; by NumPy's rule for the operation when not given
    const Array* out = nullptr;  // receives the results, whatever its dtype
    bool initial = false;        // the identity stands in front: results are one longer along the axis
};

// `a` has at least one dimension.
Array accumulate(Op op, const Array& a, const accumulate_options& options);

}  // namespace lockstep
