// Numbers added at a line of indices, one after the other: bincount with weights, without an offset for each.
// Must not know how the general scatter walks a space, which takes what is refused here.
#include <atomic>
#include <cstdint>

#include "host/fold_places.h"
#include "host/loops/loops.h"
#include "host/parallel.h"

namespace lockstep::host {
namespace {

bool is_aligned(const char* p, int64_t bytes) { return reinterpret_cast<uintptr_t>(p) % static_cast<uintptr_t>(bytes) == 0; }

// Nothing is written before all indices were seen.
bool all_inside(const int64_t* index, int64_t n, int64_t size) {
    std::atomic<bool> inside{true};
    parallel_ranges(n, 8, n * 8, [&](int64_t begin, int64_t end) {
        int64_t low = INT64_MAX, high = INT64_MIN;
        loops().indexing.range(index + begin, end - begin, &low, &high);
        if (low < 0 || high >= size) inside = false;
    });
    return inside;
}

template <class T>
bool add(const IndexTask& t) {
    constexpr int64_t item = sizeof(T);
    const IndexOperand& by = t.index[0];
    const int64_t stride = t.value_strides[0];
    if (by.stride != item || stride % item != 0 || !is_aligned(t.array, item) || !is_aligned(t.values, item)) return false;
    const int64_t* const index = reinterpret_cast<const int64_t*>(by.data);
    if (!all_inside(index, t.shape[0], by.size)) return false;
    const T* const values = reinterpret_cast<const T*>(t.values);
    T* const sums = reinterpret_cast<T*>(t.array);
    for (int64_t i = 0; i < t.shape[0]; ++i) sums[index[i]] += values[i * (stride / item)];
    return true;
}

}  // namespace

// 10^7 float64 to 1000 places: 15 ms, where an offset for each took 32 (NumPy: 18).
bool add_line(const IndexTask& t) {
    if (t.op != Op::add || t.ndim != 1 || t.indices != 1 || t.mode != OutOfRange::raise || t.array_strides[0] != 0) return false;
    if (t.index[0].strides[0] != 8 || !is_aligned(t.index[0].data, 8)) return false;
    if (t.type == types::float64_) return add<double>(t);
    if (t.type == types::int64_ || t.type == types::uint64_) return add<uint64_t>(t);
    return t.type == types::float32_ && add<float>(t);
}

}  // namespace lockstep::host
