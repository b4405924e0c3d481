// From an operation's number to its meaning: Apply<Op::name>::run(x...) is scalar::name(x...), halves computed in float.
// The only list is ops.def. Must not know loops.
#pragma once

#include "runtime/scalar/arithmetic.h"
#include "runtime/scalar/bitwise.h"
#include "runtime/scalar/compare.h"
#include "runtime/scalar/complex.h"
#include "runtime/scalar/division.h"
#include "runtime/scalar/exponential.h"
#include "runtime/scalar/operation.h"
#include "runtime/scalar/power.h"
#include "runtime/scalar/trigonometric.h"

namespace lockstep::scalar {

template <class T>
inline constexpr bool is_half = is_same<T, float16> || is_same<T, bfloat16>;

template <Op op>
struct Function;

// The second function of rows with rare inputs is theirs only where it takes and returns just these types.
#define LS_RARE_0(name)                                   \
    template <class T, class... U>                        \
    static constexpr bool has_rare = false;
#define LS_RARE_1(name)                                                                                     \
    template <class T, class... U>                                                                          \
    static constexpr bool has_rare = requires(T t, U... u) { requires is_same<decltype(name##_rare(t, u...)), T>; }; \
    template <class... T>                                                                                   \
    LS_SCALAR bool is_rare(T... x) {                                                                        \
        return name##_is_rare(x...);                                                                        \
    }                                                                                                       \
    template <class... T>                                                                                   \
    LS_SCALAR auto rare(T... x) {                                                                           \
        return name##_rare(x...);                                                                           \
    }
#define LS_UFUNC(number, name, inputs, loops, rule, identity, family, has_rare_lane, ...) \
    template <>                                                                           \
    struct Function<Op::name> {                                                           \
        template <class... T>                                                             \
        LS_SCALAR auto run(T... x) {                                                      \
            return scalar::name(x...);                                                    \
        }                                                                                 \
        LS_RARE_##has_rare_lane(scalar::name)                                             \
    };
#define LS_PRIMITIVE_OP LS_UFUNC
#include "runtime/tables/ops.def"
#undef LS_UFUNC
#undef LS_PRIMITIVE_OP
#undef LS_RARE_0
#undef LS_RARE_1

template <class Half>
LS_SCALAR Half round_to(float x) {
    if constexpr (is_same<Half, float16>) return to_float16(x);
    else return to_bfloat16(x);
}

// One element of `op` in the loop of type T. Halves are computed in float and rounded once.
template <Op op, class T, class... U>
LS_SCALAR auto apply(T a, U... rest) {
    if constexpr (op == Op::select || op == Op::copy) return Function<op>::run(a, rest...);
    else if constexpr (is_half<T>) {
        const auto result = Function<op>::run(to_float(a), to_float(rest)...);
        if constexpr (is_same<decltype(result), const bool>) return result;
        else return round_to<T>(result);
    } else return Function<op>::run(a, rest...);
}

}  // namespace lockstep::scalar
