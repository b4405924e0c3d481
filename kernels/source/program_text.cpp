// Writes a Program's instructions as device code.
// Must not know layouts, nor which operations there are.
#include "kernels/source/program_text.h"

#include "runtime/array/error.h"

namespace lockstep::cuda {

const char* type_name(DType type) {
    switch (type.type()) {
#define LS_DTYPE(number, name, character, kind, bytes, ctype) \
    case TypeNumber::name##_: return #ctype;
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
        default: fail(Status::internal_error, "cuda: elements of %s have no type on the device", type.name());
    }
}

namespace {
std::string name(int r) { return "r" + std::to_string(r); }
}  // namespace

std::string statements(const Program& p) {
    std::string text;
    for (int k = 0; k < p.length; ++k) {
        const Instruction& i = p.code[k];
        const int r = p.inputs + k;
        text += "        const " + std::string(type_name(p.type(static_cast<Register>(r)))) + " " + name(r) + " = ";
        if (i.op == Op::cast) {
            text += "scalar::cast<" + std::string(type_name(i.loop)) + ">(" + name(i.in[0]) + ");\n";
            continue;
        }
        text += "compute<Op(" + std::to_string(static_cast<int>(i.op)) + ")>(";
        for (int j = 0; j < row_of(i.op).inputs; ++j) text += (j ? ", " : "") + name(i.in[j]);
        text += ");\n";
    }
    return text;
}

void append_signature(const Program& p, std::string& to) {
    const auto byte = [&](auto x) { to.push_back(static_cast<char>(x)); };
    byte(p.inputs);
    byte(p.length);
    byte(p.outputs);
    byte(p.monoid);
    byte(p.reduced);
    for (int j = 0; j < p.inputs; ++j) byte(p.input_type[j].number());
    for (int k = 0; k < p.length; ++k) {
        const Instruction& i = p.code[k];
        byte(i.op);
        byte(i.loop.number());
        for (int j = 0; j < 3; ++j) byte(i.in[j]);
    }
    for (int j = 0; j < p.outputs; ++j) byte(p.output[j]);
}

}  // namespace lockstep::cuda
