// The CPU's reduction passes: every monoid over every type that its operation has a loop for.
// Must not know layouts or threads.
#include "host/loops/fold_loops.h"
#include "runtime/exec/program.h"

namespace lockstep::host::LS_ISA {
namespace {

// Truth is folded over booleans; extrema that pass NaN over are the plain ones where there is no NaN.
template <Monoid m, class T>
constexpr bool has_fold() {
    constexpr DType type = dtype_of<T>;
    if (m == Monoid::none || is_arg(m)) return false;
    if (is_logical(m)) return type.is_bool();
    if (m == Monoid::fmax || m == Monoid::fmin) return type.is_inexact();
    return m == Monoid::add || m == Monoid::multiply || row_of(operation_of(m)).has_loop(type);
}

template <int number>
void fill_monoid(LoopTable& table) {
    constexpr Monoid m = static_cast<Monoid>(number);
#define LS_DTYPE(type_number, name, character, kind, bytes, type) \
    if constexpr (has_fold<m, type>()) table.fold[number][type_number] = fold_of<m, type>();
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
    if constexpr (number > 0) fill_monoid<number - 1>(table);
}

}  // namespace

void fill_fold(LoopTable& table) { fill_monoid<kMonoids - 1>(table); }

}  // namespace lockstep::host::LS_ISA
