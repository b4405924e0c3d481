// The CPU's passes for argmax and argmin.
// Must not know layouts or threads.
#include "host/loops/fold_loops.h"

namespace lockstep::host::LS_ISA {
namespace {

template <class T>
inline __attribute__((always_inline)) bool is_nan(T x) {
    if constexpr (scalar::is_half<T>) return scalar::isnan(scalar::to_float(x));
    else return scalar::isnan(x);
}

// Whether x comes before `best`: strictly more extreme, or the first NaN.
template <Monoid m, class T>
inline __attribute__((always_inline)) bool beats(T x, T best) {
    constexpr Op before = m == Monoid::maximum ? Op::greater : Op::less;
    return (scalar::apply<before>(x, best) | is_nan(x)) & !is_nan(best);
}

// Whether x is the block's extremum: equal to it, or a NaN as it is.
template <class T>
inline __attribute__((always_inline)) bool is_extremum_of(T x, T extremum, bool nan) {
    return nan ? is_nan(x) : scalar::apply<Op::equal>(x, extremum);
}

constexpr int64_t kLookBytes = 256;  // at once, without a branch

// Whether a NaN, or else the extremum, is among so many bytes of numbers.
template <class T>
inline __attribute__((always_inline)) bool is_among(const T* x, T extremum, bool nan) {
    typedef T Line __attribute__((vector_size(64), aligned(alignof(T)), may_alias));
    typedef uint64_t Words __attribute__((vector_size(64)));
    Words found = {};
    for (int64_t k = 0; k < kLookBytes / 64; ++k) {
        const Line v = *reinterpret_cast<const Line*>(x + k * (64 / static_cast<int64_t>(sizeof(T))));
        found |= nan ? (Words)(v != v) : (Words)(v == extremum);
    }
    return any_bit(found);
}

// The first of n elements that is the extremum, which is among them.
template <class T>
int64_t first_of(const T* x, int64_t n, T extremum) {
    constexpr int64_t kLook = kLookBytes / static_cast<int64_t>(sizeof(T));
    const bool nan = is_nan(extremum);
    int64_t i = 0;
    if constexpr (__is_same(T, bool)) {
        const void* const found = __builtin_memchr(x, extremum, static_cast<size_t>(n));
        return static_cast<const bool*>(found) - x;
    } else if constexpr (has_lines<T>) {
        while (i + kLook <= n && !is_among(x + i, extremum, nan)) i += kLook;
    } else {
        for (; i + kLook <= n; i += kLook) {
            bool found = false;
            for (int64_t j = 0; j < kLook; ++j) found |= is_extremum_of(x[i + j], extremum, nan);
            if (found) break;
        }
    }
    while (i < n && !is_extremum_of(x[i], extremum, nan)) ++i;
    return i;
}

template <Monoid m, class T>
void arg_run(const char* data, int64_t n, int64_t first, char* value, int64_t* position) {
    const T* x = reinterpret_cast<const T*>(data);
    if (n == 0) return;
    const bool none_yet = *position < 0;  // then the value is not read: it may not be one of T's
    T best = none_yet ? x[0] : *reinterpret_cast<T*>(value);
    if (none_yet) *position = first;
    int64_t i = 0;
    // a block is searched only when its extremum beats the best so far
    constexpr int64_t kBlock = 16384 / static_cast<int64_t>(sizeof(T));
    for (; i < n && !is_nan(best); i += kBlock) {
        const int64_t size = n - i < kBlock ? n - i : kBlock;
        const T extremum = some_extremum<m>(x + i, size);
        if (!beats<m>(extremum, best)) continue;
        best = extremum;
        *position = first + i + first_of(x + i, size, extremum);
    }
    *reinterpret_cast<T*>(value) = best;
}

template <Monoid m, class T>
void arg_rows(char* values, int64_t* positions, const char* x, int64_t rows, int64_t row_bytes, int64_t width,
              int64_t first) {
    T* best = reinterpret_cast<T*>(values);
    int64_t r = 0;
    if (rows > 0 && width > 0 && positions[0] < 0) {  // none yet: in no column
        __builtin_memcpy(best, x, static_cast<size_t>(width) * sizeof(T));
        for (int64_t j = 0; j < width; ++j) positions[j] = first;
        r = 1;
    }
    for (; r < rows; ++r) {
        const T* row = reinterpret_cast<const T*>(x + r * row_bytes);
#pragma GCC ivdep
        for (int64_t j = 0; j < width; ++j) {
            const bool take = beats<m>(row[j], best[j]);
            best[j] = take ? row[j] : best[j];
            positions[j] = take ? first + r : positions[j];
        }
    }
}

}  // namespace

void fill_arg_fold(LoopTable& table) {
#define LS_DTYPE(number, name, character, kind, bytes, type)                                           \
    table.arg_fold[0][number] = {arg_run<Monoid::maximum, type>, arg_rows<Monoid::maximum, type>};     \
    table.arg_fold[1][number] = {arg_run<Monoid::minimum, type>, arg_rows<Monoid::minimum, type>};
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
}

}  // namespace lockstep::host::LS_ISA
