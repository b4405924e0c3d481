// Thrust's sorts for the simulator: stable sorts of the host, when the stream gets there.
// Must not know who asks. Temporary memory is taken as Thrust takes it: a copy of keys and payload, given
// back at once.
#include <algorithm>
#include <numeric>
#include <vector>

#include "kernels/thrust_sort.h"
#include "tests/sim/api.h"
#include "tests/sim/stream.h"

namespace lockstep::cuda {
namespace {

using namespace lockstep::sim;

template <class Key, class Payload>
void sort_now(Key* keys, Payload* payload, int64_t count) {
    const auto n = static_cast<size_t>(count);
    std::vector<size_t> order(n);
    std::iota(order.begin(), order.end(), size_t{0});
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) { return keys[a] < keys[b]; });
    const std::vector<Key> old_keys(keys, keys + n);
    const std::vector<Payload> old(payload, payload + n);
    for (size_t i = 0; i < n; ++i) {
        keys[i] = old_keys[order[i]];
        payload[i] = old[order[i]];
    }
}

template <class Key>
void sort_on_stream(const ThrustSort& s) {
    const int64_t bytes = s.count * (s.key_bytes + s.payload_bytes) + 1024;
    void* const block = s.memory.take(s.memory.from, bytes);
    Key* const keys = static_cast<Key*>(s.keys);
    {
        const auto lock = lock_simulator();
        queue(stream_of(s.stream), [keys, payload = s.payload, width = s.payload_bytes, count = s.count] {
            if (width == 0)
                std::sort(keys, keys + count);
            else if (width == 4)
                sort_now(keys, static_cast<uint32_t*>(payload), count);
            else
                sort_now(keys, static_cast<uint64_t*>(payload), count);
        });
    }
    s.memory.give(s.memory.from, block, bytes);
}

}  // namespace

void thrust_sort_narrow(const ThrustSort& s) {
    s.key_bytes == 1 ? sort_on_stream<uint8_t>(s) : sort_on_stream<uint16_t>(s);
}
void thrust_sort_wide(const ThrustSort& s) {
    s.key_bytes == 4 ? sort_on_stream<uint32_t>(s) : sort_on_stream<uint64_t>(s);
}

}  // namespace lockstep::cuda
