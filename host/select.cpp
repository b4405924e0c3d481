// What a mask selects: counted, packed, unpacked, or named by its coordinates.
// Must not know types: only item sizes.
#include <algorithm>
#include <atomic>
#include <cstring>
#include <memory>

#include "host/item_width.h"
#include "host/loops/loops.h"
#include "host/parallel.h"
#include "host/primitives.h"

namespace lockstep::host {
namespace {

constexpr int64_t kChunk = 32 << 10;  // elements whose true ones are counted together
constexpr int64_t kTile = 1024;       // elements whose positions are listed together

int64_t size_of(const SelectTask& t) {
    int64_t size = 1;
    for (int d = 0; d < t.ndim; ++d) size *= t.shape[d];
    return size;
}

// A stretch of one row: its mask, packed, its elements and where it lies.
struct Piece {
    const char* mask;
    char* array;
    int64_t count;
    const int64_t* at;  // coordinates of the first element
};

// Calls visit(piece) for pieces of at most kTile elements (longer where the mask is packed and `whole`), in C order.
template <class Visit>
void walk(const SelectTask& t, int64_t begin, int64_t end, bool whole, Visit visit) {
    const int inner = t.ndim - 1;
    const bool packed = t.mask_strides[inner] == 1;
    int64_t at[kMaxDims];
    const char* mask = t.mask;
    char* array = t.array;
    int64_t rest = begin;
    for (int d = inner; d >= 0; --d) {
        at[d] = rest % t.shape[d];
        rest /= t.shape[d];
        mask += at[d] * t.mask_strides[d];
        if (array) array += at[d] * t.array_strides[d];
    }
    char copied[kTile];
    while (begin < end) {
        int64_t count = std::min(t.shape[inner] - at[inner], end - begin);
        if (!(whole && packed)) count = std::min(count, kTile);
        if (!packed)
            for (int64_t i = 0; i < count; ++i) copied[i] = mask[i * t.mask_strides[inner]];
        visit(Piece{packed ? mask : copied, array, count, at});
        begin += count;
        int64_t steps = count;
        for (int d = inner; d >= 0 && begin < end; --d) {
            at[d] += steps;
            mask += steps * t.mask_strides[d];
            if (array) array += steps * t.array_strides[d];
            if (at[d] < t.shape[d]) break;
            at[d] = 0;
            mask -= t.shape[d] * t.mask_strides[d];
            if (array) array -= t.shape[d] * t.array_strides[d];
            steps = 1;
        }
    }
}

int64_t count_range(const SelectTask& t, int64_t begin, int64_t end) {
    int64_t total = 0;
    walk(t, begin, end, true, [&](const Piece& p) { total += loops().indexing.count_true(p.mask, p.count); });
    return total;
}

template <class T, bool to_array>
void move_items(const int32_t* position, int64_t n, char* array, int64_t stride, char* packed, int64_t packed_stride) {
    for (int64_t i = 0; i < n; ++i) {
        char* const element = array + position[i] * stride;
        if (to_array) std::memcpy(element, packed + i * packed_stride, sizeof(T));
        else std::memcpy(packed + i * packed_stride, element, sizeof(T));
    }
}

template <bool to_array>
void move(int64_t itemsize, const int32_t* position, int64_t n, char* array, int64_t stride, char* packed,
          int64_t packed_stride) {
    of_width(itemsize,
             [&]<class T>(T) { move_items<T, to_array>(position, n, array, stride, packed, packed_stride); });
}

// Elements of a stretch, whose true ones begin at `done`; returns how many they are.
template <bool to_array>
void move_range(const SelectTask& t, int64_t begin, int64_t end, int64_t done) {
    const int64_t stride = t.array_strides[t.ndim - 1];
    int32_t position[kTile];
    walk(t, begin, end, false, [&](const Piece& p) {
        const int64_t n = loops().indexing.positions(p.mask, p.count, 0, position, kTile);
        move<to_array>(t.itemsize, position, n, p.array, stride, t.packed + done * t.packed_stride, t.packed_stride);
        done += n;
    });
}

// Mask, array and packed elements each in one run.
void pack_range(const SelectTask& t, int64_t begin, int64_t end, int64_t done, int64_t count) {
    int log = 0;
    while (int64_t{1} << log < t.itemsize) ++log;
    loops().indexing.pack[log](t.mask + begin, t.array + begin * t.itemsize, end - begin,
                               t.packed + done * t.itemsize, count);
}

void position_range(const SelectTask& t, int64_t begin, int64_t end, int64_t done) {
    const int inner = t.ndim - 1;
    int64_t* const columns = reinterpret_cast<int64_t*>(t.packed);
    walk(t, begin, end, true, [&](const Piece& p) {
        const int64_t n = loops().indexing.count_true(p.mask, p.count);
        for (int d = 0; d < inner; ++d) std::fill_n(columns + d * t.count + done, n, p.at[d]);
        loops().indexing.positions_wide(p.mask, p.count, p.at[inner], columns + inner * t.count + done, n);
        done += n;
    });
}

void select_range(const SelectTask& t, int64_t begin, int64_t end, int64_t done, int64_t count) {
    if (count == 0) return;
    if (t.direction == SelectTask::Direction::positions) return position_range(t, begin, end, done);
    if (t.direction == SelectTask::Direction::unpack) return move_range<true>(t, begin, end, done);
    const bool flat = t.ndim == 1 && t.mask_strides[0] == 1 && t.array_strides[0] == t.itemsize &&
                      t.packed_stride == t.itemsize;
    if (flat) pack_range(t, begin, end, done, count);
    else move_range<false>(t, begin, end, done);
}

}  // namespace

int64_t count_true(int, const SelectTask& task, Stream*) {
    const int64_t size = size_of(task), chunks = (size + kChunk - 1) / kChunk;
    if (chunks == 1) return count_range(task, 0, size);
    std::atomic<int64_t> total{0};
    parallel_ranges(size, kChunk, size, [&](int64_t begin, int64_t end) { total += count_range(task, begin, end); });
    return total;
}

void select(int, const SelectTask& task, Stream*) {
    if (task.count == 0) return;
    const int64_t size = size_of(task), chunks = (size + kChunk - 1) / kChunk;
    if (task.direction == SelectTask::Direction::unpack && task.packed_stride == 0)  // nothing depends on their number
        return parallel_ranges(size, kChunk, size * 2,
                               [&](int64_t begin, int64_t end) { move_range<true>(task, begin, end, 0); });
    if (chunks == 1) return select_range(task, 0, size, 0, task.count);
    // where each chunk's elements begin among the packed ones
    const auto starts = std::make_unique<int64_t[]>(static_cast<size_t>(chunks + 1));
    const auto end_of = [&](int64_t chunk) { return std::min(size, (chunk + 1) * kChunk); };
    parallel_ranges(chunks, 1, size, [&](int64_t begin, int64_t end) {
        for (int64_t c = begin; c < end; ++c)
            starts[static_cast<size_t>(c + 1)] = count_range(task, c * kChunk, end_of(c));
    });
    for (int64_t c = 0; c < chunks; ++c) starts[static_cast<size_t>(c + 1)] += starts[static_cast<size_t>(c)];
    parallel_ranges(chunks, 1, size * 4, [&](int64_t begin, int64_t end) {
        for (int64_t c = begin; c < end; ++c) {
            const int64_t start = starts[static_cast<size_t>(c)];
            select_range(task, c * kChunk, end_of(c), start, starts[static_cast<size_t>(c + 1)] - start);
        }
    });
}

}  // namespace lockstep::host
