// Scratch memory of a transform: 64-byte aligned, kept by the thread for its next call up to a bound.
// Must not know what is stored in it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace lockstep::host::fft {

// One block for the life of the object. Each thread keeps at most one small (1 MiB) and one large block
// (scratch_kept_bytes) for reuse: fresh memory costs a page fault per 4 KiB, which at 2^20 points is a third
// of the transform's time.
inline constexpr size_t scratch_kept_bytes = size_t{48} << 20;

class Scratch {
  public:
    explicit Scratch(size_t bytes);  // throws std::bad_alloc
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    template <class T>
    T* as() const {
        return static_cast<T*>(block_);
    }

  private:
    void* block_;
    size_t bytes_;
};

}  // namespace lockstep::host::fft
