// A Program as device code: the names of types, and the statements that compute its registers.
// Must not know layouts.
#pragma once

#include <string>

#include "runtime/exec/program.h"

namespace lockstep::cuda {

// "float", "lockstep::scalar::complex64": the type column of dtypes.def.
const char* type_name(DType type);

// One statement per instruction, registers named r0, r1, ...: "const float r2 = compute<Op(1)>(r0, r1);". The inputs'
// registers are there already. Stands where `using namespace lockstep; using namespace lockstep::device;` holds.
std::string statements(const Program& program);

// Bytes that tell programs apart, for the signatures of KernelTable: appends them to `to`.
void append_signature(const Program& program, std::string& to);

}  // namespace lockstep::cuda
