// The plugin's sorts of keys of 4 and 8 bytes.
// Must not know anything else.
#define LOCKSTEP_WIDE_KEYS
#include "kernels/thrust_sort_library.cu"
