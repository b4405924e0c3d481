// Working memory for packed blocks, kept by each thread between products: fresh pages would cost as much as
// packing. Must not know what it holds.
#pragma once

#include <stddef.h>

namespace lockstep::host::gemm {

// Takes the thread's kept block for its lifetime. A second one on the same thread (TBB may run another
// product while this one waits for its tasks) allocates its own.
class Scratch {
  public:
    explicit Scratch(size_t bytes);
    ~Scratch();
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;

    char* data() const { return data_; }

  private:
    char* data_;
    size_t size_;
};

}  // namespace lockstep::host::gemm
