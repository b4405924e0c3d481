// The CPU's binary search: where values belong in a sorted row.
// Must not know layouts.
#include "host/primitives.h"
#include "host/sort.h"
#include "runtime/array/error.h"
#include "runtime/scalar/sort_key.h"

namespace lockstep::host {
namespace {

// Complex numbers as one key that compares.
struct Two {
    uint64_t major, minor;
    friend bool operator<(const Two& a, const Two& b) {
        return a.major < b.major || (a.major == b.major && a.minor < b.minor);
    }
};

template <class T>
inline auto search_key(const T& x) {
    if constexpr (scalar::is_complex<T>) return Two{scalar::order_key_major(x), scalar::order_key_minor(x)};
    else return scalar::order_key(x);
}

// `group` searches advance together, so that their misses of the cache overlap.
template <class T, bool right, int group>
void search_together(const T* sorted, int64_t n, const T* values, int64_t* out) {
    decltype(search_key(T{})) key[group];
    int64_t at[group] = {};
    for (int g = 0; g < group; ++g) key[g] = search_key(values[g]);
    for (int64_t size = n; size > 0;) {  // before `at` all are passed; size are left to look at
        const int64_t half = size / 2;
        for (int g = 0; g < group; ++g) {
            const auto probe = search_key(sorted[at[g] + half]);
            const bool passed = right ? !(key[g] < probe) : probe < key[g];
            at[g] += passed ? size - half : 0;
        }
        size = half;
    }
    for (int g = 0; g < group; ++g) out[g] = at[g];
}

template <class T, bool right>
void search_sorted_by(const SearchTask& t, int64_t begin, int64_t end) {
    const T* sorted = reinterpret_cast<const T*>(t.sorted);
    const T* values = reinterpret_cast<const T*>(t.values);
    for (int64_t i = begin; i < end; ++i) {
        const auto key = search_key(values[i]);
        int64_t low = 0, high = t.n;
        while (low < high) {
            const int64_t mid = low + (high - low) / 2, place = t.sorter[mid];
            if (place < 0 || place >= t.n)
                fail(Status::value_error, "sorter: index %lld is out of range for %lld elements", static_cast<long long>(place),
                     static_cast<long long>(t.n));
            const auto probe = search_key(sorted[place]);
            if (right ? !(key < probe) : probe < key) low = mid + 1;
            else high = mid;
        }
        t.out[i] = low;
    }
}

template <class T, bool right>
void search_range(const SearchTask& t, int64_t begin, int64_t end) {
    if (t.sorter) return search_sorted_by<T, right>(t, begin, end);
    const T* sorted = reinterpret_cast<const T*>(t.sorted);
    const T* values = reinterpret_cast<const T*>(t.values);
    constexpr int kGroup = 8;
    int64_t i = begin;
    for (; i + kGroup <= end; i += kGroup) search_together<T, right, kGroup>(sorted, t.n, values + i, t.out + i);
    for (; i < end; ++i) search_together<T, right, 1>(sorted, t.n, values + i, t.out + i);
}

template <class T>
void search_all(const SearchTask& t) {
    const int64_t cost = t.count <= INT64_MAX / 64 ? t.count * 64 : INT64_MAX;
    share(true, t.count, cost, [&t](int64_t begin, int64_t end) {
        if (t.right) search_range<T, true>(t, begin, end);
        else search_range<T, false>(t, begin, end);
    });
}

}  // namespace

void search(int, const SearchTask& task, Stream*) {
    switch (task.type.type()) {
#define LS_DTYPE(number, name, character, kind, bytes, type) \
    case TypeNumber::name##_: return search_all<type>(task);
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
        default: return;
    }
}

}  // namespace lockstep::host
