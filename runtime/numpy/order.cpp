// Memory order of new arrays.
// Must not know what is put into them.
#include "runtime/numpy/order.h"

#include <algorithm>
#include <cstdlib>

#include "runtime/array/error.h"
#include "runtime/exec/memory.h"

namespace lockstep {
namespace {

// The axes innermost first as a copy keeps them: by absolute stride, repeated elements (stride 0) innermost. An
// element-wise result differs: there a stride of 0 has no say.
Dims kept_order(const Array& a) {
    Dims order;
    for (int i = a.ndim() - 1; i >= 0; --i) order.push_back(i);
    std::stable_sort(order.begin(), order.end(), [&](int64_t i, int64_t j) {
        return std::llabs(a.strides[static_cast<int>(i)]) < std::llabs(a.strides[static_cast<int>(j)]);
    });
    return order;
}

}  // namespace

Array empty_in_order(DType dtype, const Array& a, char order, Contents contents) {
    const bool fortran = is_f_contiguous(a) && !is_c_contiguous(a);
    switch (order) {
        case 'C': return empty_array(dtype, a.shape, a.device(), 'C', contents);
        case 'F': return empty_array(dtype, a.shape, a.device(), 'F', contents);
        case 'A': return empty_array(dtype, a.shape, a.device(), fortran ? 'F' : 'C', contents);
        case 'K': {
            if (is_c_contiguous(a) || a.ndim() < 2) return empty_array(dtype, a.shape, a.device(), 'C', contents);
            return empty_ordered(dtype, a.shape, kept_order(a), a.device(), contents);
        }
        default: fail(Status::value_error, "order: expected C, F, A or K, got '%c'", order);
    }
}

Array packed_layout(const Array& a) {
    Array layout = a;
    int64_t stride = a.itemsize();
    for (const int64_t axis : kept_order(a)) {
        layout.strides[static_cast<int>(axis)] = stride;
        if (a.shape[static_cast<int>(axis)] > 1) stride *= a.shape[static_cast<int>(axis)];
    }
    return layout;
}

}  // namespace lockstep
