// The CPU's loops over packed masks and positions: counting, compacting, the range of an index.
// Must not know element types: only item sizes. Branch-free, since masks are random where their speed matters.
#include "host/loops/tile_loop.h"

namespace lockstep::host::LS_ISA {
namespace {

using Bytes = const unsigned char*;

int64_t count_true(const char* mask, int64_t n) {
    constexpr int64_t kLanes = 64, kRows = 255;  // as many rows as a byte can count
    Bytes m = reinterpret_cast<Bytes>(mask);
    int64_t total = 0, i = 0;
    while (i + kLanes <= n) {
        unsigned char lane[kLanes] = {};
        const int64_t rows = (n - i) / kLanes < kRows ? (n - i) / kLanes : kRows;
        for (int64_t r = 0; r < rows; ++r, i += kLanes)
            for (int64_t j = 0; j < kLanes; ++j) lane[j] = static_cast<unsigned char>(lane[j] + (m[i + j] != 0));
        for (int64_t j = 0; j < kLanes; ++j) total += lane[j];
    }
    for (; i < n; ++i) total += m[i] != 0;
    return total;
}

// Every store but the wanted ones is overwritten by the next; none goes past the `count` places of `out`.
template <class T>
int64_t pack(const char* mask, const char* from, int64_t n, char* to, int64_t count) {
    Bytes m = reinterpret_cast<Bytes>(mask);
    int64_t k = 0, i = 0;
    for (; k < count && i + 8 <= n; i += 8) {
        uint64_t eight;
        __builtin_memcpy(&eight, m + i, 8);
        if (eight == 0) continue;
        if (k + 8 > count) break;
        for (int64_t j = 0; j < 8; ++j) {
            __builtin_memcpy(to + k * static_cast<int64_t>(sizeof(T)), from + (i + j) * static_cast<int64_t>(sizeof(T)), sizeof(T));
            k += m[i + j] != 0;
        }
    }
    for (; k < count && i < n; ++i) {
        __builtin_memcpy(to + k * static_cast<int64_t>(sizeof(T)), from + i * static_cast<int64_t>(sizeof(T)), sizeof(T));
        k += m[i] != 0;
    }
    return k;
}

template <class P>
int64_t positions(const char* mask, int64_t n, int64_t first, P* out, int64_t count) {
    Bytes m = reinterpret_cast<Bytes>(mask);
    int64_t k = 0, i = 0;
    for (; k < count && i + 8 <= n; i += 8) {
        uint64_t eight;
        __builtin_memcpy(&eight, m + i, 8);
        if (eight == 0) continue;
        if (k + 8 > count) break;
        for (int64_t j = 0; j < 8; ++j) {
            out[k] = static_cast<P>(first + i + j);
            k += m[i + j] != 0;
        }
    }
    for (; k < count && i < n; ++i) {
        out[k] = static_cast<P>(first + i);
        k += m[i] != 0;
    }
    return k;
}

void range(const int64_t* index, int64_t n, int64_t* low, int64_t* high) {
    int64_t a = *low, b = *high;
    for (int64_t i = 0; i < n; ++i) {
        const int64_t v = index[i];
        a = v < a ? v : a;
        b = v > b ? v : b;
    }
    *low = a;
    *high = b;
}

struct Item16 {
    uint64_t a, b;
};

}  // namespace

void fill_indexing(LoopTable& table) {
    table.indexing = {count_true,     range,          positions<int32_t>, positions<int64_t>,
                      {pack<uint8_t>, pack<uint16_t>, pack<uint32_t>,     pack<uint64_t>,     pack<Item16>}};
}

}  // namespace lockstep::host::LS_ISA
