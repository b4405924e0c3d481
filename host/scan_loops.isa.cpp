// The CPU's passes of a scan, in the order of runtime/exec/scan_order.h.
// Must not know dimensions or threads.
#include "host/scan_loops.h"

#include "host/loops/fold_loops.h"

namespace lockstep::host::LS_ISA {
namespace {

template <Op op, class T>
struct Carry {
    using type = T;
};
template <>
struct Carry<Op::add, scalar::float16> {
    using type = float;
};
template <>
struct Carry<Op::add, scalar::bfloat16> {
    using type = float;
};

template <class T, class P>
inline __attribute__((always_inline)) T rounded(P x) {
    if constexpr (__is_same(P, T)) return x;
    else return scalar::round_to<T>(x);
}

constexpr int kRun = kScanRun, kBlock = kScanBlock, kTogether = 8;

template <Op op, class T>
struct Scan {
    using P = typename Carry<op, T>::type;
    static constexpr bool in_sequence = scans_in_sequence(op, dtype_of<T>);
    // Integers fold to the same bits in any order, and one after the other in a cycle or three each.
    static constexpr bool quick = !dtype_of<T>.is_inexact();

    static inline __attribute__((always_inline)) P fold(P a, P b) { return scalar::apply<op>(a, b); }
    static P get(const char* from) {
        P value;
        __builtin_memcpy(&value, from, sizeof value);
        return value;
    }
    static void put(char* to, P value) { __builtin_memcpy(to, &value, sizeof value); }

    // n elements where they lie, or packed into `copy`.
    static inline __attribute__((always_inline)) const T* packed(const char* x, int64_t stride, int64_t n, T* copy) {
        if (stride == static_cast<int64_t>(sizeof(T)) && reinterpret_cast<uintptr_t>(x) % alignof(T) == 0)
            return reinterpret_cast<const T*>(x);
        for (int64_t i = 0; i < n; ++i) __builtin_memcpy(copy + i, x + i * stride, sizeof(T));
        return copy;
    }

    static void unpack(const T* values, int64_t n, char* out, int64_t stride) {
        if (stride == static_cast<int64_t>(sizeof(T))) __builtin_memcpy(out, values, static_cast<size_t>(n) * sizeof(T));
        else
            for (int64_t i = 0; i < n; ++i) __builtin_memcpy(out + i * stride, values + i, sizeof(T));
    }

    static inline __attribute__((always_inline)) P run(const T* x, int n, P* local) {
        P s = carry<P>(x[0]);
        local[0] = s;
        for (int i = 1; i < n; ++i) local[i] = s = fold(s, carry<P>(x[i]));
        return s;
    }

    // Runs in lockstep: their chains hide each other's latency, 0.43 ns per float64 instead of 0.74 one by one.
    static inline __attribute__((always_inline)) void several_runs(const T* x, P* local, P* part) {
        P s[kTogether];
#pragma GCC unroll 8
        for (int r = 0; r < kTogether; ++r) local[r * kRun] = s[r] = carry<P>(x[r * kRun]);
#pragma GCC unroll 16
        for (int i = 1; i < kRun; ++i)
#pragma GCC unroll 8
            for (int r = 0; r < kTogether; ++r) local[r * kRun + i] = s[r] = fold(s[r], carry<P>(x[r * kRun + i]));
#pragma GCC unroll 8
        for (int r = 0; r < kTogether; ++r) part[r] = s[r];
    }

    // A block's results into `result`, which may be x; its total is returned.
    static inline __attribute__((always_inline)) P block(const T* x, int n, bool begun, P prefix, T* result) {
        P local[kBlock], part[kRun];
        const int runs = n / kRun, rest = n % kRun;
        if (n == kBlock) {
            for (int r = 0; r < kRun; r += kTogether) several_runs(x + r * kRun, local + r * kRun, part + r);
        } else {
            for (int r = 0; r < runs; ++r) part[r] = run(x + r * kRun, kRun, local + r * kRun);
            if (rest) run(x + runs * kRun, rest, local + runs * kRun);
        }
        P before = part[0];
        for (int r = 0; r < runs + (rest != 0); ++r) {
            const int size = r < runs ? kRun : rest;
            if (r > 1) before = fold(before, part[r - 1]);
            if (r || begun) {
                const P p = r == 0 ? prefix : begun ? fold(prefix, before) : before;
                for (int i = 0; i < size; ++i) result[r * kRun + i] = rounded<T>(fold(p, local[r * kRun + i]));
            } else {
                for (int i = 0; i < size; ++i) result[i] = rounded<T>(local[i]);
            }
        }
        return n == kBlock ? fold(before, part[kRun - 1]) : before;
    }

