// Elements stored to, or folded into, computed places, in C order of the space.
// Must not know types: item sizes, and the loops' table.
#include <cstring>

#include "host/fold_places.h"
#include "host/item_width.h"
#include "host/loops/loops.h"
#include "host/parallel.h"
#include "host/places.h"
#include "host/primitives.h"

namespace lockstep::host {
namespace {

template <class T>
void store(const Stretch& s) {
    const auto [array, offset, values, stride, count] = s;  // a store through char* would have the members read again
    for (int64_t i = 0; i < count; ++i) std::memcpy(array + offset[i], values + i * stride, sizeof(T));
}

void store_runs(const Stretch& s, int64_t item) {
    for (int64_t i = 0; i < s.count; ++i)
        std::memcpy(s.array + s.offset[i], s.values + i * s.value_stride, static_cast<size_t>(item));
}

void store_all(const Places& places, int64_t begin, int64_t end) {
    PlaceWalk walk(places, begin, end);
    for (Stretch s; walk.next(s);) {
        if (is_width(places.item)) of_width(places.item, [&]<class T>(T) { store<T>(s); });
        else store_runs(s, places.item);
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

void fold_all(const Places& places, int64_t begin, int64_t end) {
    const FoldLoop loop = fold_loop(places.task.op, places.task.type);
    const Folding fold(places.task);
    PlaceWalk walk(places, begin, end);
    for (Stretch s; walk.next(s);) {
        if (loop) {
            loop(s);
            continue;
        }
        for (int64_t i = 0; i < s.count; ++i) fold(s.array + s.offset[i], s.values + i * s.value_stride);
    }
}

void work(const Places& places, int64_t begin, int64_t end) {
    if (places.task.op == Op::copy) store_all(places, begin, end);
    else fold_all(places, begin, end);
}

template <class T>
void store_few(const int64_t* index, int64_t n, char* array, int64_t size, int64_t stride, const char* values,
               int64_t value_stride) {
    for (int64_t i = 0; i < n; ++i) {
        const int64_t at = index[i] < 0 ? index[i] + size : index[i];
        std::memcpy(array + at * stride, values + i * value_stride, sizeof(T));
    }
}

// Few elements by one packed index. False, and nothing done, where it does not apply, or an index is out of range.
bool scatter_few(const IndexTask& t) {
    const int64_t n = t.shape[0];
    if (t.op != Op::copy || t.ndim != 1 || n > kStretch || t.indices != 1 || t.mode != OutOfRange::raise) return false;
    const IndexOperand& by = t.index[0];
    if (by.strides[0] != 8 || t.array_strides[0] != 0 || reinterpret_cast<uintptr_t>(by.data) % 8 != 0) return false;
    const int64_t* const index = reinterpret_cast<const int64_t*>(by.data);
    for (int64_t i = 0; i < n; ++i)
        if (index[i] < -by.size || index[i] >= by.size) return false;
    of_width(t.type.itemsize(), [&]<class T>(T) {
        store_few<T>(index, n, t.array, by.size, by.stride, t.values, t.value_strides[0]);
    });
    return true;
}

// Stretches of the first dimension are apart from each other where no index depends on it.
bool first_is_free(const Places& p) {
    if (p.ndim < 2 || p.array_strides[0] == 0) return false;
    for (int k = 0; k < p.task.indices; ++k)
        if (p.index_strides[k][0] != 0) return false;
    return true;
}

}  // namespace

// Values for one place come in C order: only what no index mixes is shared among threads. That each of two threads
// walks all indices and stores those of its own part gained nothing (10^6 values to 10^7 places, 7.5 ms either way).
void scatter(int, const IndexTask& task, Stream*) {
    if (scatter_few(task) || tally(task) || add_line(task)) return;
    const Places places(task, task.op == Op::copy);
    if (!first_is_free(places)) return work(places, 0, places.size);
    const int64_t row = places.size / places.shape[0];
    parallel_ranges(places.shape[0], 1, places.size * (places.item + 32),
                    [&](int64_t begin, int64_t end) { work(places, begin * row, end * row); });
}

}  // namespace lockstep::host
