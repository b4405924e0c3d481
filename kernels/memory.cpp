// The memory pool of a device, and the blocks that a stream keeps for itself.
// Must not know what the memory is for.
#include "kernels/memory.h"

#include <array>
#include <atomic>
#include <bit>
#include <memory>
#include <mutex>
#include <vector>

#include "kernels/cuda.h"

namespace lockstep::cuda {
namespace {

// A driver's allocation and its release cost about as much as a launch, so small blocks are handed on inside a stream,
// where order alone makes that safe. Sizes: four classes per power of two, from 256 bytes.
constexpr int64_t kSmallest = 256, kLargestKept = int64_t{1} << 20;
constexpr int64_t kKeptPerStream = int64_t{64} << 20;
constexpr int kClasses = 4 * 12 + 1;

struct SizeClass {
    int index;
    int64_t bytes;
};

SizeClass class_of(int64_t bytes) {
    if (bytes <= kSmallest) return {0, kSmallest};
    const int octave = std::bit_width(static_cast<uint64_t>(bytes - 1)) - 1;  // 2^octave < bytes <= 2^(octave+1)
    const int64_t quarter = int64_t{1} << (octave - 2);
    const int64_t steps = (bytes - (int64_t{1} << octave) + quarter - 1) / quarter;  // 1 .. 4
    return {4 * (octave - 8) + static_cast<int>(steps), (int64_t{1} << octave) + steps * quarter};
}
static_assert(kLargestKept == int64_t{1} << 20 && kClasses > 4 * (19 - 8) + 4);

struct Kept {
    std::mutex mutex;
    std::array<std::vector<void*>, kClasses> blocks;
    int64_t bytes = 0;
};

struct Pool {
    cudaMemPool_t pool = nullptr;
    std::once_flag once;
    Kept kept[kMaxStreams];
    std::atomic<int64_t> used{0}, peak{0};

