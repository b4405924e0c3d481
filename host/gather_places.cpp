// Elements fetched from computed places.
// Must not know types: only item sizes.
#include <cstring>

#include "host/parallel.h"
#include "host/places.h"
#include "host/primitives.h"

namespace lockstep::host {
namespace {

struct Item16 {
    uint64_t a, b;
};

template <class T>
void fetch(const Stretch& s) {
    constexpr int64_t kItem = sizeof(T);
    if (s.value_stride == kItem) {
        for (int64_t i = 0; i < s.count; ++i) std::memcpy(s.values + i * kItem, s.array + s.offset[i], kItem);
        return;
    }
    for (int64_t i = 0; i < s.count; ++i) std::memcpy(s.values + i * s.value_stride, s.array + s.offset[i], kItem);
}

void fetch_runs(const Stretch& s, int64_t item) {
    for (int64_t i = 0; i < s.count; ++i)
        std::memcpy(s.values + i * s.value_stride, s.array + s.offset[i], static_cast<size_t>(item));
}

}  // namespace

void gather(int, const IndexTask& task, Stream*) {
    const Places places(task, true);
    // a random element costs about as much as a cache line
    parallel_ranges(places.size, 64, places.size * (places.item + 32), [&](int64_t begin, int64_t end) {
        PlaceWalk walk(places, begin, end);
        for (Stretch s; walk.next(s);) switch (places.item) {
                case 1: fetch<uint8_t>(s); break;
                case 2: fetch<uint16_t>(s); break;
                case 4: fetch<uint32_t>(s); break;
                case 8: fetch<uint64_t>(s); break;
                case 16: fetch<Item16>(s); break;
                default: fetch_runs(s, places.item);
            }
    });
}

}  // namespace lockstep::host
