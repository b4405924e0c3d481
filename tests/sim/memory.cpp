// Device memory: best fit over one range of addresses per device, with red zones.
// Must not know streams or kernels.
#include "tests/sim/memory.h"

#include <sys/mman.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <set>
#include <vector>

#include "tests/sim/faults.h"
#include "tests/sim/settings.h"

namespace lockstep::sim {
namespace {

constexpr size_t kAlign = 256;
constexpr unsigned char kRed = 0xfd;
constexpr size_t kPage = 4096, kHuge = 2 << 20;
constexpr size_t kReturned = 4 << 20;  // larger freed blocks are given back to the system instead of filled

size_t rounded(size_t bytes) { return (std::max<size_t>(bytes, 1) + kAlign - 1) / kAlign * kAlign; }
size_t footprint(size_t bytes) {
    return rounded(bytes) + kAlign;
}  // the red zone: what rounding left, and 256 bytes

// One device's addresses. Several times what may be used at once: there is always a hole that fits.
class Arena {
  public:
    explicit Arena(int64_t limit)
        : size_(std::max<size_t>(size_t{16} << 30, 4 * static_cast<size_t>(limit))) {
        install_fault_handlers();
        const int protection = settings().protect ? PROT_NONE : PROT_READ | PROT_WRITE;
        void* const range =
            mmap(nullptr, size_, protection, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
        if (range == MAP_FAILED) {
            std::perror("lockstep sim: no addresses for device memory");
            std::abort();
        }
        base_ = static_cast<char*>(range);
        base_ += (kHuge - reinterpret_cast<uintptr_t>(base_) % kHuge) % kHuge;
        size_ = size_ / kHuge * kHuge - kHuge;
        madvise(base_, size_, MADV_HUGEPAGE);  // opening and closing 16 MB: 10 us, with small pages 380
        holes_[base_] = size_;
        by_size_.insert({size_, base_});
    }

    bool contains(const void* address) const { return address >= base_ && address < base_ + size_; }

    char* take(size_t bytes) {
        const auto found = by_size_.lower_bound({bytes, nullptr});
        if (found == by_size_.end()) return nullptr;
        const auto [hole, at] = *found;
        by_size_.erase(found);
        holes_.erase(at);
        if (hole > bytes) add_hole(at + bytes, hole - bytes);
        used_to_ = std::max(used_to_, static_cast<size_t>(at + bytes - base_));
        return at;
    }

    void give(char* at, size_t bytes) {
        auto next = holes_.lower_bound(at);
        if (next != holes_.end() && next->first == at + bytes) {
            bytes += next->second;
            remove_hole(next++);
        }
        if (next != holes_.begin()) {
            const auto before = std::prev(next);
            if (before->first + before->second == at) {
                at = before->first;
                bytes += before->second;
                remove_hole(before);
            }
        }
        add_hole(at, bytes);
    }

    void protect(bool open) {
        const size_t bytes = (std::max(used_to_, open_to_) + kHuge - 1) / kHuge * kHuge;
        if (bytes) mprotect(base_, bytes, open ? PROT_READ | PROT_WRITE : PROT_NONE);
        open_to_ = open ? bytes : 0;
    }
    // A block taken while the arena is open.
    void reopen() {
        if (open_to_ < used_to_) protect(true);
    }

  private:
    void add_hole(char* at, size_t bytes) {
        holes_[at] = bytes;
        by_size_.insert({bytes, at});
    }
    void remove_hole(std::map<char*, size_t>::iterator hole) {
        by_size_.erase({hole->second, hole->first});
        holes_.erase(hole);
    }

    char* base_ = nullptr;
    size_t size_, used_to_ = 0, open_to_ = 0;
    std::map<char*, size_t> holes_;
    std::set<std::pair<size_t, char*>> by_size_;
};

struct Memory {
    std::vector<std::unique_ptr<Arena>> arenas;
    std::vector<uint64_t> direct;  // cudaMalloc's bytes, per device
    std::map<char*, std::unique_ptr<Block>> blocks;
    std::vector<std::unique_ptr<Pool>> pools;
    std::map<char*, size_t> pinned;
    int open = 0;

