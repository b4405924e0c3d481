// The CPU's loops of the arithmetic family.
// Must not know the operations: ops.def says which they are.
#include "host/loops/operation_loops.h"

namespace lockstep::host::LS_ISA {
void fill_arithmetic(LoopTable& table) { fill_family<Family::arithmetic>(table); }
}  // namespace lockstep::host::LS_ISA
