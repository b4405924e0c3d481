// The CPU's loops that only move elements: one spread over a row, vectors of three taken apart and put
// together, short rows packed, lines filled. Must not know element types: only item sizes. Elements in memory may be
// unaligned; in tiles they are aligned.
#include "host/loops/tile_loop.h"

namespace lockstep::host::LS_ISA {
namespace {

typedef uint64_t Pair __attribute__((vector_size(16)));  // an item of 16 bytes

// An item that may lie anywhere.
template <class T>
struct Loose {
    typedef T type __attribute__((aligned(1), may_alias));
};

template <class T>
void spread(const char* item, int64_t n, char* to) {
    const T value = *reinterpret_cast<const typename Loose<T>::type*>(item);
    auto* out = reinterpret_cast<typename Loose<T>::type*>(to);
    for (int64_t i = 0; i < n; ++i) out[i] = value;
}

// Packed vectors of three components. With these and one pass cross of 10^5 pairs takes 0.25 ms on one thread,
// by strided copies in two passes 0.57.
template <class T>
void take_apart(const char* from, int64_t n, char* const* to) {
    const auto* in = reinterpret_cast<const typename Loose<T>::type*>(from);
    T *a = reinterpret_cast<T*>(to[0]), *b = reinterpret_cast<T*>(to[1]), *c = reinterpret_cast<T*>(to[2]);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) {
        a[i] = in[3 * i];
        b[i] = in[3 * i + 1];
        c[i] = in[3 * i + 2];
    }
}

template <class T>
void put_together(const char* const* from, int64_t n, char* to) {
    const T *a = reinterpret_cast<const T*>(from[0]), *b = reinterpret_cast<const T*>(from[1]),
            *c = reinterpret_cast<const T*>(from[2]);
    auto* out = reinterpret_cast<typename Loose<T>::type*>(to);
#pragma GCC ivdep
    for (int64_t i = 0; i < n; ++i) {
        out[3 * i] = a[i];
        out[3 * i + 1] = b[i];
        out[3 * i + 2] = c[i];
    }
}

// Each of `rows` packed items `n` times.
template <class T, int n>
inline __attribute__((always_inline)) void repeat(const char* from, int64_t rows, char* to) {
    const auto* in = reinterpret_cast<const typename Loose<T>::type*>(from);
    auto* out = reinterpret_cast<typename Loose<T>::type*>(to);
#pragma GCC ivdep
    for (int64_t r = 0; r < rows; ++r)
        for (int i = 0; i < n; ++i) out[r * n + i] = in[r];
}

template <class T, int n>
inline __attribute__((always_inline)) void rows_of(const char* from, int64_t along, int64_t across,
                                                   int64_t rows, char* to) {
    if (along == 0 && across == static_cast<int64_t>(sizeof(T))) return repeat<T, n>(from, rows, to);
    auto* out = reinterpret_cast<typename Loose<T>::type*>(to);
    for (int64_t r = 0; r < rows; ++r, from += across, out += n)
        for (int i = 0; i < n; ++i) out[i] = *reinterpret_cast<const typename Loose<T>::type*>(from + i * along);
}

template <class T>
void short_rows(const char* from, int64_t along, int64_t across, int64_t n, int64_t rows, char* to) {
    switch (n) {
        case 2: return rows_of<T, 2>(from, along, across, rows, to);
        case 3: return rows_of<T, 3>(from, along, across, rows, to);
        case 4: return rows_of<T, 4>(from, along, across, rows, to);
        case 5: return rows_of<T, 5>(from, along, across, rows, to);
        case 6: return rows_of<T, 6>(from, along, across, rows, to);
        case 7: return rows_of<T, 7>(from, along, across, rows, to);
        default: return rows_of<T, 8>(from, along, across, rows, to);
    }
}

// Vectors of 32 bytes and more take 83 us for 8 MiB in the cache, those of 16 bytes 142.
void store_lines(char* to, const char* line, int64_t bytes) {
    typedef char Line __attribute__((vector_size(64), may_alias));
    Line value;
    __builtin_memcpy(&value, line, sizeof value);
    for (int64_t k = 0; k + 64 <= bytes; k += 64) *reinterpret_cast<Line*>(to + k) = value;
}

template <class T, int width>
void fill_width(MovingLoops& moving) {
    moving.spread[width] = spread<T>;
    moving.take_apart[width] = take_apart<T>;
    moving.put_together[width] = put_together<T>;
    moving.short_rows[width] = short_rows<T>;
}

}  // namespace

void fill_moving(LoopTable& table) {
    table.moving.lines = store_lines;
    fill_width<uint8_t, 0>(table.moving);
    fill_width<uint16_t, 1>(table.moving);
    fill_width<uint32_t, 2>(table.moving);
    fill_width<uint64_t, 3>(table.moving);
    fill_width<Pair, 4>(table.moving);
}

}  // namespace lockstep::host::LS_ISA
