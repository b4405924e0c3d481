// Size classes: small blocks per thread without a lock, large ones in a shared, bounded cache.
// Must not know arrays.
#include "host/memory.h"

#include <sys/mman.h>
#include <unistd.h>

#include <atomic>
#include <bit>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <new>
#include <vector>

#include "host/fill.h"
#include "runtime/array/error.h"

namespace lockstep::host {
namespace {

constexpr int64_t kAlignment = 64, kSmall = 4096, kHuge = 2 << 20;
// Zeros from here on give a kept block's pages back to the system, as calloc does from this size on: 32 MiB take 1 to 108 us,
// and all written after that 2.4 ms in all, where filling takes 423 us (memory zero already) to 1.1 ms, and 1.2 to 1.9 ms
// with the write. From 128 MiB on both take the same with the write, 12 ms; NumPy's zeros take 14.
constexpr int64_t kUntouched = 32 << 20;
constexpr int kSmallSlots = 32;

std::atomic<int64_t> used{0}, cached{0}, peak{0}, countdown{-1};

// Four classes per power of two: at most a fifth of a block is slack.
int64_t rounded(int64_t bytes) {
    if (bytes <= kAlignment) return kAlignment;
    const int64_t step = std::max<int64_t>(kAlignment, static_cast<int64_t>(std::bit_floor(static_cast<uint64_t>(bytes - 1)) / 4));
    const int64_t size = (bytes + step - 1) / step * step;
    return size >= kHuge ? (size + kHuge - 1) / kHuge * kHuge : size;
}

int class_of(int64_t size) {  // exact for sizes that rounded() returns
    const int power = std::bit_width(static_cast<uint64_t>(size - 1));
    return power * 4 + static_cast<int>((size - 1) >> (power > 3 ? power - 3 : 0) & 3);
}

void* system_allocate(int64_t size) {
    const size_t alignment = size >= kHuge ? kHuge : kAlignment;
    void* block = std::aligned_alloc(alignment, static_cast<size_t>(size));
    if (block && size >= kHuge) madvise(block, static_cast<size_t>(size), MADV_HUGEPAGE);
    return block;
}

void account(int64_t size) {
    const int64_t now = used.fetch_add(size, std::memory_order_relaxed) + size;
    int64_t seen = peak.load(std::memory_order_relaxed);
    while (now > seen && !peak.compare_exchange_weak(seen, now, std::memory_order_relaxed)) {}
}

// Large blocks, by class. At most a quarter of the machine's memory is held back.
class LargeCache {
  public:
    void* take(int64_t size) {
        const std::scoped_lock lock(mutex_);
        auto& blocks = blocks_[static_cast<size_t>(class_of(size))];
        for (size_t i = blocks.size(); i-- > 0;)
            if (blocks[i].size == size) {
                void* block = blocks[i].data;
                blocks.erase(blocks.begin() + static_cast<std::ptrdiff_t>(i));
                cached.fetch_sub(size);
                return block;
            }
        return nullptr;
    }
    bool put(void* block, int64_t size) noexcept {
        if (cached.load() + size > limit()) return false;
        const std::scoped_lock lock(mutex_);
        try {
            blocks_[static_cast<size_t>(class_of(size))].push_back({block, size});
        } catch (const std::bad_alloc&) {
            return false;
        }
        cached.fetch_add(size);
        return true;
    }
    void clear() {
        const std::scoped_lock lock(mutex_);
        for (auto& blocks : blocks_) {
            for (const Block& b : blocks) {
                std::free(b.data);
                cached.fetch_sub(b.size);
            }
            blocks.clear();
        }
    }
    static int64_t limit() {
        static const int64_t bytes = static_cast<int64_t>(sysconf(_SC_PHYS_PAGES)) / 4 * sysconf(_SC_PAGESIZE);
        return bytes;
    }

