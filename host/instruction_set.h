// Which of the compiled instruction sets this processor runs.
// Must not know what is compiled for them.
#pragma once

namespace lockstep::host {

enum class InstructionSet { plain, v2, v3, v4 };

// The best of x86-64-v2, v3 and v4, capped by LOCKSTEP_ISA=v2|v3|v4; plain on other processors.
InstructionSet instruction_set();
const char* name_of(InstructionSet set);

}  // namespace lockstep::host
