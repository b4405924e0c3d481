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

template <bool right, class Key>
inline bool passes(const Key& probe, const Key& key) {
    return right ? !(key < probe) : probe < key;
}

// `group` searches advance together, so that their misses of the cache overlap, among n elements that begin at place `first`.
template <class T, bool right, int group>
void search_together(const T* sorted, int64_t first, int64_t n, const T* values, int64_t* out) {
    decltype(search_key(T{})) key[group];
    int64_t at[group];
    for (int g = 0; g < group; ++g) {
        key[g] = search_key(values[g]);
        at[g] = first;
    }
    for (int64_t size = n; size > 0;) {  // before `at` all are passed; size are left to look at
        const int64_t half = size / 2;
        for (int g = 0; g < group; ++g) at[g] += passes<right>(search_key(sorted[at[g] + half]), key[g]) ? size - half : 0;
        size = half;
    }
    for (int g = 0; g < group; ++g) out[g] = at[g];
}

// The place of a value at or after `first`, when it is likely to be near: by steps that double.
template <class T, bool right>
int64_t search_near(const T* sorted, int64_t n, int64_t first, const T& value) {
    const auto key = search_key(value);
    int64_t step = 1, low = first;
    while (low + step <= n && passes<right>(search_key(sorted[low + step - 1]), key)) {
        low += step;
        step *= 2;
    }
    int64_t place;
    search_together<T, right, 1>(sorted, low, std::min(step - 1, n - low), &value, &place);
    return place;
}

template <class T>
bool ascending(const T* values, int64_t n) {
    bool yes = true;
    for (int64_t i = 1; i < n; ++i) yes &= !(search_key(values[i]) < search_key(values[i - 1]));
    return yes;
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
            if (passes<right>(probe, key)) low = mid + 1;
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
    constexpr int kGroup = 8, kBlock = 64;
    int64_t i = begin, low = 0;
    const auto among = [&](int64_t end_of_block, int64_t first, int64_t n) {
        for (; i + kGroup <= end_of_block; i += kGroup) search_together<T, right, kGroup>(sorted, first, n, values + i, t.out + i);
        for (; i < end_of_block; ++i) search_together<T, right, 1>(sorted, first, n, values + i, t.out + i);
    };
    while (i + kBlock <= end) {  // blocks of ascending values belong near each other
        const int64_t stop = i + kBlock;
        if (!ascending(values + i, kBlock)) {
            among(stop, 0, t.n);
            low = 0;
            continue;
        }
        if (i > begin && search_key(values[i]) < search_key(values[i - 1])) low = 0;
        low = search_near<T, right>(sorted, t.n, low, values[i]);
        const int64_t high = search_near<T, right>(sorted, t.n, low, values[stop - 1]);
        among(stop, low, high - low);
        low = high;
    }
    among(end, 0, t.n);
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
