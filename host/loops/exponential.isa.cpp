// The CPU's loops of the exponential family.
// Must not know the operations: ops.def says which they are.
#include "host/loops/operation_loops.h"

namespace lockstep::host::LS_ISA {
void fill_exponential(LoopTable& table) { fill_family<Family::exponential>(table); }
}  // namespace lockstep::host::LS_ISA
