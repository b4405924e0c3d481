// The CPU's sort: rows of any type through their keys, sorted in place of the values or with positions beside them.
// Must not know layouts.
#include "host/sort.h"

#include <cstring>
#include <utility>

#include "host/primitives.h"
#include "host/sort_select.h"
#include "host/sort_side_by_side.h"

namespace lockstep::host {
namespace {

constexpr int64_t kSmall = 64;       // rows that are sorted without memory from the pool
constexpr int64_t kCounted = 16384;  // from this length on values of few kinds are counted, not moved
constexpr int64_t kCost = 16;        // nanoseconds and bytes per element, for sharing

// One row of a task.
template <class T>
struct Row {
    const T* in;
    T* values;           // null, or where they go; may be `in`
    int64_t* positions;  // null, or where they go
    int64_t n;
    Ranks ranks;  // none: all
    bool parallel;
};

// Keys from `lowest` on, of `kinds` different ones: how often each occurs.
template <class T>
void count_values(const Row<T>& row, Key<T> lowest, int64_t kinds) {
    using K = Key<T>;
    constexpr int copies = 4;  // runs of equal values would wait for their own counter
    const Room<int64_t> room(copies * kinds);
    int64_t* const counts = room.data();
    std::memset(counts, 0, static_cast<size_t>(copies * kinds) * sizeof *counts);
    const auto count = [&](int copy, int64_t i) { ++counts[copy * kinds + static_cast<K>(scalar::sort_key(row.in[i]) - lowest)]; };
    int64_t i = 0;
    for (; i + copies <= row.n; i += copies)
        for (int c = 0; c < copies; ++c) count(c, i + c);
    for (; i < row.n; ++i) count(0, i);
    T* out = row.values;
    for (int64_t k = 0; k < kinds; ++k) {
        int64_t times = 0;
        for (int c = 0; c < copies; ++c) times += counts[c * kinds + k];
        const T value = scalar::from_sort_key<T>(static_cast<K>(lowest + static_cast<K>(k)));
        std::fill_n(out, times, value);
        out += times;
    }
}

// Counts where the keys are few for the length of the row: 10^6 int64 of 1000 kinds in a third of the time of moving them.
template <class T>
bool count_few(const Row<T>& row) {
    using K = Key<T>;
    if constexpr (sizeof(T) == 1) {
        if (row.n < 256) return false;
        count_values(row, 0, 256);
        return true;
    } else {
        constexpr int64_t kMost = sizeof(T) == 2 ? 65536 : 16384;
        if (row.n < kCounted) return false;
        K lowest = ~K{0}, highest = 0;
        for (int64_t begin = 0; begin < row.n; begin += kCounted) {  // most rows are given up at the first stretch
            for (int64_t i = begin; i < std::min(row.n, begin + kCounted); ++i) {
                const K key = scalar::sort_key(row.in[i]);
                lowest = key < lowest ? key : lowest;
                highest = highest < key ? key : highest;
            }
            if (static_cast<uint64_t>(static_cast<K>(highest - lowest)) >= static_cast<uint64_t>(std::min(kMost, row.n))) return false;
        }
        count_values(row, lowest, static_cast<int64_t>(static_cast<K>(highest - lowest)) + 1);
        return true;
    }
}

template <class T>
void sort_values(const Row<T>& row) {
    using K = Key<T>;
    if (count_few(row)) return;
    const Room<K> room(row.n);
    K* const keys = reinterpret_cast<K*>(row.values);
    share(row.parallel, row.n, row.n, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) keys[i] = scalar::sort_key(row.in[i]);
    });
    K* sorted = keys;
    if (row.ranks.count) select_ranks(keys, room.data(), row.n, row.ranks, row.parallel);
    else sorted = sort_records(keys, room.data(), row.n, row.parallel);
    share(row.parallel, row.n, row.n, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) {
            const T value = scalar::from_sort_key<T>(sorted[i]);
            std::memcpy(&row.values[i], &value, sizeof value);
        }
    });
}

// complex128: the groups of equal real parts by their imaginary ones.
template <class R>
void sort_minor(const scalar::complex128* in, R* a, R* b, int64_t n, bool parallel) {
    for (int64_t i = 0; i < n;) {
        int64_t j = i + 1;
        while (j < n && key_of(a[j]) == key_of(a[i])) ++j;
        if (j - i > 1) {
            for (int64_t k = i; k < j; ++k) a[k].key = scalar::order_key_minor(in[a[k].position]);
            const R* sorted = sort_records(a + i, b + i, j - i, parallel);
            if (sorted != a + i) std::memcpy(a + i, sorted, static_cast<size_t>(j - i) * sizeof(R));
        }
        i = j;
    }
}

// The same for the groups that hold the ranks asked for: a selection leaves those of one real part beside each other.
template <class T, class R>
void sort_minor_at(const Row<T>& row, R* a, R* b) {
    int64_t done = 0;
    for (int64_t r = 0; r < row.ranks.count; ++r) {
        const int64_t rank = row.ranks.rank[r];
        if (rank < done) continue;
        int64_t begin = rank, end = rank + 1;
        while (begin > done && key_of(a[begin - 1]) == key_of(a[rank])) --begin;
        while (end < row.n && key_of(a[end]) == key_of(a[rank])) ++end;
        sort_minor(row.in, a + begin, b + begin, end - begin, row.parallel);
        done = end;
    }
}

