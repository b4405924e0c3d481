// Blocked transposition: reads whole cache lines along one axis, writes whole lines along the other.
// Must not know types: only item sizes.
#include "host/transpose.h"

#include <cstring>
#include <utility>

#include "host/gather.h"
#include "host/item_width.h"
#include "host/parallel.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace lockstep::host {
namespace {

constexpr int64_t kRows = 64;  // source rows per block: one destination run of 64 items

struct Plane {
    int64_t rows, columns;           // of the source: packed along columns; the destination along rows
    int64_t source_row, target_row;  // bytes between source rows, and between destination rows (one per column)
};

void store_line(char* to, const char* from, int64_t bytes, bool stream) {
#if defined(__x86_64__)
    if (stream && (reinterpret_cast<uintptr_t>(to) & 15) == 0) {
        int64_t k = 0;
        for (; k + 16 <= bytes; k += 16)
            _mm_stream_si128(reinterpret_cast<__m128i*>(to + k),
                             _mm_load_si128(reinterpret_cast<const __m128i*>(from + k)));
        std::memcpy(to + k, from + k, static_cast<size_t>(bytes - k));
        return;
    }
#endif
    std::memcpy(to, from, static_cast<size_t>(bytes));
}

// One source line per row into the block's columns. Full blocks have constant bounds, and ask for their neighbours' lines
// ahead: no hardware prefetcher follows this many rows at once.
template <class T, int64_t kColumns, bool full>
inline __attribute__((always_inline)) void load_block(const Plane& p, const char* source, int64_t rows, int64_t columns,
                                                      T (*block)[kRows]) {
    if constexpr (full) {
        for (int64_t i = 0; i < kRows; ++i) {
            const char* from = source + i * p.source_row;
            __builtin_prefetch(from + 2 * 64);
            T line[kColumns];
            std::memcpy(line, from, sizeof line);
            for (int64_t j = 0; j < kColumns; ++j) block[j][i] = line[j];
        }
    } else {
        for (int64_t i = 0; i < rows; ++i)
            for (int64_t j = 0; j < columns; ++j)
                std::memcpy(&block[j][i], source + i * p.source_row + j * static_cast<int64_t>(sizeof(T)), sizeof(T));
    }
}

template <class T>
void transpose_rows(const Plane& p, const char* source, char* target, int64_t first, int64_t last, bool stream) {
    constexpr int64_t kItem = sizeof(T), kColumns = 64 / kItem;
    alignas(64) T block[kColumns][kRows];
    for (int64_t r = first; r < last; r += kRows) {
        const int64_t rows = std::min(kRows, last - r);
        for (int64_t c = 0; c < p.columns; c += kColumns) {
            const int64_t columns = std::min(kColumns, p.columns - c);
            const char* from = source + r * p.source_row + c * kItem;
            if (rows == kRows && columns == kColumns) load_block<T, kColumns, true>(p, from, rows, columns, block);
            else load_block<T, kColumns, false>(p, from, rows, columns, block);
            for (int64_t j = 0; j < columns; ++j)
                store_line(target + (c + j) * p.target_row + r * kItem, reinterpret_cast<const char*>(block[j]),
                           rows * kItem, stream);
        }
    }
}

void transpose_plane(const Plane& p, int64_t itemsize, const char* source, char* target, bool stream) {
    parallel_ranges(p.rows, kRows, p.rows * p.columns * itemsize * 2, [&](int64_t first, int64_t last) {
        of_width(itemsize, [&]<class T>(T) { transpose_rows<T>(p, source, target, first, last, stream); });
#if defined(__x86_64__)
        if (stream) _mm_sfence();
#endif
    });
}

}  // namespace

bool transpose_copy(const MapTask& t) {
    const Program& p = *t.program;
    if (t.ndim < 2 || t.inputs != 1 || t.outputs != 1 || p.length != 1 || p.code[0].op != Op::copy) return false;
    const int64_t itemsize = p.code[0].loop.itemsize();
    const int inner = t.ndim - 1;
    const int64_t *in = t.operands[0].strides, *out = t.operands[1].strides;
    int across = -1;  // the axis along which the source is packed
    for (int d = 0; d < inner; ++d)
        if (in[d] == itemsize && t.shape[d] > 1) across = d;
    const int64_t row = in[inner] < 0 ? -in[inner] : in[inner];
    if (across < 0 || out[inner] != itemsize || row < 64 || t.shape[across] * t.shape[inner] < 4096) return false;

    const Plane plane{t.shape[inner], t.shape[across], in[inner], out[across]};
    int64_t index[kMaxDims] = {};
    const char* source = t.operands[0].data;
    char* target = t.operands[1].data;
    const bool stream = t.size * itemsize > (4 << 20);
    for (;;) {
        transpose_plane(plane, itemsize, source, target, stream);
        int d = inner - 1;
        for (; d >= 0; --d) {
            if (d == across) continue;
            source += in[d];
            target += out[d];
            if (++index[d] < t.shape[d]) break;
            source -= t.shape[d] * in[d];
            target -= t.shape[d] * out[d];
            index[d] = 0;
        }
        if (d < 0) return true;
    }
}

}  // namespace lockstep::host
