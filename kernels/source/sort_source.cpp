// Writes the kernels around a sort: a call of a template each.
// Must not know tasks or launches.
#include "kernels/source/sort_source.h"

#include <string>

#include "kernels/device/sort_arguments.h"
#include "kernels/source/index_source.h"
#include "kernels/source/program_text.h"

namespace lockstep::cuda {
namespace {

KernelSource kernel(const char* header, int threads, const std::string& arguments, const std::string& call) {
    return {std::string("#include \"kernels/device/") + header + ".h\"\n",
            "namespace $_ {\nusing namespace lockstep;\nusing namespace lockstep::device;\nLS_DEVICE void "
            "run(const " +
                arguments + "& arguments) { " + call + "(arguments); }\n}\nLS_KERNEL($, " +
                std::to_string(threads) + ", lockstep::device::" + arguments + ") { $_::run(arguments); }\n"};
}

std::string bits_name(int bytes) { return "uint" + std::to_string(8 * bytes) + "_t"; }

const char* kind_name(SortKey kind) {
    switch (kind) {
        case SortKey::values:
            return "KeyKind::values";
        case SortKey::order:
            return "KeyKind::order";
        case SortKey::major:
            return "KeyKind::major";
        case SortKey::minor:
            return "KeyKind::minor";
        default:
            return "KeyKind::row";
    }
}

}  // namespace

KernelSource keys_source(DType type, SortKey kind, int key_bytes, int number) {
    const char* const name = kind == SortKey::row ? "uint8_t" : type_name(type);
    return kernel("sort_keys", device::kIndexThreads, "KeysArguments",
                  std::string("write_keys<") + name + ", " + kind_name(kind) + ", " + bits_name(key_bytes) +
                      ", " + bits_name(number) + ">");
}

KernelSource values_source(DType type, int key_bytes) {
    return kernel("sort_keys", device::kIndexThreads, "ValuesArguments",
                  std::string("write_values<") + type_name(type) + ", " + bits_name(key_bytes) + ">");
}

KernelSource numbers_source(int number) {
    return kernel("sort_keys", device::kIndexThreads, "NumbersArguments",
                  "write_numbers<" + bits_name(number) + ">");
}

KernelSource take_source(DType type, int number) {
    const std::string unit =
        type.is_complex() ? type_name(type) : bits_name(static_cast<int>(type.itemsize()));
    return kernel("sort_keys", device::kIndexThreads, "TakeArguments",
                  "take<" + unit + ", " + bits_name(number) + ">");
}

KernelSource rows_source(DType type, bool positions) {
    return kernel("sort_rows", device::kRowThreads, "RowsArguments",
                  std::string("sort_rows<") + type_name(type) + ", " + (positions ? "true" : "false") + ">");
}

std::vector<KernelSource> standard_sort_sources(DType type) {
    const int key = static_cast<int>(type.itemsize());
    std::vector<KernelSource> all{rows_source(type, true), take_source(type, 4), numbers_source(4),
                                  search_source(type)};
    if (type.is_complex()) {
        for (const SortKey kind : {SortKey::minor, SortKey::major})
            all.push_back(keys_source(type, kind, key / 2, 4));
        return all;
    }
    all.push_back(rows_source(type, false));
    all.push_back(keys_source(type, SortKey::values, key, 4));
    all.push_back(keys_source(type, SortKey::order, key, 4));
    all.push_back(values_source(type, key));
    return all;
}

}  // namespace lockstep::cuda