  private:
    struct Block {
        void* data;
        int64_t size;
    };
    std::mutex mutex_;
    std::vector<Block> blocks_[64 * 4];
};

LargeCache& large_cache() {
    static auto* cache = new LargeCache;  // outlives every array
    return *cache;
}

// Small blocks of the thread: classes of 64 bytes.
struct SmallCache {
    void* slots[kSmall / kAlignment + 1][kSmallSlots];
    int count[kSmall / kAlignment + 1] = {};
    bool closed = false;
    ~SmallCache() {
        closed = true;
        for (int c = 0; c <= kSmall / kAlignment; ++c)
            while (count[c]) std::free(slots[c][--count[c]]);
    }
};
thread_local SmallCache small_cache;

void refuse_when_told() {
    if (countdown.load(std::memory_order_relaxed) < 0) return;
    if (countdown.fetch_sub(1) == 0) fail(Status::out_of_memory, "cpu: allocation refused by the test hook");
}

// The block's first touch makes zero pages again; false where the system refuses, as for locked memory.
bool drop_pages(void* block, int64_t size) { return madvise(block, static_cast<size_t>(size), MADV_DONTNEED) == 0; }

struct Large {
    void* data;
    int64_t size;
    bool kept;  // from the cache
};

Large allocate_large(int64_t bytes) {
    constexpr int64_t kMost = int64_t{1} << 61;  // far beyond any machine; rounding up must not overflow
    const int64_t size = bytes <= kMost ? rounded(bytes) : 0;
    void* block = size > 0 ? large_cache().take(size) : nullptr;
    const bool kept = block != nullptr;
    if (!block && size > 0) block = system_allocate(size);
    if (!block && size > 0) {
        large_cache().clear();
        block = system_allocate(size);
    }
    if (!block)
        fail(Status::out_of_memory, "cpu: could not allocate %lld bytes (%lld in use, %lld cached and given back)",
             static_cast<long long>(bytes), static_cast<long long>(used.load()), static_cast<long long>(cached.load()));
    account(size);
    return {block, size, kept};
}

}  // namespace

void* allocate(int64_t bytes) {
    refuse_when_told();
    if (bytes > kSmall) return allocate_large(bytes).data;
    const int64_t c = bytes > 0 ? (bytes + kAlignment - 1) / kAlignment : 1;
    SmallCache& cache = small_cache;
    if (cache.count[c]) return cache.slots[c][--cache.count[c]];
    void* block = std::aligned_alloc(kAlignment, static_cast<size_t>(c * kAlignment));
    if (!block) fail(Status::out_of_memory, "cpu: could not allocate %lld bytes", static_cast<long long>(bytes));
    return block;
}

void* allocate_zeroed(int64_t bytes) {
    if (bytes <= kSmall) {
        void* const block = allocate(bytes);
        std::memset(block, 0, static_cast<size_t>(bytes));
        return block;
    }
    refuse_when_told();
    const Large block = allocate_large(bytes);
    const bool may_drop = block.kept ? bytes >= kUntouched : block.size >= kHuge;
    const bool untouched = may_drop && drop_pages(block.data, block.size);
    if (untouched) return block.data;
    try {
        fill_zeros(static_cast<char*>(block.data), bytes);
    } catch (...) {  // threads could not be started
        deallocate(block.data, bytes);
        throw;
    }
    return block.data;
}

void deallocate(void* block, int64_t bytes) noexcept {
    if (bytes <= kSmall) {
        const int64_t c = bytes > 0 ? (bytes + kAlignment - 1) / kAlignment : 1;
        SmallCache& cache = small_cache;
        if (cache.count[c] < kSmallSlots && !cache.closed)
            cache.slots[c][cache.count[c]++] = block;
        else
            std::free(block);
        return;
    }
    const int64_t size = rounded(bytes);
    used.fetch_sub(size, std::memory_order_relaxed);
    if (!large_cache().put(block, size)) std::free(block);
}

MemoryStatistics memory_statistics() { return {used.load(), cached.load(), peak.load(), LargeCache::limit()}; }

void trim_memory() { large_cache().clear(); }

void fail_allocation_after(int64_t n) { countdown.store(n); }

}  // namespace lockstep::host
