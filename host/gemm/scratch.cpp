// Working memory for packed blocks: one kept block per thread, 64-byte aligned.
// Must not know what it holds.
#include "host/gemm/scratch.h"

#include <new>
#include <utility>

namespace lockstep::host::gemm {
namespace {

constexpr std::align_val_t alignment{64};
// Two blocks of 3072 rows at 2 KB each fit; only accumulators of half types are larger.
constexpr size_t most_kept = size_t(16) << 20;

struct Kept {
    char* data = nullptr;
    size_t size = 0;
    ~Kept() { ::operator delete(data, alignment); }
};
thread_local Kept kept;

}  // namespace

Scratch::Scratch(size_t bytes)
    : data_(std::exchange(kept.data, nullptr)), size_(std::exchange(kept.size, 0)) {
    if (size_ >= bytes) return;
    ::operator delete(data_, alignment);
    data_ = static_cast<char*>(::operator new(bytes, alignment));
    size_ = bytes;
}

Scratch::~Scratch() {
    if (size_ <= most_kept && size_ > kept.size) {
        std::swap(data_, kept.data);
        std::swap(size_, kept.size);
    }
    ::operator delete(data_, alignment);
}

}  // namespace lockstep::host::gemm
