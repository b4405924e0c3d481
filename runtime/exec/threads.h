// How many threads the CPU may use; results never depend on it.
// Must not know the thread library.
#pragma once

namespace lockstep {

// LOCKSTEP_NUM_THREADS, else the processors this process may run on.
int num_threads();
// 0 restores the default; throws value_error below 0.
void set_num_threads(int count);

}  // namespace lockstep
