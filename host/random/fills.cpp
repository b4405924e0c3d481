// Chooses the copy of the random loops that suits this processor.
// Must not know what the loops compute.
#include "host/random/fills.h"

#include "host/instruction_set.h"

#define LS_FILLS(set)                     \
    namespace set {                       \
    void fill_words(FillTable&);          \
    void fill_continuous(FillTable&);     \
    void fill_gamma(FillTable&);          \
    void fill_counting(FillTable&);       \
    void fill_integers(FillTable&);       \
    void fill_legacy(FillTable&);         \
    void fill_rows(FillTable&);           \
    static FillTable fill() {             \
        FillTable table{};                \
        fill_words(table);                \
        fill_continuous(table);           \
        fill_gamma(table);                \
        fill_counting(table);             \
        fill_integers(table);             \
        fill_legacy(table);               \
        fill_rows(table);                 \
        return table;                     \
    }                                     \
    }

namespace lockstep::host::random {

#if defined(__x86_64__)
LS_FILLS(v2)
LS_FILLS(v3)
LS_FILLS(v4)
#else
LS_FILLS(plain)
#endif

const FillTable& fills() {
    static const FillTable table = [] {
#if defined(__x86_64__)
        switch (instruction_set()) {
            case InstructionSet::v4: return v4::fill();
            case InstructionSet::v3: return v3::fill();
            default: return v2::fill();
        }
#else
        return plain::fill();
#endif
    }();
    return table;
}

}  // namespace lockstep::host::random
