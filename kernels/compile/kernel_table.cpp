// KernelTable: an open table of hashed signatures that grows and never forgets; readers take no lock.
// Must not know what a signature says.
#include <atomic>
#include <memory>
#include <mutex>
#include <vector>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "kernels/compile/kernel.h"

namespace lockstep::cuda {
namespace {

// A signature stands for itself by 128 bits of its hash. `low` is written last and is never 0 in a slot that
// is taken.
struct Slot {
    std::atomic<uint64_t> low{0};
    uint64_t high = 0;
    cudaKernel_t handle = nullptr;
};

struct Slots {
    explicit Slots(size_t size) : mask(size - 1), slot(new Slot[size]) {}
    size_t mask;
    std::unique_ptr<Slot[]> slot;

    cudaKernel_t find(uint64_t low, uint64_t high) const {
        for (size_t i = low & mask;; i = (i + 1) & mask) {
            const Slot& s = slot[i];
            const uint64_t there = s.low.load(std::memory_order_acquire);
            if (there == 0) return nullptr;
            if (there == low && s.high == high) return s.handle;
        }
    }
    void insert(uint64_t low, uint64_t high, cudaKernel_t handle) {
        size_t i = low & mask;
        while (slot[i].low.load(std::memory_order_relaxed) != 0) i = (i + 1) & mask;
        slot[i].high = high;
        slot[i].handle = handle;
        slot[i].low.store(low, std::memory_order_release);
    }
};

}  // namespace

struct KernelTable::State {
    std::atomic<Slots*> current;
    std::mutex mutex;  // of writers
    size_t count = 0;
    std::vector<std::unique_ptr<Slots>> all;  // the former, too: a reader may still be in them

    State() { grow(256); }
    void grow(size_t size) {
        auto larger = std::make_unique<Slots>(size);
        if (!all.empty()) {
            const Slots& now = *all.back();
            for (size_t i = 0; i <= now.mask; ++i)
                if (const uint64_t low = now.slot[i].low.load(std::memory_order_relaxed))
                    larger->insert(low, now.slot[i].high, now.slot[i].handle);
        }
        all.push_back(std::move(larger));
        current.store(all.back().get(), std::memory_order_release);
    }
    void add(uint64_t low, uint64_t high, cudaKernel_t handle) {
        const std::lock_guard lock(mutex);
        if (all.back()->find(low, high)) return;
        if (++count * 2 > all.back()->mask) grow((all.back()->mask + 1) * 2);
        all.back()->insert(low, high, handle);
    }
};

KernelTable::KernelTable() : state_(new State) {}
KernelTable::~KernelTable() { delete state_; }

Kernel KernelTable::find(int ordinal, std::string_view signature,
                         const std::function<KernelSource()>& source) {
    const XXH128_hash_t hash = XXH3_128bits_withSeed(signature.data(), signature.size(),
                                                     static_cast<uint64_t>(static_cast<unsigned>(ordinal)));
    const uint64_t low = hash.low64 | 1, high = hash.high64;
    const Slots* slots = state_->current.load(std::memory_order_acquire);
    if (const cudaKernel_t known = slots->find(low, high)) return {known};
    const Kernel kernel = load_kernel(ordinal, source());
    state_->add(low, high, kernel.handle);
    return kernel;
}

}  // namespace lockstep::cuda
