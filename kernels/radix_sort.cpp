// Sorts of keys: Thrust's memory from the stream's pool.
// Must not know what the keys stand for, nor Thrust.
#include "kernels/radix_sort.h"

#include <cstddef>

#include "kernels/memory.h"
#include "kernels/thrust_sort.h"

namespace lockstep::cuda {
namespace {

struct Source {
    int ordinal;
    Stream* stream;
};

}  // namespace

void radix_sort(int ordinal, const RadixSort& sort, Stream* stream) {
    if (sort.count < 2) return;
    Source source{ordinal, stream};
    const ThrustMemory memory{&source,
                              [](void* from, int64_t bytes) {
                                  const Source& s = *static_cast<Source*>(from);
                                  return allocate(s.ordinal, bytes, s.stream);
                              },
                              [](void* from, void* block, int64_t bytes) noexcept {
                                  const Source& s = *static_cast<Source*>(from);
                                  deallocate(s.ordinal, block, bytes, s.stream);
                              }};
    const ThrustSort call{sort.key_bytes,   sort.keys, sort.payload_bytes, sort.payload, sort.count,
                          queue_of(stream), memory};
    if (sort.key_bytes <= 2)
        thrust_sort_narrow(call);
    else
        thrust_sort_wide(call);
}

}  // namespace lockstep::cuda