    static Memory& instance() {
        static Memory* const memory = new Memory;  // arrays may be freed while the process ends
        return *memory;
    }
    Memory() {
        for (int i = 0; i < settings().devices; ++i)
            arenas.push_back(std::make_unique<Arena>(settings().memory));
        direct.resize(arenas.size());
    }
    Arena& arena(int device) { return *arenas[static_cast<size_t>(device)]; }
    uint64_t& direct_bytes(int device) { return direct[static_cast<size_t>(device)]; }
};

// Whether the device has room for a block, which then counts as used.
bool account(int device, Pool* pool, uint64_t bytes) {
    const uint64_t cached = pool ? pool->reserved - pool->used : 0;
    const uint64_t more = bytes > cached ? bytes - cached : 0;
    if (reserved_bytes(device) + more > static_cast<uint64_t>(settings().memory)) return false;
    if (!pool) {
        Memory::instance().direct_bytes(device) += bytes;
        return true;
    }
    pool->reserved += more;
    pool->reserved_high = std::max(pool->reserved_high, pool->reserved);
    pool->used += bytes;
    pool->used_high = std::max(pool->used_high, pool->used);
    return true;
}

}  // namespace

Block* allocate_block(int device, Pool* pool, size_t bytes) {
    Memory& m = Memory::instance();
    if (bytes > static_cast<uint64_t>(settings().memory) || !account(device, pool, rounded(bytes)))
        return nullptr;
    char* const data = m.arena(device).take(footprint(bytes));
    if (!data) return nullptr;
    auto& slot = m.blocks[data];
    slot.reset(new Block{data, bytes, device, pool, false});
    const Access access;
    m.arena(device).reopen();
    std::memset(data + bytes, kRed, footprint(bytes) - bytes);
    return slot.get();
}

void poison(char* data, size_t bytes) {
    const Access access;
    std::memset(data, 0xff, bytes);
}

bool release_block(Block* block) {
    Memory& m = Memory::instance();
    const Access access;
    const size_t all = footprint(block->bytes);
    char* const end = block->data + all;
    const bool whole = std::all_of(block->data + block->bytes, end,
                                   [](char c) { return static_cast<unsigned char>(c) == kRed; });
    if (block->bytes <= kReturned) {
        std::memset(block->data, 0xff, all);
    } else {
        char* const first = block->data + (kPage - reinterpret_cast<uintptr_t>(block->data) % kPage) % kPage;
        madvise(first, static_cast<size_t>(end - first) / kPage * kPage, MADV_DONTNEED);
    }
    if (block->pool)
        block->pool->used -= rounded(block->bytes);
    else
        m.direct_bytes(block->device) -= rounded(block->bytes);
    m.arena(block->device).give(block->data, all);
    m.blocks.erase(block->data);
    return whole;
}

Block* find_block(const void* data, size_t bytes) {
    Memory& m = Memory::instance();
    char* const at = const_cast<char*>(static_cast<const char*>(data));
    auto next = m.blocks.upper_bound(at);
    if (next == m.blocks.begin()) return nullptr;
    Block* const block = std::prev(next)->second.get();
    return at + bytes <= block->data + block->bytes ? block : nullptr;
}

bool is_device_address(const void* address) {
    const auto& arenas = Memory::instance().arenas;
    return std::any_of(arenas.begin(), arenas.end(),
                       [address](const auto& arena) { return arena->contains(address); });
}

std::string describe_address(const void* address) {
    if (!is_device_address(address)) return ", not in device memory";
    return find_block(address, 1) ? ", in a block" : ", in no block of device memory";
}

Pool* new_pool(int device) {
    auto& pools = Memory::instance().pools;
    pools.push_back(std::make_unique<Pool>());
    pools.back()->device = device;
    return pools.back().get();
}

void trim_pool(Pool* pool, uint64_t keep) {
    pool->reserved = std::max(pool->used, std::min(pool->reserved, keep));
}

void trim_to_thresholds(int device) {
    for (const auto& pool : Memory::instance().pools)
        if (pool->device == device) trim_pool(pool.get(), pool->threshold);
}

uint64_t reserved_bytes(int device) {
    uint64_t sum = Memory::instance().direct_bytes(device);
    for (const auto& pool : Memory::instance().pools)
        if (pool->device == device) sum += pool->reserved;
    return sum;
}

Access::Access() {
    Memory& m = Memory::instance();
    if (m.open++ == 0 && settings().protect)
        for (const auto& arena : m.arenas) arena->protect(true);
}

Access::~Access() {
    Memory& m = Memory::instance();
    if (--m.open == 0 && settings().protect)
        for (const auto& arena : m.arenas) arena->protect(false);
}

void note_pinned(void* data, size_t bytes) { Memory::instance().pinned[static_cast<char*>(data)] = bytes; }

size_t forget_pinned(void* data) {
    auto& pinned = Memory::instance().pinned;
    const auto found = pinned.find(static_cast<char*>(data));
    if (found == pinned.end()) return 0;
    const size_t bytes = found->second;
    pinned.erase(found);
    return bytes;
}

bool is_pinned(const void* data, size_t bytes) {
    const auto& pinned = Memory::instance().pinned;
    char* const at = const_cast<char*>(static_cast<const char*>(data));
    const auto next = pinned.upper_bound(at);
    return next != pinned.begin() && at + bytes <= std::prev(next)->first + std::prev(next)->second;
}

}  // namespace lockstep::sim