template <class T, class R>
void write_row(const Row<T>& row, const R* sorted) {
    const bool aliased = row.values == row.in;
    const Room<T> copy(row.values && aliased ? row.n : 0);
    const T* in = row.in;
    if (row.values && aliased) {
        std::memcpy(static_cast<void*>(copy.data()), in, static_cast<size_t>(row.n) * sizeof(T));
        in = copy.data();
    }
    share(row.parallel, row.n, 2 * row.n, [&](int64_t begin, int64_t end) {
        if (row.positions)
            for (int64_t i = begin; i < end; ++i) row.positions[i] = static_cast<int64_t>(sorted[i].position);
        if (row.values)
            for (int64_t i = begin; i < end; ++i) row.values[i] = in[sorted[i].position];
    });
}

template <class T, class R>
void sort_placed(const Row<T>& row) {
    using P = decltype(R{}.position);
    const Room<R> first(row.n), second(row.n);
    R* records = first.data();
    share(row.parallel, row.n, 2 * row.n, [&](int64_t begin, int64_t end) {
        for (int64_t i = begin; i < end; ++i) records[i] = {key_for_positions(row.in[i]), static_cast<P>(i)};
    });
    R* spare = second.data();
    if (row.ranks.count) {
        select_ranks(records, spare, row.n, row.ranks, row.parallel);
    } else {
        records = sort_records(records, spare, row.n, row.parallel);
        if (records == spare) spare = first.data();
    }
    if constexpr (scalar::is_same<T, scalar::complex128>) {
        if (row.ranks.count) sort_minor_at(row, records, spare);
        else sort_minor(row.in, records, spare, row.n, row.parallel);
    }
    write_row(row, records);
}

// Few elements, in memory of the call.
template <class T>
void sort_small(const Row<T>& row) {
    constexpr bool keyed = !scalar::is_complex<T>;
    if constexpr (keyed)
        if (!row.positions) {
            Key<T> keys[kSmall], spare[kSmall];
            for (int64_t i = 0; i < row.n; ++i) keys[i] = scalar::sort_key(row.in[i]);
            const Key<T>* sorted = sort_blocks(keys, spare, row.n);
            for (int64_t i = 0; i < row.n; ++i) row.values[i] = scalar::from_sort_key<T>(sorted[i]);
            return;
        }
    using R = Placed<decltype(key_for_positions(T{})), uint32_t>;
    R first[kSmall], second[kSmall];
    T in[kSmall];
    std::memcpy(static_cast<void*>(in), row.in, static_cast<size_t>(row.n) * sizeof(T));
    for (int64_t i = 0; i < row.n; ++i) first[i] = {key_for_positions(in[i]), static_cast<uint32_t>(i)};
    R* const records = sort_blocks(first, second, row.n);
    if constexpr (scalar::is_same<T, scalar::complex128>) sort_minor(in, records, records == first ? second : first, row.n, false);
    for (int64_t i = 0; row.positions && i < row.n; ++i) row.positions[i] = records[i].position;
    for (int64_t i = 0; row.values && i < row.n; ++i) row.values[i] = in[records[i].position];
}

// Elements of one byte: positions go straight to the place of their value, without memory for keys.
template <class T>
void count_positions(const Row<T>& row) {
    int64_t place[256] = {};
    for (int64_t i = 0; i < row.n; ++i) ++place[scalar::sort_key(row.in[i])];
    int64_t sum = 0;
    for (int64_t& p : place) sum += std::exchange(p, sum);
    for (int64_t i = 0; i < row.n; ++i) row.positions[place[scalar::sort_key(row.in[i])]++] = i;
    if (!row.values) return;
    for (int64_t key = 0, i = 0; key < 256; ++key) {  // each place is now where the next value begins
        const int64_t end = place[key];
        std::fill_n(row.values + i, end - i, scalar::from_sort_key<T>(static_cast<Key<T>>(key)));
        i = end;
    }
}

template <class T>
void sort_row(const Row<T>& row) {
    if (row.n <= kSmall) return sort_small(row);
    if constexpr (sizeof(T) == 1)
        if (row.positions) return count_positions(row);
    if constexpr (!scalar::is_complex<T>)
        if (!row.positions) return sort_values(row);
    using K = decltype(key_for_positions(T{}));
    if (row.n <= int64_t{UINT32_MAX}) sort_placed<T, Placed<K, uint32_t>>(row);
    else if constexpr (sizeof(K) == 8) sort_placed<T, Placed<K, uint64_t>>(row);
    else sort_placed<T, Placed<K, uint64_t>>(row);
}

template <class T>
void sort_rows(const SortTask& t) {
    if (t.rows > 1 && sort_side_by_side<T>(t)) return;
    const auto rows = [&t](int64_t begin, int64_t end, bool parallel) {
        for (int64_t r = begin; r < end; ++r) {
            const int64_t at = r * t.n;
            sort_row<T>({reinterpret_cast<const T*>(t.in) + at, t.values ? reinterpret_cast<T*>(t.values) + at : nullptr,
                         t.positions ? t.positions + at : nullptr, t.n, {t.ranks, t.rank_count}, parallel});
        }
    };
    const int64_t size = t.rows * t.n, cost = size <= INT64_MAX / kCost ? size * kCost : INT64_MAX;
    const bool many = t.rows >= num_threads();
    if (t.rows == 1 || !many || !worth_sharing(cost)) return rows(0, t.rows, true);
    parallel_ranges(t.rows, 1, cost, [&rows](int64_t begin, int64_t end) { rows(begin, end, false); });
}

}  // namespace

void sort(int, const SortTask& task, Stream*) {
    switch (task.type.type()) {
#define LS_DTYPE(number, name, character, kind, bytes, type) \
    case TypeNumber::name##_: return sort_rows<type>(task);
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
        default: return;
    }
}

}  // namespace lockstep::host