    static P total(const T* x) {
        P part[kRun];
        for (int r = 0; r < kRun; ++r) {
            part[r] = carry<P>(x[r * kRun]);
            for (int i = 1; i < kRun; ++i) part[r] = fold(part[r], carry<P>(x[r * kRun + i]));
        }
        P all = part[0];
        for (int r = 1; r < kRun; ++r) all = fold(all, part[r]);
        return all;
    }

    static void push(ScanState* s, const char* from, int level) {
        P value = get(from);
        for (;; ++level) {
            value = s->parts[level] ? fold(get(s->local[level]), value) : value;
            put(s->local[level], value);
            if (++s->parts[level] < kRun || level + 2 >= ScanState::kLevels) break;
            s->parts[level] = 0;
        }
        if (s->begun[level + 1]) value = fold(get(s->prefix[level + 1]), value);
        for (int l = 0; l <= level; ++l) {
            put(s->prefix[l], value);
            s->begun[l] = true;
        }
    }

    // Where n results go: to their place, or to `copy` first.
    static inline __attribute__((always_inline)) T* target(char* out, int64_t stride, T* copy) {
        const bool direct = stride == static_cast<int64_t>(sizeof(T)) && reinterpret_cast<uintptr_t>(out) % alignof(T) == 0;
        return direct ? reinterpret_cast<T*>(out) : copy;
    }

    static void sequence(const char* x, int64_t x_stride, char* out, int64_t out_stride, int64_t n, ScanState* state) {
        T results[kBlock], copy[kBlock];
        P s = state->begun[0] ? get(state->prefix[0]) : P();
        for (int64_t i = 0; i < n; i += kBlock) {
            const int64_t m = n - i < kBlock ? n - i : kBlock;
            const T* const values = packed(x + i * x_stride, x_stride, m, copy);
            T* const to = target(out + i * out_stride, out_stride, results);
            int64_t j = 0;
            if (!state->begun[0]) {
                s = carry<P>(values[0]);
                to[0] = rounded<T>(s);
                state->begun[0] = true;
                j = 1;
            }
            for (; j < m; ++j) {
                s = fold(s, carry<P>(values[j]));
                to[j] = rounded<T>(s);
            }
            if (to == results) unpack(results, m, out + i * out_stride, out_stride);
        }
        put(state->prefix[0], s);
    }

    static void stretch(const char* x, int64_t x_stride, char* out, int64_t out_stride, int64_t n, ScanState* state) {
        if constexpr (in_sequence || quick) sequence(x, x_stride, out, out_stride, n, state);
        else in_runs(x, x_stride, out, out_stride, n, state);
    }

    static void in_runs(const char* x, int64_t x_stride, char* out, int64_t out_stride, int64_t n, ScanState* state) {
        T results[kBlock], copy[kBlock];
        for (int64_t i = 0; i < n; i += kBlock) {
            const int64_t m = n - i < kBlock ? n - i : kBlock;
            const T* const values = packed(x + i * x_stride, x_stride, m, copy);
            T* const to = target(out + i * out_stride, out_stride, results);
            const bool begun = state->begun[0];
            const P prefix = begun ? get(state->prefix[0]) : P();
            const P all = m == kBlock ? block(values, kBlock, begun, prefix, to)
                                      : block(values, static_cast<int>(m), begun, prefix, to);
            if (to == results) unpack(results, m, out + i * out_stride, out_stride);
            if (m < kBlock) break;
            char value[16];
            put(value, all);
            push(state, value, 0);
        }
    }

    static void totals(const char* x, int64_t stride, int64_t groups, char* to) {
        T copy[kBlock];
        for (int64_t g = 0; g < groups; ++g) {
            P all{};
            for (int b = 0; b < kRun; ++b) {
                const P one = total(packed(x + (g * kScanGroup + b * kBlock) * stride, stride, kBlock, copy));
                all = b ? fold(all, one) : one;
            }
            put(to + g * 16, all);
        }
    }

    // --- columns side by side ------------------------------------------------------------------------------------------

