// The loops that fold into places, for rows of ops.def whose operation takes no longer than finding the place.
// Must not know which operations these are: the rows say it.
#include "host/fold_places.h"

#include <cstring>

#include "runtime/scalar/apply.h"

namespace lockstep::host {
namespace {

template <Op op, class T>
void fold(const Stretch& s) {
    const auto [array, offset, values, stride, count] = s;  // a store through char* would have the members read again
    for (int64_t i = 0; i < count; ++i) {
        T a, b;
        std::memcpy(&a, array + offset[i], sizeof a);
        std::memcpy(&b, values + i * stride, sizeof b);
        a = scalar::apply<op>(a, b);
        std::memcpy(array + offset[i], &a, sizeof a);
    }
}

constexpr bool cheap(const OpRow& row) {
    return row.inputs == 2 && row.rule == Rule::same && !row.rare &&
           (row.family == Family::arithmetic || row.family == Family::comparison);
}

template <Op op>
FoldLoop of_type(DType type) {
    constexpr OpRow row = kOpRows.row[static_cast<int>(op)];
    if constexpr (cheap(row)) {
        switch (type.type()) {
#define LS_DTYPE(number, name, character, kind, bytes, ctype) \
    case TypeNumber::name##_:                                 \
        if constexpr (row.has_loop(types::name##_)) return fold<op, ctype>; \
        break;
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
            default: break;
        }
    }
    return nullptr;
}

}  // namespace

FoldLoop fold_loop(Op op, DType type) {
    switch (op) {
#define LS_UFUNC(number, name, ...) \
    case Op::name: return of_type<Op::name>(type);
#define LS_PRIMITIVE_OP LS_UFUNC
#include "runtime/tables/ops.def"
#undef LS_UFUNC
#undef LS_PRIMITIVE_OP
        default: return nullptr;
    }
}

}  // namespace lockstep::host
