// Which loop of an operation serves given inputs.
// Must not know layouts or backends.
#include <cstring>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/ufunc.h"

namespace lockstep {
namespace {

// loop_for[op][common type]: found once for all pairs; 0 where NumPy raises TypeError.
struct LoopTable {
    uint8_t loop[kOps][kTypeNumbers] = {};
    LoopTable() {
        for (int op = 1; op < kOps; ++op)
            for (int t = 1; t < kTypeNumbers; ++t) {
                const DType type{static_cast<uint64_t>(t)};
                if (type.valid()) loop[op][t] = static_cast<uint8_t>(find(kOpRows.row[op], type).code);
            }
    }
    static DType find(const OpRow& row, DType common) {
        if (common.is_bool() && row.refuses_bool()) return {};
        if (row.rule == Rule::division && !common.is_inexact()) return types::float64_;
        for (const char* c = row.loops; *c; ++c) {
            const DType loop = DType::from_character(*c);
            if (loop.valid() && (loop != types::bfloat16_ || common == types::bfloat16_) &&
                can_cast(common, loop, Casting::safe))
                return loop;
        }
        return {};
    }
};

}  // namespace

DType resolve_loop(Op op, std::span<const Array* const> inputs) {
    static const LoopTable table;
    const DType common = result_type(inputs);
    const DType loop{static_cast<uint64_t>(table.loop[static_cast<int>(op)][common.number() % kTypeNumbers])};
    if (!loop) {
        const char* name = row_of(op).name;
        const char* type = common ? common.name() : "these inputs";
        if (op == Op::subtract)
            fail(Status::type_error, "boolean subtract is not supported: use logical_xor or not_equal instead");
        if (op == Op::negative)
            fail(Status::type_error, "boolean negative is not supported: use logical_not instead");
        fail(Status::type_error, "%s has no loop for %s", name, type);
    }
    return loop;
}

}  // namespace lockstep
