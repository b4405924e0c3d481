// A CBLAS without LAPACK, for the loader's tests: products are its own, systems ours.
// Must not be linked into anything.
#define LS_SHIM_ERROR 0.0
#include "tests/unit/blas_shim.h"
