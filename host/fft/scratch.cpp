// Scratch memory of a transform.
// Must not know what is stored in it.
#include "host/fft/scratch.h"

#include <cstdlib>
#include <new>

#if defined(__linux__)
#include <sys/mman.h>
#endif

namespace lockstep::host::fft {
namespace {

constexpr size_t small_bytes = size_t{1} << 20;
constexpr size_t huge_page = size_t{2} << 20;

// What a thread keeps between calls.
struct Kept {
    void* block = nullptr;
    size_t bytes = 0;
    ~Kept() { std::free(block); }
};
thread_local Kept kept_small, kept_large;

Kept& kept_for(size_t bytes) { return bytes <= small_bytes ? kept_small : kept_large; }

}  // namespace

Scratch::Scratch(size_t bytes) {
    const size_t unit = bytes <= small_bytes ? 4096 : huge_page;
    if (bytes > SIZE_MAX - unit) throw std::bad_alloc();
    bytes_ = (bytes + unit - 1) / unit * unit;
    Kept& kept = kept_for(bytes_);
    if (kept.bytes >= bytes_) {
        block_ = kept.block;
        bytes_ = kept.bytes;
        kept.block = nullptr;
        kept.bytes = 0;
        return;
    }
    block_ = std::aligned_alloc(unit, bytes_);
    if (block_ == nullptr) throw std::bad_alloc();
#if defined(__linux__)
    if (unit == huge_page) madvise(block_, bytes_, MADV_HUGEPAGE);
#endif
}

Scratch::~Scratch() {
    Kept& kept = kept_for(bytes_);
    if (bytes_ > scratch_kept_bytes || kept.bytes >= bytes_) {
        std::free(block_);
        return;
    }
    std::free(kept.block);
    kept.block = block_;
    kept.bytes = bytes_;
}

}  // namespace lockstep::host::fft
