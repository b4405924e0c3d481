// Checking of axis arguments.
// Must not know what is done along the axes.
#include "runtime/numpy/axes.h"

#include "runtime/array/error.h"

namespace lockstep {

int normalize_axis(int64_t axis, int ndim, const char* argument) {
    if (axis < -ndim || axis >= ndim)
        fail(Status::axis_error, "%s: %lld is out of bounds for an array of dimension %d", argument,
             static_cast<long long>(axis), ndim);
    return static_cast<int>(axis < 0 ? axis + ndim : axis);
}

Dims normalize_axes(const Axes& axes, int ndim, const char* argument) {
    Dims result;
    if (!axes.given) {
        for (int i = 0; i < ndim; ++i) result.push_back(i);
        return result;
    }
    uint64_t seen = 0;
    for (const int64_t axis : axes.axis) {
        const int i = normalize_axis(axis, ndim, argument);
        if (seen >> i & 1) fail(Status::value_error, "%s: %d is given twice", argument, i);
        seen |= uint64_t{1} << i;
        result.push_back(i);
    }
    return result;
}

}  // namespace lockstep
