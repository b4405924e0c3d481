// Row-wise strided copies.
// Must not know types: only item sizes.
#include "host/gather.h"

#include <algorithm>
#include <cstring>

#include "host/item_width.h"
#include "host/loops/loops.h"
#include "runtime/array/dims.h"

namespace lockstep::host {
namespace {

template <class T>
void gather_row(const char* from, int64_t stride, int64_t n, char* to) {
    for (int64_t i = 0; i < n; ++i) {  // memcpy: the source may be unaligned
        T value;
        std::memcpy(&value, from + i * stride, sizeof value);
        std::memcpy(to + i * static_cast<int64_t>(sizeof value), &value, sizeof value);
    }
}

template <class T>
void scatter_row(const char* from, int64_t n, char* to, int64_t stride) {
    for (int64_t i = 0; i < n; ++i) {
        T value;
        std::memcpy(&value, from + i * static_cast<int64_t>(sizeof value), sizeof value);
        std::memcpy(to + i * stride, &value, sizeof value);
    }
}

}  // namespace

void gather_items(const char* from, int64_t stride, int64_t itemsize, int64_t n, char* to) {
    if (stride == itemsize) {
        std::memcpy(to, from, static_cast<size_t>(n * itemsize));
        return;
    }
    if (stride == 0) return loops().moving.spread[width_class(itemsize)](from, n, to);
    of_width(itemsize, [&]<class T>(T) { gather_row<T>(from, stride, n, to); });
}

void scatter_items(const char* from, int64_t itemsize, int64_t n, char* to, int64_t stride) {
    if (stride == itemsize) {
        std::memcpy(to, from, static_cast<size_t>(n * itemsize));
        return;
    }
    of_width(itemsize, [&]<class T>(T) { scatter_row<T>(from, n, to, stride); });
}

namespace {

// Calls row(address, count, packed offset in items) for every stretch along dimension 0.
template <class Row>
void walk_rows(const Walk& w, const char* base, int64_t start, int64_t n, Row row) {
    int64_t index[kMaxDims];
    const char* address = base;
    int64_t rest = start;
    for (int d = 0; d < w.ndim; ++d) {
        index[d] = rest % w.shape[d];
        rest /= w.shape[d];
        address += index[d] * w.strides[d];
    }
    for (int64_t done = 0; done < n;) {
        const int64_t left = w.shape[0] - index[0];
        const int64_t count = n - done < left ? n - done : left;
        row(address, count, done);
        done += count;
        if (done == n) return;
        address -= index[0] * w.strides[0];
        index[0] = 0;
        for (int d = 1; d < w.ndim; ++d) {
            address += w.strides[d];
            if (++index[d] < w.shape[d]) break;
            address -= w.shape[d] * w.strides[d];
            index[d] = 0;
        }
    }
}

// The same of rows so short that a call for each would cost more than their elements: 10^4 numbers, three times
// each, took 70 us and take 6.
void gather_short_rows(const Walk& w, const char* base, int64_t start, int64_t n, char* packed) {
    const auto part = [&](int64_t at, int64_t count) {  // of one row
        int64_t stride;
        const char* const row = row_of_elements(w, base, start + at, count, &stride);
        gather_items(row, stride, w.itemsize, count, packed + at * w.itemsize);
    };
    const int64_t row = w.shape[0], column = start % row, head = column ? std::min(n, row - column) : 0;
    const int64_t rows = (n - head) / row, tail = n - head - rows * row;
    if (head) part(0, head);
    const auto pack = loops().moving.short_rows[width_class(w.itemsize)];
    const Walk outer{w.ndim - 1, w.shape + 1, w.strides + 1, w.itemsize};
    if (rows)
        walk_rows(outer, base, (start + head) / row, rows,
                  [&](const char* address, int64_t count, int64_t done) {
                      char* const to = packed + (head + done * row) * w.itemsize;
                      pack(address, w.strides[0], w.strides[1], row, count, to);
                  });
    if (tail) part(n - tail, tail);
}

}  // namespace

void gather(const Walk& w, const char* base, int64_t start, int64_t n, char* packed) {
    if (w.ndim > 1 && w.shape[0] > 1 && w.shape[0] <= kShortRow)
        return gather_short_rows(w, base, start, n, packed);
    walk_rows(w, base, start, n, [&](const char* address, int64_t count, int64_t done) {
        gather_items(address, w.strides[0], w.itemsize, count, packed + done * w.itemsize);
    });
}

void scatter(const Walk& w, char* base, int64_t start, int64_t n, const char* packed) {
    walk_rows(w, base, start, n, [&](const char* address, int64_t count, int64_t done) {
        scatter_items(packed + done * w.itemsize, w.itemsize, count, const_cast<char*>(address), w.strides[0]);
    });
}

const char* row_of_elements(const Walk& w, const char* base, int64_t start, int64_t n, int64_t* row_stride) {
    *row_stride = w.strides[0];
    if (w.ndim == 1) return base + start * w.strides[0];
    const int64_t column = start % w.shape[0];
    if (column + n > w.shape[0]) return nullptr;
    const char* address = base + column * w.strides[0];
    int64_t rest = start / w.shape[0];
    for (int d = 1; d < w.ndim; ++d) {
        address += rest % w.shape[d] * w.strides[d];
        rest /= w.shape[d];
    }
    return address;
}

void fill_items(char* packed, const char* item, int64_t itemsize, int64_t n) {
    gather_items(item, 0, itemsize, n, packed);
}

}  // namespace lockstep::host
