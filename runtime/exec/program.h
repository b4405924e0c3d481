// A Program: a short list of table operations in SSA form over broadcast operands, optionally ending in a reduction.
// Must not know layouts, devices or how an operation is computed.
#pragma once

#include <cstdint>

#include "runtime/array/dtype.h"
#include "runtime/scalar/operation.h"

namespace lockstep {

enum class Rule : uint8_t { same, boolean, real, select, division };
enum class Identity : uint8_t { none, zero, one, minus_one, no, yes };
enum class Family : uint8_t { arithmetic, division, power, exponential, trigonometric, comparison };

struct OpRow {
    const char* name = nullptr;
    int inputs = 0;
    const char* loops = "";
    Rule rule = Rule::same;
    Identity identity = Identity::none;
    Family family = Family::arithmetic;
    bool rare = false;
    double ulp = 0;
    bool ufunc = false;  // has a public function of its own
    const char* range = "";
    const char* doc = "";
    constexpr bool refuses_bool() const { return loops[0] == '!'; }
    constexpr bool has_loop(DType t) const {
        for (const char* c = loops; *c; ++c)
            if (*c == t.character()) return true;
        return false;
    }
};

inline constexpr int kOps = 44;  // rows of ops.def and the cast
inline constexpr struct OpRows {
    OpRow row[kOps];
    constexpr OpRows() : row{} {
        row[0] = {"cast", 1, "?bBhHiIlLeEfdFD"};
#define LS_ROW(number, name, inputs, loops, rule, identity, family, rare, ulp, range, doc, ufunc)            \
    row[number] = {#name, inputs,    loops, Rule::rule, Identity::identity, Family::family, rare != 0, ulp, \
                   ufunc, #range, doc};
#define LS_UFUNC(...) LS_ROW(__VA_ARGS__, true)
#define LS_PRIMITIVE_OP(...) LS_ROW(__VA_ARGS__, false)
#include "runtime/tables/ops.def"
#undef LS_UFUNC
#undef LS_PRIMITIVE_OP
#undef LS_ROW
    }
} kOpRows;
static_assert(kOpRows.row[kOps - 1].name != nullptr, "kOps must count the rows of ops.def");

constexpr const OpRow& row_of(Op op) { return kOpRows.row[static_cast<int>(op)]; }

// Element type of an operation's result when its loop is `loop`.
constexpr DType result_of(Op op, DType loop) {
    switch (row_of(op).rule) {
        case Rule::boolean: return types::bool_;
        case Rule::real: return real_type(loop);
        default: return loop;
    }
}

using Register = uint8_t;

struct Instruction {
    Op op;
    DType loop;  // the inputs' type (of inputs 2 and 3 for select); for a cast the type it casts to
    Register in[3];
};

// Registers are numbered: the inputs first, then one per instruction.
struct Program {
    static constexpr int kMaxInputs = 6, kMaxCode = 16, kMaxOutputs = 3;

    int inputs = 0, length = 0, outputs = 0;
    DType input_type[kMaxInputs];
    Instruction code[kMaxCode];
    Register output[kMaxOutputs];  // none when a monoid ends the program: then the last register feeds it
    Monoid monoid = Monoid::none;
    Register reduced = 0;  // the register that feeds the monoid

    // These throw internal_error past the limits above.
    Register input(DType type) {
        if (inputs == kMaxInputs || length) overflow("inputs");
        input_type[inputs] = type;
        return static_cast<Register>(inputs++);
    }
    Register push(Op op, DType loop, Register a, Register b = 0, Register c = 0) {
        if (length == kMaxCode) overflow("instructions");
        code[length] = {op, loop, {a, b, c}};
        return static_cast<Register>(inputs + length++);
    }
    // r itself when it already has the type
    Register cast(Register r, DType to) { return type(r) == to ? r : push(Op::cast, to, r); }
    void result(Register r);
    void reduce(Monoid m, Register r) {
        monoid = m;
        reduced = r;
    }
    DType type(Register r) const {
        if (r < inputs) return input_type[r];
        const Instruction& i = code[r - inputs];
        return result_of(i.op, i.loop);
    }

  private:
    [[noreturn]] static void overflow(const char* what);
};

// Element type of a monoid's result over elements of type t.
constexpr DType monoid_type(Monoid m, DType t) {
    return is_arg(m) ? types::int64_ : t;
}

// Checks that the program is well formed: registers defined before use, loops that exist, types that agree, and either
// a monoid or outputs, each the result of an instruction of its own.
// Throws internal_error with the instruction's number.
void verify(const Program& program);

}  // namespace lockstep