    void count(int64_t bytes) {
        const int64_t now = used.fetch_add(bytes, std::memory_order_relaxed) + bytes;
        int64_t high = peak.load(std::memory_order_relaxed);
        while (now > high && !peak.compare_exchange_weak(high, now, std::memory_order_relaxed)) {
        }
    }
};

// Copies from other devices go straight to this memory where the hardware can; else the driver takes them over the host.
void open_to_peers(cudaMemPool_t pool, int ordinal) {
    int devices = 0;
    check(cudaGetDeviceCount(&devices), "cudaGetDeviceCount");
    for (int other = 0; other < devices; ++other) {
        int can = 0;
        if (other == ordinal || cudaDeviceCanAccessPeer(&can, other, ordinal) != cudaSuccess || !can) continue;
        cudaMemAccessDesc access{};
        access.location.type = cudaMemLocationTypeDevice;
        access.location.id = other;
        access.flags = cudaMemAccessFlagsProtReadWrite;
        check(cudaMemPoolSetAccess(pool, &access, 1), "cudaMemPoolSetAccess");
    }
}

Pool& pool_of(int ordinal) {
    static constexpr int kMostDevices = 64;
    static Pool* const pools = new Pool[kMostDevices];  // arrays may be freed while the process ends
    if (ordinal < 0 || ordinal >= kMostDevices) fail(Status::internal_error, "cuda: device %d of at most 64", ordinal);
    Pool& p = pools[ordinal];
    std::call_once(p.once, [&] {
        const DeviceScope scope(ordinal);
        cudaMemPoolProps props{};
        props.allocType = cudaMemAllocationTypePinned;
        props.location.type = cudaMemLocationTypeDevice;
        props.location.id = ordinal;
        check(cudaMemPoolCreate(&p.pool, &props), "cudaMemPoolCreate");
        uint64_t keep_all = UINT64_MAX;
        check(cudaMemPoolSetAttribute(p.pool, cudaMemPoolAttrReleaseThreshold, &keep_all), "cudaMemPoolSetAttribute");
        open_to_peers(p.pool, ordinal);
    });
    return p;
}

void* take_kept(Pool& p, int stream, int index, int64_t bytes) {
    Kept& kept = p.kept[stream];
    const std::lock_guard lock(kept.mutex);
    auto& blocks = kept.blocks[static_cast<size_t>(index)];
    if (blocks.empty()) return nullptr;
    void* const block = blocks.back();
    blocks.pop_back();
    kept.bytes -= bytes;
    return block;
}

bool keep(Pool& p, int stream, SizeClass size, void* block) {
    Kept& kept = p.kept[stream];
    const std::lock_guard lock(kept.mutex);
    if (kept.bytes + size.bytes > kKeptPerStream) return false;
    kept.blocks[static_cast<size_t>(size.index)].push_back(block);
    kept.bytes += size.bytes;
    return true;
}

void drop_kept(Pool& p) {
    for (Kept& kept : p.kept) {
        const std::lock_guard lock(kept.mutex);
        for (auto& blocks : kept.blocks) {
            for (void* block : blocks) cudaFree(block);  // waits for work that still uses it
            blocks.clear();
        }
        kept.bytes = 0;
    }
}

int64_t attribute(const Pool& p, cudaMemPoolAttr which) {
    uint64_t value = 0;
    check(cudaMemPoolGetAttribute(p.pool, which, &value), "cudaMemPoolGetAttribute");
    return static_cast<int64_t>(value);
}

[[noreturn]] void exhausted(int ordinal, int64_t bytes) {
    const MemoryStatistics m = memory_statistics(ordinal);
    fail(Status::out_of_memory, "could not allocate %lld bytes on device %d: arrays hold %lld of %lld bytes",
         static_cast<long long>(bytes), ordinal, static_cast<long long>(m.used), static_cast<long long>(m.limit));
}

}  // namespace

void* allocate(int ordinal, int64_t bytes, Stream* stream) {
    Pool& p = pool_of(ordinal);
    const bool small = bytes <= kLargestKept;
    const SizeClass size = small ? class_of(bytes) : SizeClass{0, bytes};
    if (small)
        if (void* const block = take_kept(p, stream->id, size.index, size.bytes)) {
            p.count(size.bytes);
            return block;
        }
    const DeviceScope scope(ordinal);
    void* block = nullptr;
    cudaError_t error = cudaMallocFromPoolAsync(&block, static_cast<size_t>(size.bytes), p.pool, queue_of(stream));
    if (error == cudaErrorMemoryAllocation) {
        cudaGetLastError();
        trim(ordinal);
        error = cudaMallocFromPoolAsync(&block, static_cast<size_t>(size.bytes), p.pool, queue_of(stream));
    }
    if (error == cudaErrorMemoryAllocation) {
        cudaGetLastError();
        exhausted(ordinal, bytes);
    }
    check(error, "cudaMallocFromPoolAsync");
    p.count(size.bytes);
    return block;
}

void deallocate(int ordinal, void* block, int64_t bytes, Stream* stream) noexcept {
    if (!block) return;
    try {
        Pool& p = pool_of(ordinal);
        const bool small = bytes <= kLargestKept;
        const SizeClass size = small ? class_of(bytes) : SizeClass{0, bytes};
        p.used.fetch_sub(size.bytes, std::memory_order_relaxed);
        if (small && keep(p, stream->id, size, block)) return;
        const DeviceScope scope(ordinal);
        cudaFreeAsync(block, queue_of(stream));
    } catch (...) {  // no memory to note it, or the context is gone: the block goes with the process
    }
}

MemoryStatistics memory_statistics(int ordinal) {
    Pool& p = pool_of(ordinal);
    const int64_t used = p.used.load(), reserved = attribute(p, cudaMemPoolAttrReservedMemCurrent);
    return {used, reserved > used ? reserved - used : 0, p.peak.load(), properties(ordinal).memory_bytes};
}

void trim(int ordinal) {
    const DeviceScope scope(ordinal);
    Pool& p = pool_of(ordinal);
    drop_kept(p);
    check(cudaDeviceSynchronize(), "cudaDeviceSynchronize");
    check(cudaMemPoolTrimTo(p.pool, 0), "cudaMemPoolTrimTo");
}

}  // namespace lockstep::cuda