    static inline __attribute__((always_inline)) void fold_into(P* a, const P* b, int64_t n, bool first) {
        if (first) __builtin_memcpy(a, b, static_cast<size_t>(n) * sizeof(P));
        else
#pragma GCC ivdep
            for (int64_t j = 0; j < n; ++j) a[j] = fold(a[j], b[j]);
    }

    // A run of rows is done: its totals are a part of the next level, as in push.
    static void push_columns(P* scratch, int64_t row, int64_t n) {
        const auto local = [=](int level) { return scratch + 2 * level * kScanColumns; };
        const auto prefix = [=](int level) { return scratch + (2 * level + 1) * kScanColumns; };
        int level = 1;
        int64_t parts = row / kRun;  // of this level that are done now
        for (;; ++level, parts /= kRun) {
            fold_into(local(level), local(level - 1), n, (parts - 1) % kRun == 0);
            if (parts % kRun) break;
        }
        P* const p = prefix(0);
        if (parts / kRun) {
            const P *before = prefix(level), *inside = local(level);
#pragma GCC ivdep
            for (int64_t j = 0; j < n; ++j) p[j] = fold(before[j], inside[j]);
        } else {
            __builtin_memcpy(p, local(level), static_cast<size_t>(n) * sizeof(P));
        }
        for (int l = 1; l < level; ++l) __builtin_memcpy(prefix(l), p, static_cast<size_t>(n) * sizeof(P));
    }

    static void rows(const char* in, char* out, const ScanColumns& c, char* memory) {
        P* const scratch = reinterpret_cast<P*>(memory);
        P *const local = scratch, *const prefix = scratch + kScanColumns;
        alignas(64) T copy[kScanColumns], result[kScanColumns];
        const int64_t n = c.columns;
        for (int64_t r = 0; r < c.rows; ++r) {
            const T* const x = packed(in + r * c.in_row, c.in_column, n, copy);
            if (in_sequence ? r > 0 : r % kRun > 0) {
#pragma GCC ivdep
                for (int64_t j = 0; j < n; ++j) local[j] = fold(local[j], carry<P>(x[j]));
            } else {
#pragma GCC ivdep
                for (int64_t j = 0; j < n; ++j) local[j] = carry<P>(x[j]);
            }
            if (in_sequence || r < kRun) {
#pragma GCC ivdep
                for (int64_t j = 0; j < n; ++j) result[j] = rounded<T>(local[j]);
            } else {
#pragma GCC ivdep
                for (int64_t j = 0; j < n; ++j) result[j] = rounded<T>(fold(prefix[j], local[j]));
            }
            unpack(result, n, out + r * c.out_row, c.out_column);
            if constexpr (!in_sequence)
                if ((r + 1) % kRun == 0 && r + 1 < c.rows) push_columns(scratch, r + 1, n);
        }
    }
};

template <Op op, class T>
void fold_all(const char* x, int64_t stride, int64_t n, char* accumulator) {
    constexpr bool carried = scalar::is_half<T> && (op == Op::add || op == Op::multiply);
    using P = typename Carried<carried ? Monoid::add : Monoid::maximum, T>::type;
    T value;
    __builtin_memcpy(&value, accumulator, sizeof value);
    P s = carry<P>(value);
    for (int64_t i = 0; i < n; ++i) {
        __builtin_memcpy(&value, x + i * stride, sizeof value);
        s = scalar::apply<op>(s, carry<P>(value));
    }
    value = rounded<T>(s);
    __builtin_memcpy(accumulator, &value, sizeof value);
}

template <int slot, TypeNumber N>
void fill_entry(ScanTable& table) {
    constexpr Op op = kScanOps.op[slot];
    constexpr DType type{N};
    if constexpr (scans_truth(op) ? type.is_bool() : row_of(op).has_loop(type)) {
        using T = scalar_of<N>;
        using S = Scan<op, T>;
        table.loop[slot][static_cast<int>(N)] = {S::stretch, S::totals, S::push, S::rows, fold_all<op, T>};
    }
}

template <int slot>
void fill_slot(ScanTable& table) {
#define LS_DTYPE(number, name, ...) fill_entry<slot, TypeNumber::name##_>(table);
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
    if constexpr (slot + 1 < kScanOps.count) fill_slot<slot + 1>(table);
}

}  // namespace

void fill_scan(ScanTable& table) { fill_slot<0>(table); }

}  // namespace lockstep::host::LS_ISA
