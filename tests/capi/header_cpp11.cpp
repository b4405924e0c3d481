// lockstep.h read as C++11, and its inline functions; called from header_test.cpp.
// Must not know newer C++.
#include <lockstep/libnumpy.h>
#include <lockstep/lockstep.h>

bool cpp11_inline_functions() {
    const ls_scalar s = ls_complex64(1.5f, -2.5f);
    const ls_index i = ls_slice(1, -1, 2);
    const ls_axes none = ls_axis_none();
    return s.dtype == LS_COMPLEX64 && s.weak == LS_WEAK_NO && s.value.complex64[1] == -2.5f && i.kind == 1 &&
           i.has_start && i.has_stop && i.start == 1 && i.stop == -1 && i.step == 2 && none.given == -1 &&
           ls_int(-3).value.int64 == -3 && ls_int(-3).weak == LS_WEAK_INT && ls_some(7).given == 1;
}
