// The plugin's sorts of keys of 1 and 2 bytes.
// Must not know anything else.
#include "kernels/thrust_sort_library.cu"
