// Matching groups of old axes to groups of new ones.
// Must not know memory or devices.
#include "runtime/numpy/reshape_strides.h"

#include "runtime/array/error.h"

namespace lockstep {

Dims complete_shape(const Array& a, std::span<const int64_t> shape) {
    Dims result{shape};
    int unknown = -1;
    for (int i = 0; i < result.size(); ++i) {
        if (result[i] >= 0) continue;
        if (unknown >= 0)  // any negative size stands for the unknown one, as in NumPy
            fail(Status::value_error, "shape: expected sizes of at least 0 and at most one -1, got %s",
                 shape_text(shape).c_str());
        unknown = i;
    }
    if (unknown >= 0) result[unknown] = 1;
    checked_bytes(result, 1);
    const int64_t known = product(result), size = a.size();
    if (unknown >= 0 && known > 0 && size % known == 0) result[unknown] = size / known;
    else if (unknown >= 0 || known != size)
        fail(Status::value_error, "shape: cannot reshape array of size %lld into shape %s", static_cast<long long>(size),
             shape_text(shape).c_str());
    return result;
}

bool reshape_strides(const Array& a, const Dims& shape, bool fortran, Dims& strides) {
    if (a.size() == 0) {
        strides = fortran ? f_strides(shape, a.itemsize()) : c_strides(shape, a.itemsize());
        return true;
    }
    // axes in memory-independent order, fastest last for C and first for Fortran; size 1 says nothing
    Dims old_shape, old_strides;
    for (int i = 0; i < a.ndim(); ++i)
        if (a.shape[i] != 1) {
            old_shape.push_back(a.shape[i]);
            old_strides.push_back(a.strides[i]);
        }
    strides = Dims(shape.size());
    int oi = 0, ni = 0;
    while (oi < old_shape.size() && ni < shape.size()) {
        int oj = oi + 1, nj = ni + 1;
        int64_t old_size = old_shape[oi], new_size = shape[ni];
        while (old_size != new_size) {
            if (new_size < old_size) new_size *= shape[nj++];
            else old_size *= old_shape[oj++];
        }
        for (int k = oi; k < oj - 1; ++k) {  // the old group must be one stride
            const bool one = fortran ? old_strides[k + 1] == old_shape[k] * old_strides[k]
                                     : old_strides[k] == old_shape[k + 1] * old_strides[k + 1];
            if (!one) return false;
        }
        if (fortran) {
            strides[ni] = old_strides[oi];
            for (int k = ni + 1; k < nj; ++k) strides[k] = strides[k - 1] * shape[k - 1];
        } else {
            strides[nj - 1] = old_strides[oj - 1];
            for (int k = nj - 1; k > ni; --k) strides[k - 1] = strides[k] * shape[k];
        }
        oi = oj;
        ni = nj;
    }
    const int64_t last = ni > 0 ? (fortran ? strides[ni - 1] * shape[ni - 1] : strides[ni - 1]) : a.itemsize();
    for (int k = ni; k < shape.size(); ++k) strides[k] = last;  // trailing axes of size 1
    return true;
}

}  // namespace lockstep
