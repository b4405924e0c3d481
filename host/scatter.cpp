// Elements stored to, or folded into, computed places, in C order of the space.
// Must not know types: item sizes, and the loops' table.
#include <algorithm>
#include <cstring>

#include "host/fold_places.h"
#include "host/loops/loops.h"
#include "host/parallel.h"
#include "host/places.h"
#include "host/primitives.h"
#include "runtime/exec/threads.h"

namespace lockstep::host {
namespace {

struct Item16 {
    uint64_t a, b;
};

// Outside its share a store goes to a place that nobody reads, which is faster than a branch.
template <class T>
void store(const Stretch& s, Share share) {
    char aside[sizeof(T)];
    for (int64_t i = 0; i < s.count; ++i) {
        char* const to = share.has(s.offset[i]) ? s.array + s.offset[i] : aside;
        std::memcpy(to, s.values + i * s.value_stride, sizeof(T));
    }
}

void store_runs(const Stretch& s, Share share, int64_t item) {
    for (int64_t i = 0; i < s.count; ++i)
        if (share.has(s.offset[i]))
            std::memcpy(s.array + s.offset[i], s.values + i * s.value_stride, static_cast<size_t>(item));
}

void store_all(const Places& places, int64_t begin, int64_t end, Share share) {
    PlaceWalk walk(places, begin, end);
    for (Stretch s; walk.next(s);) switch (places.item) {
            case 1: store<uint8_t>(s, share); break;
            case 2: store<uint16_t>(s, share); break;
            case 4: store<uint32_t>(s, share); break;
            case 8: store<uint64_t>(s, share); break;
            case 16: store<Item16>(s, share); break;
            default: store_runs(s, share, places.item);
        }
}

// How one element is folded by the loops' table: op, then back to the array's type where the result is of another.
struct Folding {
    Loop op, cast;
    int64_t item;
    bool unary;

    explicit Folding(const IndexTask& t)
        : op(loops().plain[static_cast<int>(t.op)][t.type.number()]),
          cast(nullptr),
          item(t.type.itemsize()),
          unary(row_of(t.op).inputs == 1) {
        const DType result = result_of(t.op, t.type);
        if (result != t.type) cast = loops().cast[result.number()][t.type.number()];
    }
    void operator()(char* place, const char* value) const {
        alignas(16) char a[16], b[16], out[16], back[16];
        std::memcpy(a, place, static_cast<size_t>(item));
        if (!unary) std::memcpy(b, value, static_cast<size_t>(item));
        char* const two[] = {a, b, out};
        char* const one[] = {a, out};
        op(1, unary ? one : two);
        char* result = out;
        if (cast) {
            char* const turned[] = {out, back};
            cast(1, turned);
            result = back;
        }
        std::memcpy(place, result, static_cast<size_t>(item));
    }
};

void fold_all(const Places& places, int64_t begin, int64_t end, Share share) {
    const FoldLoop loop = fold_loop(places.task.op, places.task.type);
    const Folding fold(places.task);
    PlaceWalk walk(places, begin, end);
    for (Stretch s; walk.next(s);) {
        if (loop) {
            loop(s, share);
            continue;
        }
        for (int64_t i = 0; i < s.count; ++i)
            if (share.has(s.offset[i])) fold(s.array + s.offset[i], s.values + i * s.value_stride);
    }
}

void work(const Places& places, int64_t begin, int64_t end, Share share) {
    if (places.task.op == Op::copy) store_all(places, begin, end, share);
    else fold_all(places, begin, end, share);
}

// Stretches of the first dimension are apart from each other where no index depends on it.
bool first_is_free(const Places& p) {
    if (p.ndim < 2 || p.array_strides[0] == 0) return false;
    for (int k = 0; k < p.task.indices; ++k)
        if (p.index_strides[k][0] != 0) return false;
    return true;
}

// Only indices move: an element's place is its offset.
bool all_indexed(const Places& p) {
    for (int d = 0; d < p.ndim; ++d)
        if (p.array_strides[d] != 0) return false;
    return true;
}

// Every thread walks all indices and does what falls into its share of the array: the order of values for one place stays.
void work_in_shares(const Places& places) {
    int64_t low = 0, bytes = 1;
    for (int k = 0; k < places.task.indices; ++k) {
        const IndexOperand& index = places.task.index[k];
        const int64_t reach = (index.size - 1) * index.stride;
        low += std::min<int64_t>(reach, 0);
        bytes += std::max(reach, -reach);
    }
    const int64_t shares = num_threads();
    parallel_ranges(shares, 1, places.size * 16, [&](int64_t begin, int64_t end) {
        const int64_t each = bytes / shares + 1;
        work(places, 0, places.size, {low + begin * each, low + end * each});
    });
}

// 10^6 values to random places of an array of this size: in shares from 11 to 8 ms on two threads.
constexpr int64_t kManyPlaces = 1 << 16;

}  // namespace

void scatter(int, const IndexTask& task, Stream*) {
    const Places places(task, task.op == Op::copy);
    if (first_is_free(places)) {
        const int64_t row = places.size / places.shape[0];
        parallel_ranges(places.shape[0], 1, places.size * (places.item + 32),
                        [&](int64_t begin, int64_t end) { work(places, begin * row, end * row, {}); });
    } else if (places.size >= kManyPlaces && num_threads() > 1 && all_indexed(places)) {
        work_in_shares(places);
    } else {
        work(places, 0, places.size, {});
    }
}

}  // namespace lockstep::host
