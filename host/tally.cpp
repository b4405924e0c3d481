// Integers added into few places: every thread adds in memory of its own, and these sums are added in the end. Their
// bits do not depend on the order.
// Must not know types: only item sizes.
#include <atomic>
#include <cstring>
#include <mutex>
#include <utility>
#include <vector>

#include "host/fold_places.h"
#include "host/memory.h"
#include "host/parallel.h"
#include "runtime/exec/threads.h"

namespace lockstep::host {
namespace {

// Of the sums of one thread. 10^6 counts of 8 bytes took 48 ms beside NumPy's 31; add_line takes these.
constexpr int64_t kMostBytes = 2 << 20;
constexpr int64_t kPaired = 2048;  // so many sums fit the first cache twice

// Sums of one thread, from the pool: fresh pages would cost as much as the additions.
class Sums {
  public:
    explicit Sums(int64_t bytes) : bytes_(bytes), data_(allocate(bytes)) {
        std::memset(data_, 0, static_cast<size_t>(bytes));
    }
    Sums(Sums&& o) noexcept : bytes_(o.bytes_), data_(std::exchange(o.data_, nullptr)) {}
    ~Sums() {
        if (data_) deallocate(data_, bytes_);
    }
    template <class T>
    T* of() const {
        return static_cast<T*>(data_);
    }

  private:
    int64_t bytes_;
    void* data_;
};

// One value for all: counted with two tables in turn where they fit, as equal neighbours would wait for each other's store.
// False at the first index that is negative or out of range.
template <class T>
bool tally_one(const int64_t* index, int64_t count, int64_t n, T one, T* sums) {
    T* const other = sums + (n <= kPaired ? n : 0);
    const uint64_t limit = static_cast<uint64_t>(n);
    int64_t i = 0;
    for (; i + 1 < count; i += 2) {
        const uint64_t a = static_cast<uint64_t>(index[i]), b = static_cast<uint64_t>(index[i + 1]);
        if (a >= limit || b >= limit) return false;
        sums[a] = static_cast<T>(sums[a] + one);
        other[b] = static_cast<T>(other[b] + one);
    }
    if (i < count) {
        if (static_cast<uint64_t>(index[i]) >= limit) return false;
        sums[index[i]] = static_cast<T>(sums[index[i]] + one);
    }
    for (int64_t k = 0; other != sums && k < n; ++k) sums[k] = static_cast<T>(sums[k] + other[k]);
    return true;
}

// Adds values begin .. end - 1; false where an index is out of range.
template <class T>
bool tally_range(const IndexTask& t, int64_t begin, int64_t end, T* sums) {
    const int64_t* const index = reinterpret_cast<const int64_t*>(t.index[0].data);
    const int64_t n = t.index[0].size, stride = t.value_strides[0];
    const char* const values = t.values;
    T one;
    std::memcpy(&one, t.values, sizeof one);
    if (stride == 0) return tally_one(index + begin, end - begin, n, one, sums);
    uint64_t outside = 0;
    for (int64_t i = begin; i < end; ++i) {
        int64_t at = index[i];
        at += at < 0 ? n : 0;
        const bool wrong = static_cast<uint64_t>(at) >= static_cast<uint64_t>(n);
        outside |= wrong;
        T value;
        std::memcpy(&value, values + i * stride, sizeof value);
        T& sum = sums[wrong ? 0 : at];
        sum = static_cast<T>(sum + value);
    }
    return outside == 0;
}

template <class T>
bool tally_all(const IndexTask& t) {
    const int64_t n = t.shape[0], size = t.index[0].size, threads = num_threads();
    std::mutex mutex;
    std::vector<Sums> all;
    std::atomic<bool> fine{true};
    parallel_ranges(n, (n + threads - 1) / threads, n * 8, [&](int64_t begin, int64_t end) {
        Sums sums((size <= kPaired ? 2 : 1) * size * static_cast<int64_t>(sizeof(T)));
        if (!tally_range(t, begin, end, sums.of<T>())) fine = false;
        const std::lock_guard lock(mutex);
        all.push_back(std::move(sums));
    });
    if (!fine) return false;
    for (const Sums& sums : all)
        for (int64_t i = 0; i < size; ++i) {
            T value;
            char* const place = t.array + i * t.index[0].stride;
            std::memcpy(&value, place, sizeof value);
            value = static_cast<T>(value + sums.of<T>()[i]);
            std::memcpy(place, &value, sizeof value);
        }
    return true;
}

}  // namespace

bool tally(const IndexTask& t) {
    if (t.op != Op::add || !t.type.is_integer() || t.ndim != 1 || t.indices != 1) return false;
    if (t.mode != OutOfRange::raise) return false;
    const IndexOperand& by = t.index[0];
    const bool packed = by.strides[0] == 8 && reinterpret_cast<uintptr_t>(by.data) % 8 == 0 && t.array_strides[0] == 0;
    const bool few = by.size > 0 && by.size * t.type.itemsize() <= kMostBytes && t.shape[0] / 8 >= by.size;
    if (!packed || !few || t.shape[0] < 4096) return false;
    switch (t.type.itemsize()) {
        case 1: return tally_all<uint8_t>(t);
        case 2: return tally_all<uint16_t>(t);
        case 4: return tally_all<uint32_t>(t);
        default: return tally_all<uint64_t>(t);
    }
}

}  // namespace lockstep::host
