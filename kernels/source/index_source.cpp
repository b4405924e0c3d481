// Writes the kernels of gather, scatter, select and search: a call of a template each.
// Must not know tasks or launches.
#include "kernels/source/index_source.h"

#include <string>

#include "kernels/device/select_arguments.h"
#include "kernels/source/program_text.h"
#include "runtime/array/error.h"

namespace lockstep::cuda {
namespace {

std::string number(int64_t n) { return std::to_string(n); }

const char* word(bool b) { return b ? "true" : "false"; }

const char* unit_name(int bytes) {
    switch (bytes) {
        case 1:
            return "uint8_t";
        case 2:
            return "uint16_t";
        case 4:
            return "uint32_t";
        case 8:
            return "uint64_t";
        case 16:
            return "Vector<uint64_t, 2>";
        default:
            fail(Status::internal_error, "cuda: indexing by units of %d bytes", bytes);
    }
}

std::string index_name(SpaceVariant v) { return v.wide ? "uint64_t" : "uint32_t"; }
std::string dims_of(SpaceVariant v) { return number(v.many ? device::kSpaceMany : device::kSpaceFew); }
std::string space_arguments(const char* kind, SpaceVariant v) {
    return std::string(kind) + "<" + index_name(v) + ", " + dims_of(v) + ">";
}
std::string index_arguments(const char* kind, int indices, SpaceVariant v) {
    return std::string(kind) + "<" + index_name(v) + ", " + number(indices) + ", " + dims_of(v) + ">";
}

KernelSource kernel(const char* header, int threads, const std::string& arguments, const std::string& call,
                    const std::string& before = "") {
    return {std::string("#include \"kernels/device/") + header + ".h\"\n",
            "namespace $_ {\nusing namespace lockstep;\nusing namespace lockstep::device;\n" + before +
                "using Arguments = " + arguments + ";\nLS_DEVICE void run(const Arguments& arguments) { " +
                call + "(arguments); }\n}\nLS_KERNEL($, " + number(threads) +
                ", $_::Arguments) { $_::run(arguments); }\n"};
}

const char* count_name(bool wide) { return wide ? "unsigned long long" : "unsigned"; }

// The change that an operation makes to an element, as a program's statements.
std::string fold_body(Op op, DType type) {
    Program p;
    const bool binary = row_of(op).inputs == 2;
    const Register a = p.input(type), b = binary ? p.input(type) : a;
    const Register result = p.cast(p.push(op, type, a, b), type);
    const std::string name = type_name(type);
    return "struct Body {\n    using T = " + name +
           ";\n    LS_DEVICE T change(const T r0, [[maybe_unused]] const char* value) {\n" +
           (binary ? "        const T r1 = *reinterpret_cast<const T*>(value);\n" : "") + statements(p) +
           "        return r" + number(result) + ";\n    }\n};\n";
}

}  // namespace

KernelSource gather_source(int unit, int indices, SpaceVariant space) {
    return kernel("gather", device::kIndexThreads, index_arguments("GatherArguments", indices, space),
                  std::string("gather<") + unit_name(unit) + ">");
}

KernelSource places_source(int indices, SpaceVariant space) {
    return kernel("scatter", device::kIndexThreads, index_arguments("PlacesArguments", indices, space),
                  "places");
}

KernelSource claim_source(bool hashed, bool wide) {
    return kernel("scatter", device::kIndexThreads, "ClaimArguments",
                  std::string("claim<") + count_name(wide) + ", " + word(hashed) + ">");
}

KernelSource scatter_source(int unit, bool hashed, bool wide, SpaceVariant space) {
    return kernel(
        "scatter", device::kIndexThreads, space_arguments("ScatterArguments", space),
        std::string("scatter<") + unit_name(unit) + ", " + count_name(wide) + ", " + word(hashed) + ">");
}

KernelSource fold_source(Op op, DType type, bool ordered, bool wide, SpaceVariant space) {
    const std::string call =
        ordered ? std::string("fold_runs<Body, ") + count_name(wide) + ">" : "fold_in_any_order<Body>";
    return kernel("scatter", device::kIndexThreads, space_arguments("ScatterArguments", space), call,
                  fold_body(op, type));
}

KernelSource count_source(SpaceVariant space) {
    return kernel("select", device::kIndexThreads, space_arguments("SelectArguments", space),
                  "count_selected");
}

KernelSource scan_tiles_source() {
    return kernel("select", device::kScanThreads, "ScanTilesArguments", "scan_tiles");
}

KernelSource select_source(SelectKind kind, int unit, SpaceVariant space) {
    const std::string call = kind == SelectKind::positions ? "positions"
                                                           : std::string("select<") + unit_name(unit) + ", " +
                                                                 word(kind == SelectKind::pack) + ">";
    return kernel("select", device::kIndexThreads, space_arguments("SelectArguments", space), call);
}

KernelSource search_source(DType type) {
    return kernel("search", device::kIndexThreads, "SearchArguments",
                  std::string("search<") + type_name(type) + ">");
}

std::vector<KernelSource> standard_index_sources() {
    constexpr SpaceVariant common{false, false};
    std::vector<KernelSource> all;
    for (const int unit : {1, 2, 4, 8, 16}) {
        for (const int indices : {1, 2}) all.push_back(gather_source(unit, indices, common));
        for (const bool hashed : {false, true}) all.push_back(scatter_source(unit, hashed, false, common));
        for (const SelectKind kind : {SelectKind::pack, SelectKind::unpack})
            all.push_back(select_source(kind, unit, common));
    }
    for (const int indices : {1, 2}) all.push_back(places_source(indices, common));
    for (const bool hashed : {false, true}) all.push_back(claim_source(hashed, false));
    all.push_back(select_source(SelectKind::positions, 8, common));
    all.push_back(count_source(common));
    all.push_back(scan_tiles_source());
    for (const DType type : {types::int32_, types::int64_, types::float32_, types::float64_})
        all.push_back(fold_source(Op::add, type, type.is_inexact(), false, common));
    return all;
}

}  // namespace lockstep::cuda
