// Writes the kernels of scans: a call of a template each.
// Must not know tasks or launches.
#include "kernels/source/scan_source.h"

#include <string>

#include "kernels/device/scan_arguments.h"
#include "kernels/source/program_text.h"
#include "runtime/exec/scan_order.h"

namespace lockstep::cuda {

DType scan_carry(Op op, DType type) {
    const bool half = type == types::float16_ || type == types::bfloat16_;
    return half && op == Op::add ? types::float32_ : type;
}

KernelSource scan_source(ScanKernel kind, Op op, DType type) {
    const std::string scanning = "Scanning<Op(" + std::to_string(static_cast<int>(op)) + "), " + type_name(type) + ", " +
                                 type_name(scan_carry(op, type)) + ">";
    const std::string call = kind == ScanKernel::groups ? "scan_groups<" + scanning + ">"
                                                        : "scan_rows<" + scanning + ", " +
                                                              (scans_in_sequence(op, type) ? "true" : "false") + ">";
    return {"#include \"kernels/device/scan.h\"\n",
            "namespace $_ {\nusing namespace lockstep;\nusing namespace lockstep::device;\nLS_DEVICE void run(const ScanArguments& "
            "arguments) { " +
                call + "(arguments); }\n}\nLS_KERNEL($, " + std::to_string(device::kScanGroupThreads) +
                ", lockstep::device::ScanArguments) { $_::run(arguments); }\n"};
}

std::vector<KernelSource> standard_scan_sources() {
    std::vector<KernelSource> all;
    for (const DType type : {types::int64_, types::float32_, types::float64_})
        for (const ScanKernel kind : {ScanKernel::groups, ScanKernel::rows}) all.push_back(scan_source(kind, Op::add, type));
    return all;
}

}  // namespace lockstep::cuda
