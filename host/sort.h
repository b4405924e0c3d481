// Sorting on the CPU: what its files share.
// Must not know NumPy's functions.
#pragma once

#include <algorithm>
#include <cstdint>

#include "host/memory.h"
#include "host/parallel.h"
#include "host/sort_radix.h"
#include "runtime/exec/threads.h"

namespace lockstep::host {

// Room for n records, from the pool.
template <class R>
class Room {
  public:
    explicit Room(int64_t n) : bytes_(n * static_cast<int64_t>(sizeof(R))), data_(allocate(bytes_)) {}
    ~Room() { deallocate(data_, bytes_); }
    Room(const Room&) = delete;
    Room& operator=(const Room&) = delete;
    R* data() const { return static_cast<R*>(data_); }

  private:
    int64_t bytes_;
    void* data_;
};

// Ranges as parallel_ranges has them, and none of its costs where there is nothing to share.
template <class Body>
void share(bool parallel, int64_t n, int64_t cost, const Body& body) {
    if (!parallel || !worth_sharing(cost)) return body(int64_t{0}, n);
    parallel_ranges(n, 64, cost, [&body](int64_t begin, int64_t end) { body(begin, end); });
}

// How many of the first k of two merged rows are a's; a's come before equal ones of b.
template <class R>
int64_t split_merge(const R* a, int64_t na, const R* b, int64_t nb, int64_t k) {
    int64_t low = std::max<int64_t>(0, k - nb), high = std::min(k, na);
    while (low < high) {
        const int64_t mid = low + (high - low) / 2;
        if (key_of(b[k - mid - 1]) < key_of(a[mid])) high = mid;
        else low = mid + 1;
    }
    return low;
}

template <class R>
void merge(const R* a, const R* const a_end, const R* b, const R* const b_end, R* out) {
    while (a != a_end && b != b_end) {
        const bool right = key_of(*b) < key_of(*a);
        *out++ = *(right ? b : a);
        a += !right;
        b += right;
    }
    if (a != a_end) std::memcpy(out, a, static_cast<size_t>(a_end - a) * sizeof(R));
    else if (b != b_end) std::memcpy(out, b, static_cast<size_t>(b_end - b) * sizeof(R));
}

// Up to some 64 records at `a`, with room for as many at `b`: blocks by insertion, then merged. Says which has them.
template <class R>
R* sort_blocks(R* a, R* b, int64_t n) {
    constexpr int64_t kBlock = 16;
    int64_t ordered = 1;
    while (ordered < n && !(key_of(a[ordered]) < key_of(a[ordered - 1]))) ++ordered;
    if (ordered >= n) return a;
    for (int64_t i = 0; i < n; i += kBlock) insertion_sort(a + i, std::min(kBlock, n - i));
    for (int64_t width = kBlock; width < n; width *= 2) {
        for (int64_t i = 0; i < n; i += 2 * width) {
            const R* const middle = a + std::min(n, i + width);
            merge(a + i, middle, middle, a + std::min(n, i + 2 * width), b + i);
        }
        std::swap(a, b);
    }
    return a;
}

// One level of merging: pairs of neighbouring runs of `run` records at `from` into `to`, in slices of equal size.
template <class R>
void merge_level(const R* from, R* to, int64_t n, int64_t run) {
    constexpr int64_t kSlice = 32 << 10;
    const int64_t slices = (n + kSlice - 1) / kSlice;
    parallel_ranges(slices, 1, n * static_cast<int64_t>(2 * sizeof(R)), [=](int64_t begin, int64_t end) {
        for (int64_t at = begin * kSlice, stop = std::min(n, end * kSlice); at < stop;) {
            const int64_t base = at / (2 * run) * (2 * run);
            const int64_t na = std::min(run, n - base), nb = std::min(run, n - base - na);
            const int64_t first = at - base, last = std::min({stop - base, na + nb});
            const R *a = from + base, *b = a + na;
            const int64_t i = split_merge(a, na, b, nb, first), j = split_merge(a, na, b, nb, last);
            merge(a + i, a + j, b + (first - i), b + (last - j), to + at);
            at = base + last;
        }
    });
}

// Sorts n records at `a`, with room for as many at `b`; says which of the two has them. Threads sort a run each and merge.
template <class R>
R* sort_records(R* a, R* b, int64_t n, bool parallel) {
    constexpr int64_t kRun = 16 << 10, kLongest = int64_t{1} << 30;
    int64_t runs = 1;
    const int64_t wanted = parallel ? num_threads() : 1;
    while ((n + runs - 1) / runs > kLongest || (runs < wanted && n / runs >= 2 * kRun)) runs *= 2;
    if (runs == 1) return radix_sort(a, b, n);
    const int64_t run = (n + runs - 1) / runs;
    const int64_t cost = n * int64_t{16};
    const auto sort_runs = [=](int64_t begin, int64_t end) {
        for (int64_t i = begin * run; i < std::min(n, end * run); i += run) {
            const int64_t size = std::min(run, n - i);
            const R* sorted = radix_sort(a + i, b + i, size);
            if (sorted != a + i) std::memcpy(a + i, sorted, static_cast<size_t>(size) * sizeof(R));
        }
    };
    if (parallel) parallel_ranges(runs, 1, cost, sort_runs);
    else sort_runs(0, runs);
    for (int64_t width = run; width < n; width *= 2) {
        merge_level(a, b, n, width);
        std::swap(a, b);
    }
    return a;
}

// Which ranks of a row are asked for: ascending, distinct.
struct Ranks {
    const int64_t* rank;
    int64_t count;
};

}  // namespace lockstep::host
