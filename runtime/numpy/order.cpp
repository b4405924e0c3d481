// Memory order of new arrays.
// Must not know what is put into them.
#include "runtime/numpy/order.h"

#include "runtime/array/error.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"

namespace lockstep {

Array empty_in_order(DType dtype, const Array& a, char order) {
    const bool fortran = is_f_contiguous(a) && !is_c_contiguous(a);
    switch (order) {
        case 'C': return empty_array(dtype, a.shape, a.device(), 'C');
        case 'F': return empty_array(dtype, a.shape, a.device(), 'F');
        case 'A': return empty_array(dtype, a.shape, a.device(), fortran ? 'F' : 'C');
        case 'K': {
            if (is_c_contiguous(a) || a.ndim() < 2) return empty_array(dtype, a.shape, a.device(), 'C');
            const Array* inputs[] = {&a};
            return empty_ordered(dtype, a.shape, result_order(inputs, a.shape), a.device());
        }
        default: fail(Status::value_error, "order: expected C, F, A or K, got '%c'", order);
    }
}

}  // namespace lockstep
