// Writes the kernels around cuSOLVER: a call of a function each.
// Must not know tasks or launches.
#include "kernels/source/solve_source.h"

#include <string>

#include "kernels/device/solve_arguments.h"
#include "kernels/source/program_text.h"

namespace lockstep::cuda {
namespace {

KernelSource kernel(const std::string& arguments, const std::string& call) {
    return {"#include \"kernels/device/solve.h\"\n",
            "namespace $_ {\nusing namespace lockstep;\nusing namespace lockstep::device;\nLS_DEVICE void run(const " +
                arguments + "& arguments) { " + call + "(arguments); }\n}\nLS_KERNEL($, " +
                std::to_string(device::kSolveThreads) + ", lockstep::device::" + arguments + ") { $_::run(arguments); }\n"};
}

}  // namespace

KernelSource triangle_source(DType type) {
    return kernel("TriangleArguments", std::string("keep_triangle<") + type_name(type) + ">");
}
KernelSource addresses_source() { return kernel("AddressArguments", "write_addresses"); }
KernelSource reflectors_source(DType type) {
    return kernel("ReflectorArguments", std::string("form_q<") + type_name(type) + ">");
}
KernelSource pairs_source() { return kernel("PairArguments", "pair_vectors"); }

std::vector<KernelSource> standard_solve_sources() {
    return {triangle_source(types::float64_),   triangle_source(types::complex128_),   addresses_source(),
            reflectors_source(types::float64_), reflectors_source(types::complex128_), pairs_source()};
}

}  // namespace lockstep::cuda
