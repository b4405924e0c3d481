// The CPU's loops that convert one element type to another.
// Must not know the types: dtypes.def says which they are.
#include "host/loops/tile_loop.h"
#include "runtime/scalar/cast.h"

namespace lockstep::host::LS_ISA {
namespace {

template <class To, class From>
void cast_plain(int64_t n, char* const* args) {
    const From* a = reinterpret_cast<const From*>(args[0]);
    run_plain(n, reinterpret_cast<To*>(args[1]),
              [=](int64_t i) __attribute__((always_inline)) { return scalar::cast<To>(element(a, i)); });
}

template <class To, class From>
void cast_stream(int64_t n, char* const* args) {
    const From* a = reinterpret_cast<const From*>(args[0]);
    run_stream(n, reinterpret_cast<To*>(args[1]),
               [=](int64_t i) __attribute__((always_inline)) { return scalar::cast<To>(element(a, i)); });
}

template <class From, int from>
void fill_from(LoopTable& table) {
#define LS_DTYPE(number, name, character, kind, bytes, type)                     \
    if constexpr (number != from) {                                              \
        table.cast[from][number] = cast_plain<type, From>;                       \
        if constexpr (bytes >= 4) table.cast_stream[from][number] = cast_stream<type, From>; \
    }
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
}

}  // namespace

void fill_cast(LoopTable& table) {
#define LS_DTYPE(number, name, character, kind, bytes, type) fill_from<type, number>(table);
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
}

}  // namespace lockstep::host::LS_ISA
