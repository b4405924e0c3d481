// Programs: what the builder makes and what verify() refuses, one malformation at a time.
// Must not know backends.
#include "runtime/exec/program.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "runtime/array/error.h"

namespace lockstep {
namespace {

// a * b + a over float64
Program sound() {
    Program p;
    const Register a = p.input(types::float64_), b = p.input(types::float64_);
    const Register product = p.push(Op::multiply, types::float64_, a, b);
    p.result(p.push(Op::add, types::float64_, product, a));
    return p;
}

// Empty where verify() accepts; its text where it refuses.
std::string complaint(const Program& p) {
    try {
        verify(p);
        return "";
    } catch (const Error& e) {
        EXPECT_EQ(e.status(), Status::internal_error);
        return e.what();
    }
}

TEST(CoreProgram, EveryLoopOfEveryRowMakesASoundProgram) {
    for (int n = 0; n < kOps; ++n) {
        const OpRow& row = kOpRows.row[n];
        ASSERT_NE(row.name, nullptr) << "a gap in the numbers: " << n;
        for (const char* c = row.loops; *c; ++c) {
            if (*c == '!') continue;
            const DType loop = DType::from_character(*c);
            ASSERT_TRUE(loop.valid()) << row.name << " " << *c;
            Program p;
            Register in[3] = {};
            for (int j = 0; j < row.inputs; ++j)
                in[j] = p.input(row.rule == Rule::select && j == 0 ? types::bool_ : loop);
            p.result(p.push(static_cast<Op>(n), loop, in[0], in[1], in[2]));
            EXPECT_EQ(complaint(p), "") << row.name << " of " << loop.name();
            EXPECT_TRUE(p.type(p.output[0]).valid());
        }
    }
}

TEST(CoreProgram, TypesOfResults) {
    Program p;
    const Register z = p.input(types::complex64_);
    EXPECT_EQ(p.type(p.push(Op::absolute, types::complex64_, z)), types::float32_);
    EXPECT_EQ(p.type(p.push(Op::less, types::complex64_, z, z)), types::bool_);
    EXPECT_EQ(p.cast(z, types::complex64_), z) << "a cast to the same type is no instruction";
    EXPECT_EQ(p.type(p.cast(z, types::int16_)), types::int16_);
    EXPECT_EQ(monoid_type(Monoid::argmin, types::float16_), types::int64_);
    EXPECT_EQ(monoid_type(Monoid::maximum, types::float16_), types::float16_);
}

TEST(CoreProgram, VerifyRefusesEachMalformation) {
    ASSERT_EQ(complaint(sound()), "");
    const std::pair<const char*, std::function<void(Program&)>> cases[] = {
        {"an input without a type", [](Program& p) { p.input_type[1] = DType(); }},
        {"an input of a reserved type", [](Program& p) { p.input_type[0] = DType(TypeNumber::str_); }},
        {"an unknown operation", [](Program& p) { p.code[0].op = static_cast<Op>(kOps); }},
        {"an instruction without a type", [](Program& p) { p.code[1].loop = DType(); }},
        {"an unknown type", [](Program& p) { p.code[1].loop = DType(uint64_t{30}); }},
        {"an operation without that loop",
         [](Program& p) { p.code[0].op = Op::isnan, p.code[0].loop = types::int32_; }},
        {"a register read before it is set", [](Program& p) { p.code[0].in[1] = 2; }},
        {"a register read by itself", [](Program& p) { p.code[1].in[0] = 3; }},
        {"a register that is never set", [](Program& p) { p.code[1].in[1] = 200; }},
        {"an operand of another type", [](Program& p) { p.input_type[1] = types::float32_; }},
        {"a loop of another type than its operands", [](Program& p) { p.code[1].loop = types::int64_; }},
        {"an output that is not set", [](Program& p) { p.output[0] = 4; }},
        {"an output that is an input", [](Program& p) { p.output[0] = 1; }},
        {"an output given twice", [](Program& p) { p.result(p.output[0]); }},
        {"no output", [](Program& p) { p.outputs = 0; }},
        {"outputs and a monoid", [](Program& p) { p.reduce(Monoid::add, 3); }},
        {"an unknown monoid", [](Program& p) { p.outputs = 0, p.reduce(static_cast<Monoid>(kMonoids), 3); }},
        {"a monoid over nothing", [](Program& p) { p.outputs = 0, p.reduce(Monoid::add, 4); }},
        {"a truth over numbers", [](Program& p) { p.outputs = 0, p.reduce(Monoid::logical_or, 3); }},
        {"a map without instructions", [](Program& p) { p.length = 0, p.output[0] = 0; }},
        {"too many inputs", [](Program& p) { p.inputs = Program::kMaxInputs + 1; }},
        {"too many instructions", [](Program& p) { p.length = Program::kMaxCode + 1; }},
        {"too many outputs", [](Program& p) { p.outputs = Program::kMaxOutputs + 1; }},
        {"a negative count", [](Program& p) { p.length = -1; }},
    };
    for (const auto& [what, spoil] : cases) {
        Program p = sound();
        spoil(p);
        EXPECT_NE(complaint(p), "") << what;
    }
    Program empty;
    EXPECT_NE(complaint(empty), "");
}

TEST(CoreProgram, SelectWantsABooleanFirst) {
    Program p;
    const Register x = p.input(types::int32_), mask = p.input(types::bool_);
    p.result(p.push(Op::select, types::int32_, mask, x, x));
    EXPECT_EQ(complaint(p), "");
    p.code[0].in[0] = x;
    EXPECT_NE(complaint(p), "");
}

TEST(CoreProgram, AReductionNeedsNoInstruction) {
    Program p;
    p.reduce(Monoid::add, p.input(types::float16_));
    EXPECT_EQ(complaint(p), "");
}

TEST(CoreProgram, TheBuilderStopsAtItsLimits) {
    Program p;
    for (int i = 0; i < Program::kMaxInputs; ++i) p.input(types::int8_);
    EXPECT_THROW(p.input(types::int8_), Error);
    Register r = 0;
    for (int i = 0; i < Program::kMaxCode; ++i) r = p.push(Op::add, types::int8_, r, 1);
    EXPECT_THROW(p.push(Op::add, types::int8_, 0, 0), Error);
    for (int i = 0; i < Program::kMaxOutputs; ++i) p.result(static_cast<Register>(r - i));
    EXPECT_THROW(p.result(0), Error);
    EXPECT_EQ(complaint(p), "");
    Program late;
    late.push(Op::copy, types::int8_, late.input(types::int8_));
    EXPECT_THROW(late.input(types::int8_), Error) << "registers of instructions would be renumbered";
}

}  // namespace
}  // namespace lockstep
