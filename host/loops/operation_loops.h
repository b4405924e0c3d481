// Fills the loop table for the rows of one family of ops.def.
// Must not know which operations there are: the rows say it. For *.isa.cpp files only.
#pragma once

#include "host/loops/tile_loop.h"
#include "runtime/scalar/apply.h"

namespace lockstep::host::LS_ISA {
namespace {

template <Op op, class T, class... U>
void loop_plain(int64_t n, char* const* args) {
    using R = decltype(scalar::apply<op>(T{}, U{}...));
    using Call = scalar::Function<op>;
    constexpr int kInputs = 1 + sizeof...(U);
    const T* a = reinterpret_cast<const T*>(args[0]);
    R* out = reinterpret_cast<R*>(args[kInputs]);
    if constexpr (kInputs == 1) {
        const auto f = [=](int64_t i) __attribute__((always_inline)) { return scalar::apply<op>(element(a, i)); };
        if constexpr (Call::template has_rare<T>)
            run_rare(n, out, args[1] == args[0], f,
                     [=](int64_t i) __attribute__((always_inline)) { return Call::is_rare(a[i]); },
                     [=](int64_t i) { return Call::rare(a[i]); });
        else run_plain(n, out, f);
    } else if constexpr (kInputs == 2) {
        const T* b = reinterpret_cast<const T*>(args[1]);
        const auto f = [=](int64_t i) __attribute__((always_inline)) { return scalar::apply<op>(a[i], b[i]); };
        if constexpr (Call::template has_rare<T, T>)
            run_rare(n, out, args[2] == args[0] || args[2] == args[1], f,
                     [=](int64_t i) __attribute__((always_inline)) { return Call::is_rare(a[i], b[i]); },
                     [=](int64_t i) { return Call::rare(a[i], b[i]); });
        else run_plain(n, out, f);
    } else {
        const R* b = reinterpret_cast<const R*>(args[1]);
        const R* c = reinterpret_cast<const R*>(args[2]);
        run_plain(n, out, [=](int64_t i) __attribute__((always_inline)) { return scalar::apply<op>(element(a, i), b[i], c[i]); });
    }
}

template <Op op, class T, class... U>
void loop_stream(int64_t n, char* const* args) {
    using R = decltype(scalar::apply<op>(T{}, U{}...));
    constexpr int kInputs = 1 + sizeof...(U);
    const T* a = reinterpret_cast<const T*>(args[0]);
    R* out = reinterpret_cast<R*>(args[kInputs]);
    if constexpr (kInputs == 1) {
        run_stream(n, out, [=](int64_t i) __attribute__((always_inline)) { return scalar::apply<op>(element(a, i)); });
    } else if constexpr (kInputs == 2) {
        const T* b = reinterpret_cast<const T*>(args[1]);
        run_stream(n, out, [=](int64_t i) __attribute__((always_inline)) { return scalar::apply<op>(a[i], b[i]); });
    } else {
        const R* b = reinterpret_cast<const R*>(args[1]);
        const R* c = reinterpret_cast<const R*>(args[2]);
        run_stream(n, out, [=](int64_t i) __attribute__((always_inline)) { return scalar::apply<op>(element(a, i), b[i], c[i]); });
    }
}

// Streaming stores pay where the loop waits for memory; wide results of cheap operations.
constexpr bool streams(const OpRow& row) {
    if (row.rule == Rule::boolean || row.rare) return false;  // one byte per element; no second look at a rare one
    const Family f = row.family;
    return f == Family::arithmetic || f == Family::comparison || f == Family::exponential;
}

template <Op op, TypeNumber N>
void fill_type(LoopTable& table) {
    constexpr OpRow row = kOpRows.row[static_cast<int>(op)];
    constexpr DType type{N};
    if constexpr (row.has_loop(type)) {
        using T = scalar_of<N>;
        Loop plain, stream = nullptr;
        if constexpr (row.rule == Rule::select) {
            plain = loop_plain<op, bool, T, T>;
            stream = loop_stream<op, bool, T, T>;
        } else if constexpr (row.inputs == 2) {
            plain = loop_plain<op, T, T>;
            if constexpr (streams(row)) stream = loop_stream<op, T, T>;
        } else {
            plain = loop_plain<op, T>;
            if constexpr (streams(row)) stream = loop_stream<op, T>;
        }
        table.plain[static_cast<int>(op)][static_cast<int>(N)] = plain;
        table.stream[static_cast<int>(op)][static_cast<int>(N)] = stream;
    }
}

template <Op op>
void fill_operation(LoopTable& table) {
#define LS_DTYPE(number, name, ...) fill_type<op, TypeNumber::name##_>(table);
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
}

template <Family family>
void fill_family(LoopTable& table) {
#define LS_UFUNC(number, name, inputs, loops, rule, identity, row_family, ...) \
    if constexpr (Family::row_family == family) fill_operation<Op::name>(table);
#define LS_PRIMITIVE_OP LS_UFUNC
#include "runtime/tables/ops.def"
#undef LS_UFUNC
#undef LS_PRIMITIVE_OP
}

}  // namespace
}  // namespace lockstep::host::LS_ISA
