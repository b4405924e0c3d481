// Stable sorts of keys by Thrust, compiled ahead of time by nvcc: once with LOCKSTEP_WIDE_KEYS for 4 and 8
// bytes, once without. Must not know what keys stand for, nor anything of ours but thrust_sort.h.
#include <thrust/execution_policy.h>
#include <thrust/sort.h>

#include "kernels/thrust_sort.h"

namespace lockstep::cuda {
namespace {

class Allocator {
  public:
    using value_type = char;
    explicit Allocator(const ThrustMemory& memory) : memory_(memory) {}
    char* allocate(std::ptrdiff_t bytes) { return static_cast<char*>(memory_.take(memory_.from, bytes)); }
    void deallocate(char* block, size_t bytes) {
        memory_.give(memory_.from, block, static_cast<int64_t>(bytes));
    }

  private:
    ThrustMemory memory_;
};

// Nothing waits on the device. The host's compiler takes Thrust's C++ back end, for tests of these calls.
auto policy_of(Allocator& allocator, [[maybe_unused]] cudaStream_t stream) {
#ifdef __CUDACC__
    return thrust::cuda::par_nosync(allocator).on(stream);
#else
    return thrust::cpp::par(allocator);
#endif
}

template <class Key>
void sort(const ThrustSort& s) {
    Allocator allocator(s.memory);
    const auto policy = policy_of(allocator, s.stream);
    Key* const keys = static_cast<Key*>(s.keys);
    if (s.payload_bytes == 0)
        thrust::stable_sort(policy, keys, keys + s.count);
    else if (s.payload_bytes == 4)
        thrust::stable_sort_by_key(policy, keys, keys + s.count, static_cast<uint32_t*>(s.payload));
    else
        thrust::stable_sort_by_key(policy, keys, keys + s.count, static_cast<uint64_t*>(s.payload));
}

}  // namespace

#ifdef LOCKSTEP_WIDE_KEYS
void thrust_sort_wide(const ThrustSort& s) { s.key_bytes == 4 ? sort<uint32_t>(s) : sort<uint64_t>(s); }
#else
void thrust_sort_narrow(const ThrustSort& s) { s.key_bytes == 1 ? sort<uint8_t>(s) : sort<uint16_t>(s); }
#endif

}  // namespace lockstep::cuda
