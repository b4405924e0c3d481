// The CPU's loops of the division family.
// Must not know the operations: ops.def says which they are.
#include "host/loops/operation_loops.h"

namespace lockstep::host::LS_ISA {
void fill_division(LoopTable& table) { fill_family<Family::division>(table); }
}  // namespace lockstep::host::LS_ISA
