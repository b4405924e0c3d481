// The reduction kernels' texts: the program as a function of its operands' addresses, and the kernel that folds it.
// Must not know arrays, streams or launches.
#include "kernels/source/reduce_source.h"

#include <algorithm>

#include "kernels/source/program_text.h"
#include "runtime/array/promotion.h"

namespace lockstep::cuda {
namespace {

struct KindText {
    const char *header, *function, *arguments;
};
KindText text_of(ReduceKind kind) {
    switch (kind) {
        case ReduceKind::trees: return {"trees", "trees", "TreeArguments"};
        case ReduceKind::runs: return {"runs", "runs", "TreeArguments"};
        case ReduceKind::folds: return {"folds", "folds", "FoldArguments"};
        default: return {"columns", "columns", "ColumnArguments"};
    }
}

bool is_cheap(const Program& p) {
    return std::all_of(p.code, p.code + p.length, [](const Instruction& i) {
        const OpRow& row = row_of(i.op);
        return !row.rare && (row.family == Family::arithmetic || row.family == Family::comparison);
    });
}

// Elements whose loads are in flight together. More hide more of the memory's latency, but every one is code, too.
int batch_of(const Program& p, const ReduceVariant& v) {
    if (!is_cheap(p)) return 1;
    if (!v.linear || !v.aligned) return 4;
    int64_t bytes = 0;
    for (int k = 0; k < p.inputs; ++k) bytes += p.input_type[k].itemsize();
    bytes = std::max(bytes, p.type(p.reduced).itemsize());
    return bytes <= 8 && p.length <= 2 ? 16 : bytes <= 16 ? 8 : 4;
}

const char* word(bool b) { return b ? "true" : "false"; }

// The program as a function of its inputs, and of their addresses.
std::string evaluation(const Program& p, bool aligned) {
    std::string parameters, loads;
    for (int k = 0; k < p.inputs; ++k) {
        const std::string type = type_name(p.input_type[k]), number = std::to_string(k), comma = k ? ", " : "";
        parameters += comma + "const " + type + " r" + number;
        loads += comma + "load<" + word(aligned) + ", " + type + ">(p.at[" + number + "])";
    }
    return "    LS_DEVICE Value evaluate(" + parameters + ") {\n" + statements(p) + "        return r" +
           std::to_string(p.reduced) + ";\n    }\n" +
           "    LS_DEVICE Value value(const Addresses<operands>& p) { return evaluate(" + loads + "); }\n";
}

// What 16-byte loads need to know: elements of one and two bytes are worth them. Bools are read as bytes.
std::string packing(const Program& p, const ReduceVariant& v) {
    const bool packable = p.inputs == 1 && !v.masked && v.linear && v.aligned && p.input_type[0].itemsize() <= 2 && is_cheap(p);
    std::string t = std::string("    static constexpr bool packable = ") + word(packable) + ";\n";
    const std::string stored = p.input_type[0] == types::bool_ ? "uint8_t" : type_name(p.input_type[0]);
    if (packable) t += "    using Stored = " + stored + ";\n";
    return t;
}

}  // namespace

bool order_matters(Monoid monoid, DType type) {
    return (monoid == Monoid::add || monoid == Monoid::multiply) && type.is_inexact();
}

KernelSource reduce_source(const Program& p, const ReduceVariant& v) {
    const KindText kind = text_of(v.kind);
    const DType folded = p.type(p.reduced);
    std::string t;
    t += "namespace $_ {\nusing namespace lockstep;\nusing namespace lockstep::device::reduction;\n"
         "using lockstep::device::compute;\n";
    t += std::string("using Arguments = ") + kind.arguments + "<ReduceLayout<" + (v.wide ? "uint64_t" : "uint32_t") + ", " +
         (v.many ? "kManyDims" : "kFewDims") + ">>;\n";
    t += "struct Body {\n";
    t += std::string("    using Value = ") + type_name(folded) + ";\n";
    t += "    using F = FoldingOf<Monoid(" + std::to_string(static_cast<int>(p.monoid)) + "), Value>::type;\n";
    t += "    static constexpr int operands = " + std::to_string(p.inputs + v.masked) + ", batch = " +
         std::to_string(batch_of(p, v)) + ";\n";
    t += std::string("    static constexpr bool ordered = ") + word(order_matters(p.monoid, folded)) + ", masked = " +
         word(v.masked) + ";\n";
    t += evaluation(p, v.aligned);
    if (v.kind == ReduceKind::folds) t += packing(p, v);
    if (v.masked)
        t += "    LS_DEVICE bool selected(const Addresses<operands>& p) { return load<true, bool>(p.at[operands - 1]); }\n";
    t += "};\n}\n";
    t += std::string("LS_KERNEL($, 256, $_::Arguments) { lockstep::device::reduction::") + kind.function + "<$_::Body, " +
         word(v.linear) + ">(arguments); }\n";
    return {"#include \"kernels/device/compute.h\"\n#include \"kernels/device/reduce_" + std::string(kind.header) + ".h\"\n",
            t};
}

std::vector<KernelSource> standard_reduce_sources(const Program& p) {
    const bool ordered = order_matters(p.monoid, p.type(p.reduced));
    const ReduceKind along = ordered ? ReduceKind::trees : ReduceKind::folds;
    std::vector<KernelSource> sources{
        reduce_source(p, {along, true, true, false, false, false}),
        reduce_source(p, {ReduceKind::columns, true, true, false, false, false})};
    // argmax and argmin have one reduced dimension
    if (!is_arg(p.monoid))
        sources.push_back(reduce_source(p, {along, false, true, false, false, false}));
    return sources;
}

std::vector<KernelSource> standard_reduce_sources(DType type, Monoid monoid) {
    DType folded = type;
    if (is_logical(monoid)) folded = types::bool_;
    else if (monoid == Monoid::add || monoid == Monoid::multiply) folded = sum_type(type);
    Program p;
    p.reduce(monoid, p.cast(p.input(type), folded));
    return standard_reduce_sources(p);
}

}  // namespace lockstep::cuda
