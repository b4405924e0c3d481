// The CPU's reduction passes for sums, products, extrema and truth.
// Must not know layouts or threads.
#include "host/loops/fold_loops.h"

namespace lockstep::host::LS_ISA {

void fill_fold(LoopTable& table) {
#define LS_DTYPE(number, name, character, kind, bytes, type)                                     \
    table.fold[static_cast<int>(Monoid::add)][number] = fold_of<Monoid::add, type>();            \
    table.fold[static_cast<int>(Monoid::multiply)][number] = fold_of<Monoid::multiply, type>();  \
    table.fold[static_cast<int>(Monoid::maximum)][number] = fold_of<Monoid::maximum, type>();    \
    table.fold[static_cast<int>(Monoid::minimum)][number] = fold_of<Monoid::minimum, type>();
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
    constexpr int truth = static_cast<int>(TypeNumber::bool_);
    table.fold[static_cast<int>(Monoid::logical_and)][truth] = fold_of<Monoid::logical_and, bool>();
    table.fold[static_cast<int>(Monoid::logical_or)][truth] = fold_of<Monoid::logical_or, bool>();
}

}  // namespace lockstep::host::LS_ISA
