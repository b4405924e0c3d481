// Chooses a map kernel's widths and writes its body.
// Must not know arrays, streams or launches.
#include "kernels/source/map_source.h"

#include <algorithm>

#include "kernels/source/program_text.h"

namespace lockstep::cuda {
namespace {

// Operations whose code is long: one copy of it, in a loop, keeps kernels small and quick to compile.
bool is_long(const Program& p) {
    for (int k = 0; k < p.length; ++k) {
        const OpRow& row = row_of(p.code[k].op);
        switch (row.family) {
            case Family::division:
            case Family::power:
            case Family::exponential:
            case Family::trigonometric:
                return true;
            default:
                if (row.ulp > 0 && p.code[k].loop.is_complex()) return true;
        }
    }
    return p.length > 4;
}

bool has_complex(const Program& p) {
    return std::any_of(p.code, p.code + p.length, [](const Instruction& i) { return i.loop.is_complex(); });
}

bool is_held(MapAccess a) { return a == MapAccess::moves || a == MapAccess::turned; }

// Copies and selections do not look at what they move: one kernel serves all types of a size.
bool only_moves(const Program& p) {
    return p.length == 1 && (p.code[0].op == Op::copy || p.code[0].op == Op::select);
}

DType bits_of(DType t) {
    switch (t.itemsize()) {
        case 1:
            return types::uint8_;
        case 2:
            return types::uint16_;
        case 4:
            return types::uint32_;
        case 8:
            return types::uint64_;
        default:
            return t;
    }
}

Program as_bits(Program p) {
    const bool selects = p.code[0].op == Op::select;
    for (int i = 0; i < p.inputs; ++i)
        if (!selects || i != p.code[0].in[0]) p.input_type[i] = bits_of(p.input_type[i]);
    p.code[0].loop = bits_of(p.code[0].loop);
    return p;
}

// Bytes that an element of every moving input takes.
int input_bytes(const Program& p, const MapVariant& v) {
    int64_t bytes = 0;
    for (int i = 0; i < p.inputs; ++i)
        if (is_held(v.access[i])) bytes += p.input_type[i].itemsize();
    return static_cast<int>(bytes);
}

const char* access_name(MapAccess a) {
    switch (a) {
        case MapAccess::splat:
            return "splat";
        case MapAccess::fixed:
            return "fixed";
        case MapAccess::turned:
            return "turned";
        default:
            return "moves";
    }
}

std::string body_types(const Program& p, const MapVariant& v) {
    std::string inputs, outputs;
    for (int i = 0; i < p.inputs; ++i)
        inputs += std::string(i ? ", " : "") + "Input<" + type_name(p.input_type[i]) +
                  ", Access::" + access_name(v.access[i]) + ">";
    for (int o = 0; o < p.outputs; ++o)
        outputs += std::string(o ? ", " : "") + type_name(p.type(p.output[o]));
    return "    using Inputs = Row<" + inputs + ">;\n    using Outputs = Row<" + outputs + ">;\n";
}

std::string body_run(const Program& p) {
    std::string parameters, results;
    for (int i = 0; i < p.inputs; ++i)
        parameters += "const " + std::string(type_name(p.input_type[i])) + " r" + std::to_string(i) + ", ";
    for (int o = 0; o < p.outputs; ++o) {
        const std::string to = "y" + std::to_string(o);
        parameters += (o ? ", " : "") + std::string(type_name(p.type(p.output[o]))) + "& " + to;
        results += "        " + to + " = r" + std::to_string(p.output[o]) + ";\n";
    }
    return "    LS_DEVICE void run(" + parameters + ") {\n" + statements(p) + results + "    }\n";
}

std::string entry(const MapVariant& v) {
    const std::string dims = std::to_string(v.dims);
    switch (v.kind) {
        case MapKind::flat:
            return "LS_KERNEL($, 256, lockstep::device::FlatArguments) { "
                   "lockstep::device::flat<$_::Body>(arguments); }\n";
        case MapKind::strided:
            return "LS_KERNEL($, 256, lockstep::device::StridedArguments<" + dims +
                   ">) { lockstep::device::strided<$_::Body>(arguments); }\n";
        default:
            return "LS_KERNEL($, 256, lockstep::device::StridedArguments<" + dims +
                   ">) { lockstep::device::tile<$_::Body>(arguments); }\n";
    }
}

const char* header(MapKind kind) {
    switch (kind) {
        case MapKind::flat:
            return "#include \"kernels/device/map_flat.h\"\n";
        case MapKind::strided:
            return "#include \"kernels/device/map_strided.h\"\n";
        default:
            return "#include \"kernels/device/map_tile.h\"\n";
    }
}

}  // namespace

int vector_width(const Program& p, const MapVariant& v) {
    if (!v.vector) return 1;
    int64_t widest = 1;
    for (int i = 0; i < p.inputs; ++i)
        if (is_held(v.access[i])) widest = std::max(widest, p.input_type[i].itemsize());
    for (int o = 0; o < p.outputs; ++o) widest = std::max(widest, p.type(p.output[o]).itemsize());
    return static_cast<int>(16 / widest);
}

// Vectors: 64 bytes of loads in flight per thread. Elements: 32 bytes, for each of them also holds offsets of
// 8 bytes in every operand. At most 8 of them, and 4 accesses of 16 bytes, which is what registers allow at
// full occupancy; long programs need the registers themselves, and have more to do per element.
int unroll_width(const Program& p, const MapVariant& v) {
    const int vector = vector_width(p, v), bytes = std::max(input_bytes(p, v) * vector, 1);
    const int most = is_long(p) ? std::max(8 / vector, 1) : 4;
    if (vector > 1 || v.kind == MapKind::flat)
        return std::clamp(64 / bytes, 1, std::min(most, input_bytes(p, v) ? 4 : 2));
    return std::clamp(32 / bytes, 1, 8);
}

int turned_itemsize(const Program& p, const MapVariant& v) {
    int64_t widest = 1;
    for (int i = 0; i < p.inputs; ++i)
        if (v.access[i] == MapAccess::turned) widest = std::max(widest, p.input_type[i].itemsize());
    return static_cast<int>(widest);
}

void append_map_signature(const Program& p, const MapVariant& v, std::string& to) {
    if (only_moves(p) && v.aligned)
        append_signature(as_bits(p), to);
    else
        append_signature(p, to);
    to.push_back(static_cast<char>(v.kind));
    to.push_back(static_cast<char>(v.dims));
    to.push_back(static_cast<char>(v.vector | v.aligned << 1));
    for (int i = 0; i < p.inputs; ++i) to.push_back(static_cast<char>(v.access[i]));
}

KernelSource map_source(const Program& program, const MapVariant& v) {
    const Program p = only_moves(program) && v.aligned ? as_bits(program) : program;
    const bool rolled = is_long(p);
    const auto constant = [](const char* name, int value) {
        return "    static constexpr int " + std::string(name) + " = " + std::to_string(value) + ";\n";
    };
    KernelSource source;
    source.prologue = std::string(header(v.kind)) + "#include \"kernels/device/compute.h\"\n";
    source.body =
        "namespace $_ {\nusing namespace lockstep;\nusing namespace lockstep::device;\nstruct Body {\n" +
        body_types(p, v) + constant("vector", vector_width(p, v)) + constant("unroll", unroll_width(p, v)) +
        constant("chunk", !rolled          ? 16
                          : has_complex(p) ? 1
                                           : 2) +
        "    static constexpr bool rolled = " + (rolled ? "true" : "false") +
        ", aligned = " + (v.aligned ? "true" : "false") + ";\n" + body_run(p) + "};\n}\n" + entry(v);
    return source;
}

std::vector<MapVariant> standard_map_variants(const Program& p) {
    using enum MapAccess;
    std::vector<MapVariant> all;
    const auto add = [&](MapKind kind, int dims, bool vector, std::initializer_list<MapAccess> access) {
        MapVariant v{kind, static_cast<uint8_t>(dims), vector, true, {}};
        std::copy(access.begin(), access.end(), v.access);
        if (kind == MapKind::flat || vector_width(p, v) > 1 || !vector) all.push_back(v);
    };
    const bool copies = p.code[0].op == Op::copy && p.length == 1;
    add(MapKind::flat, 1, true, {});
    if (copies) add(MapKind::flat, 1, true, {fixed});  // full, ones, zeros
    if (p.inputs == 2) {
        add(MapKind::flat, 1, true, {moves, fixed});
        add(MapKind::flat, 1, true, {fixed, moves});
    }
    if (p.inputs == 3) {  // clip and where
        add(MapKind::flat, 1, true, {moves, fixed, fixed});
        add(MapKind::flat, 1, true, {moves, moves, fixed});
        add(MapKind::flat, 1, true, {moves, fixed, moves});
    }
    const bool uniform = std::all_of(p.input_type, p.input_type + p.inputs, [](DType t) {
        return t == types::float32_ || t == types::float64_ || t == types::int64_;
    });
    if (!copies && (!uniform || p.length > 1)) return all;
    add(MapKind::strided, 2, true, {});  // rows of a wider array, rows repeated
    add(MapKind::strided, 1, false, {});
    add(MapKind::strided, 2, false, {});
    if (p.inputs == 2) add(MapKind::strided, 2, true, {moves, splat});  // a + column
    if (!copies) return all;
    add(MapKind::strided, 2, true, {splat});  // columns repeated
    add(MapKind::tile, 2, false, {turned});
    for (const int dims : {3, 4}) {
        add(MapKind::strided, dims, true, {});
        add(MapKind::strided, dims, false, {});
        add(MapKind::tile, dims, false, {turned});
    }
    return all;
}

std::vector<KernelSource> standard_map_sources(const Program& p) {
    std::vector<KernelSource> sources;
    for (const MapVariant& v : standard_map_variants(p)) sources.push_back(map_source(p, v));
    return sources;
}

}  // namespace lockstep::cuda
