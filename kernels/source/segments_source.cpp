// Writes the kernels of folds of stretches: a call of a template each.
// Must not know tasks or launches.
#include "kernels/source/segments_source.h"

#include <string>

#include "kernels/device/space.h"
#include "kernels/source/program_text.h"

namespace lockstep::cuda {

KernelSource segments_source(Op op, DType type, bool aligned, SpaceVariant space) {
    const std::string name = type_name(type), number = "Op(" + std::to_string(static_cast<int>(op)) + ")";
    const bool tree = op == Op::add && type.is_inexact();
    const std::string fold = tree ? "FoldSum<" + name + ">" : "FoldInSequence<" + number + ", " + name + ">";
    const int dims = space.many ? device::kSpaceMany : device::kSpaceFew;
    const std::string arguments = std::string("SegmentArguments<") + (space.wide ? "uint64_t, " : "uint32_t, ") +
                                  std::to_string(dims) + ">";
    return {"#include \"kernels/device/segments.h\"\n",
            "namespace $_ {\nusing namespace lockstep;\nusing namespace lockstep::device;\nusing Arguments = " +
                arguments + ";\nLS_DEVICE void run(const Arguments& arguments) { fold_segments<" + fold + ", " + name + ", " +
                (aligned ? "true" : "false") + ", " + number + ">(arguments); }\n}\nLS_KERNEL($, " +
                std::to_string(device::kIndexThreads) + ", $_::Arguments) { $_::run(arguments); }\n"};
}

std::vector<KernelSource> standard_segments_sources() {
    std::vector<KernelSource> all;
    for (const DType type : {types::int64_, types::float32_, types::float64_})
        all.push_back(segments_source(Op::add, type, true, {false, false}));
    return all;
}

}  // namespace lockstep::cuda
