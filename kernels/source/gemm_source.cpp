// Writes the product kernels of integers and bool.
// Must not know tasks.
#include "kernels/source/gemm_source.h"

#include <string>

#include "runtime/array/error.h"

namespace lockstep::cuda {
namespace {

// Signed and unsigned integers of one size are one kernel.
std::string ring_of(DType type) {
    if (type.is_bool()) return "Logical";
    if (!type.is_integer()) fail(Status::internal_error, "cuda: no product kernel of our own for %s", type.name());
    return "Wrapping<uint" + std::to_string(8 * type.itemsize()) + "_t>";
}

}  // namespace

KernelSource gemm_source(DType type, bool wide) {
    const std::string offset = wide ? "int64_t" : "int32_t";
    return {"#include \"kernels/device/gemm.h\"\n",
            "LS_KERNEL($, lockstep::device::kGemmThreads, lockstep::device::GemmArguments<" + offset +
                ">) {\n"
                "    using namespace lockstep::device;\n"
                "    gemm<" + ring_of(type) + ", " + offset + ">(arguments);\n"
                "}\n"};
}

std::vector<KernelSource> standard_gemm_sources() {
    std::vector<KernelSource> all;
    for (const DType type : {types::bool_, types::uint8_, types::uint16_, types::uint32_, types::uint64_})
        all.push_back(gemm_source(type, false));
    return all;
}

}  // namespace lockstep::cuda
