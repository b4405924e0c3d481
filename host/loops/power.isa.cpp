// The CPU's loops of the power family.
// Must not know the operations: ops.def says which they are.
#include "host/loops/operation_loops.h"

namespace lockstep::host::LS_ISA {
void fill_power(LoopTable& table) { fill_family<Family::power>(table); }
}  // namespace lockstep::host::LS_ISA
