// Building and checking programs.
// Must not know backends.
#include "runtime/exec/program.h"

#include "runtime/array/error.h"

namespace lockstep {

void Program::overflow(const char* what) {
    fail(Status::internal_error, "program: too many %s, or inputs after instructions", what);
}

void Program::result(Register r) {
    if (outputs == kMaxOutputs) fail(Status::internal_error, "program: more than %d outputs", kMaxOutputs);
    output[outputs++] = r;
}

namespace {
void verify_instruction(const Program& p, int k) {
    const Instruction& i = p.code[k];
    if (static_cast<int>(i.op) >= kOps || !row_of(i.op).name || !i.loop.valid())
        fail(Status::internal_error, "program: instruction %d has no such operation or type", k);
    const OpRow& row = row_of(i.op);
    if (!row.has_loop(i.loop))
        fail(Status::internal_error, "program: instruction %d: %s has no loop for %s", k, row.name, i.loop.name());
    for (int j = 0; j < row.inputs; ++j) {
        if (i.in[j] >= p.inputs + k)
            fail(Status::internal_error, "program: instruction %d reads register %d before it is set", k, i.in[j]);
        const bool mask = row.rule == Rule::select && j == 0;
        const DType expected = mask ? types::bool_ : i.loop;
        if (i.op != Op::cast && p.type(i.in[j]) != expected)
            fail(Status::internal_error, "program: instruction %d: %s expects %s, got %s", k, row.name,
                 expected.name(), p.type(i.in[j]).name());
    }
}
}  // namespace

void verify(const Program& p) {
    const auto within = [](int n, int most) { return n >= 0 && n <= most; };
    if (!within(p.inputs, Program::kMaxInputs) || !within(p.length, Program::kMaxCode) ||
        !within(p.outputs, Program::kMaxOutputs))
        fail(Status::internal_error, "program: %d inputs, %d instructions and %d outputs are too many", p.inputs, p.length,
             p.outputs);
    for (int j = 0; j < p.inputs; ++j)
        if (!p.input_type[j].valid()) fail(Status::internal_error, "program: input %d has no type", j);
    for (int k = 0; k < p.length; ++k) verify_instruction(p, k);
    const int registers = p.inputs + p.length;
    for (int j = 0; j < p.outputs; ++j) {  // backends let the last instruction write its output directly
        if (p.output[j] < p.inputs || p.output[j] >= registers)
            fail(Status::internal_error, "program: output %d is no instruction's result", j);
        for (int i = 0; i < j; ++i)
            if (p.output[j] == p.output[i]) fail(Status::internal_error, "program: output %d is given twice", j);
    }
    if (p.monoid > Monoid::argmin || (p.monoid == Monoid::none) == (p.outputs == 0))
        fail(Status::internal_error, "program: expected either outputs or a monoid");
    if (p.monoid != Monoid::none && p.reduced >= registers)
        fail(Status::internal_error, "program: the reduced register is not set");
    if (is_logical(p.monoid) && p.type(p.reduced) != types::bool_)
        fail(Status::internal_error, "program: a logical monoid expects bool, got %s", p.type(p.reduced).name());
}

}  // namespace lockstep
