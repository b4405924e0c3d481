// The CPU's loops of the comparison family.
// Must not know the operations: ops.def says which they are.
#include "host/loops/operation_loops.h"

namespace lockstep::host::LS_ISA {
void fill_comparison(LoopTable& table) { fill_family<Family::comparison>(table); }
}  // namespace lockstep::host::LS_ISA
