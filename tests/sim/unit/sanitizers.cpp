// Options of the address sanitizer for the simulator's tests.
// Must not know the tests. GCC 12's leak checker faults at exit once thread-local storage of loaded kernels
// was in use.
#if defined(__SANITIZE_ADDRESS__)
extern "C" __attribute__((visibility("default"))) const char* __asan_default_options();
const char* __asan_default_options() { return "detect_leaks=0"; }
#endif
