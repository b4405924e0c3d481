// The CPU's loops of the trigonometric family.
// Must not know the operations: ops.def says which they are.
#include "host/loops/operation_loops.h"

namespace lockstep::host::LS_ISA {
void fill_trigonometric(LoopTable& table) { fill_family<Family::trigonometric>(table); }
}  // namespace lockstep::host::LS_ISA
