// A CBLAS with a LAPACK that does nothing, for the loader's tests: its products are used, its LAPACK is not.
// Must not be linked into anything.
#define LS_SHIM_ERROR 0.0
#include "tests/unit/blas_shim.h"

#define LS_IDLE(name) \
    LS_EXPORT void name##_() {}
#define LS_IDLE_BOTH(name) LS_IDLE(d##name) LS_IDLE(z##name)
LS_IDLE_BOTH(getrf)
LS_IDLE_BOTH(getri)
LS_IDLE_BOTH(getrs)
LS_IDLE_BOTH(potrf)
LS_IDLE_BOTH(geqrf)
LS_IDLE_BOTH(gesdd)
LS_IDLE_BOTH(geev)
LS_IDLE_BOTH(gelsd)
LS_IDLE(dorgqr)
LS_IDLE(zungqr)
LS_IDLE(dsyevd)
LS_IDLE(zheevd)
