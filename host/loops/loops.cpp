// Chooses the copy of the loops that suits this processor.
// Must not know what the loops compute.
#include "host/loops/loops.h"

#include "host/instruction_set.h"
#include "host/loops/sets.h"

#define LS_FILLS(set)                        \
    namespace set {                          \
    void fill_arithmetic(LoopTable&);        \
    void fill_division(LoopTable&);          \
    void fill_power(LoopTable&);             \
    void fill_exponential(LoopTable&);       \
    void fill_trigonometric(LoopTable&);     \
    void fill_comparison(LoopTable&);        \
    void fill_cast(LoopTable&);              \
    void fill_fold(LoopTable&);              \
    void fill_arg_fold(LoopTable&);          \
    void fill_indexing(LoopTable&);          \
    void fill_moving(LoopTable&);            \
    void fill(LoopTable& table) {            \
        fill_arithmetic(table);              \
        fill_division(table);                \
        fill_power(table);                   \
        fill_exponential(table);             \
        fill_trigonometric(table);           \
        fill_comparison(table);              \
        fill_cast(table);                    \
        fill_fold(table);                    \
        fill_arg_fold(table);                \
        fill_indexing(table);                \
        fill_moving(table);                  \
    }                                        \
    }

namespace lockstep::host {

#if defined(__x86_64__)
LS_FILLS(v2)
LS_FILLS(v3)
LS_FILLS(v4)
#else
LS_FILLS(plain)
#endif

const LoopTable& loops() {
    static const LoopTable* const table = [] {
        auto* t = new LoopTable;  // lives as long as the process: arrays may be freed by other libraries' exit code
#if defined(__x86_64__)
        switch (instruction_set()) {
            case InstructionSet::v4: v4::fill(*t); break;
            case InstructionSet::v3: v3::fill(*t); break;
            default: v2::fill(*t);
        }
#else
        plain::fill(*t);
#endif
        return t;
    }();
    return *table;
}

}  // namespace lockstep::host
