// Selection by rank: the records of some ranks in place, smaller ones before them, others behind.
// Must not know element types or tasks.
#pragma once

#include "host/sort.h"

namespace lockstep::host {

// Three parts of a range by two keys: below `low`, within, above `high`.
template <class R>
struct Cut {
    KeyOf<R> low, high;
    int part(const R& r) const { return static_cast<int>(!(key_of(r) < low)) + static_cast<int>(high < key_of(r)); }
};

// Two keys that have the record of this rank between them, and little else: of a sorted sample, the neighbours of its place.
template <class R>
Cut<R> choose_cut(const R* a, int64_t n, int64_t rank, bool narrow) {
    constexpr int64_t kSample = 1024;
    KeyOf<R> sample[kSample], room[kSample];
    const int64_t count = std::min(kSample, n / 8 + 1);
    uint64_t random = 0x9e3779b97f4a7c15u;  // the same places in every run: which ones does not show in the ranks asked for
    for (int64_t i = 0; i < count; ++i) {
        random = random * 6364136223846793005u + 1442695040888963407u;
        const int64_t first = n / count * i, size = n / count;
        sample[i] = key_of(a[first + static_cast<int64_t>((random >> 33) % static_cast<uint64_t>(size))]);
    }
    const KeyOf<R>* sorted = radix_sort(sample, room, count);
    const int64_t middle = static_cast<int64_t>(static_cast<double>(rank) / static_cast<double>(n) * static_cast<double>(count));
    const int64_t margin = narrow ? 0 : count / 32 + 1;
    return {sorted[std::max<int64_t>(0, middle - margin)], sorted[std::min(count - 1, middle + margin)]};
}

// Moves the n records at `from` to `to`, in the three parts, each in its order. The sizes of the first two go to `sizes`.
template <class R>
void cut_into(const R* from, R* to, int64_t n, const Cut<R>& cut, int64_t* sizes, bool parallel) {
    constexpr int64_t kMost = 64;
    const int64_t pieces = parallel ? std::clamp<int64_t>(n / (32 << 10), 1, kMost) : 1;
    int64_t start[kMost][3];
    const auto edge = [=](int64_t piece) { return n / pieces * piece + std::min(piece, n % pieces); };
    const int64_t cost = n * static_cast<int64_t>(sizeof(R));
    const auto over_pieces = [&](const auto& body) {
        if (pieces == 1) return body(0, 1);
        parallel_ranges(pieces, 1, cost, [&body](int64_t begin, int64_t end) { body(begin, end); });
    };
    over_pieces([&](int64_t begin, int64_t end) {
        for (int64_t p = begin; p < end; ++p) {
            int64_t below = 0, above = 0;
            for (int64_t i = edge(p); i < edge(p + 1); ++i) {
                below += key_of(from[i]) < cut.low;
                above += cut.high < key_of(from[i]);
            }
            start[p][0] = below;
            start[p][1] = edge(p + 1) - edge(p) - below - above;
            start[p][2] = above;
        }
    });
    int64_t sum = 0;
    for (int part = 0; part < 3; ++part) {
        const int64_t before = sum;
        for (int64_t p = 0; p < pieces; ++p) sum += std::exchange(start[p][part], sum);
        if (part < 2) sizes[part] = sum - before;
    }
    over_pieces([&](int64_t begin, int64_t end) {
        for (int64_t p = begin; p < end; ++p) {
            R* out[3] = {to + start[p][0], to + start[p][1], to + start[p][2]};
            for (int64_t i = edge(p); i < edge(p + 1); ++i) *out[cut.part(from[i])]++ = from[i];
        }
    });
}

// `rank` counts from the start of `a`, which lies `base` records after the row's.
template <class R>
void select_from(R* a, R* b, int64_t n, Ranks ranks, int64_t base, bool parallel, int round) {
    constexpr int64_t kSorted = 512;  // up to here, and where cutting does not get on, sorting is as fast
    constexpr int kRounds = 48;
    if (ranks.count == 0) return;
    if (n <= kSorted || ranks.count > n / 8 || round > kRounds) {
        const R* sorted = sort_records(a, b, n, parallel);
        if (sorted != a) std::memcpy(a, sorted, static_cast<size_t>(n) * sizeof(R));
        return;
    }
    const Cut<R> cut = choose_cut(a, n, ranks.rank[ranks.count / 2] - base, round % 2 == 1);
    int64_t sizes[2];
    cut_into(a, b, n, cut, sizes, parallel);
    share(parallel, n, n * static_cast<int64_t>(sizeof(R)), [&](int64_t begin, int64_t end) {
        std::memcpy(a + begin, b + begin, static_cast<size_t>(end - begin) * sizeof(R));
    });
    const int64_t first = sizes[0], last = sizes[0] + sizes[1];
    const int64_t* const end = ranks.rank + ranks.count;
    const int64_t* const within = std::lower_bound(ranks.rank, end, base + first);
    const int64_t* const above = std::lower_bound(within, end, base + last);
    select_from(a, b, first, {ranks.rank, within - ranks.rank}, base, parallel, round + 1);
    if (cut.low != cut.high) 
        select_from(a + first, b + first, last - first, {within, above - within}, base + first, parallel, round + 1);
    select_from(a + last, b + last, n - last, {above, end - above}, base + last, parallel, round + 1);
}

// Puts the records of these ranks in place among the n at `a`, with room for as many at `b`: see SortTask.
template <class R>
void select_ranks(R* a, R* b, int64_t n, Ranks ranks, bool parallel) {
    select_from(a, b, n, ranks, 0, parallel, 0);
}

}  // namespace lockstep::host
