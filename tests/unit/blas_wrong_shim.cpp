// A CBLAS whose dgemm is wrong above 100 rows, for the loader's tests: it must be refused.
// Must not be linked into anything.
#define LS_SHIM_ERROR 1e-9
#include "tests/unit/blas_shim.h"
