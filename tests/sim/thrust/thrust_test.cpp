// What the plugin asks of Thrust: stable sorts of every width of keys and payload, temporary memory given back.
// Must not know what keys stand for.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>
#include <vector>

#include "kernels/thrust_sort.h"

namespace lockstep::cuda {
namespace {

int64_t held = 0;

template <class Key, class Payload>
void check(int64_t count, uint64_t spread, bool with_payload) {
    static std::mt19937_64 random(std::random_device{}());
    std::vector<Key> keys(static_cast<size_t>(count));
    std::vector<Payload> payload(keys.size());
    for (Key& key : keys) key = static_cast<Key>(random() % spread);
    std::iota(payload.begin(), payload.end(), Payload{0});
    std::vector<Payload> order = payload;
    std::stable_sort(order.begin(), order.end(), [&](Payload a, Payload b) { return keys[a] < keys[b]; });
    std::vector<Key> sorted = keys;
    std::sort(sorted.begin(), sorted.end());
    const ThrustMemory memory{nullptr,
                              [](void*, int64_t bytes) {
                                  held += bytes;
                                  return ::operator new(static_cast<size_t>(bytes));
                              },
                              [](void*, void* block, int64_t bytes) noexcept {
                                  held -= bytes;
                                  ::operator delete(block);
                              }};
    const ThrustSort call{sizeof(Key), keys.data(), with_payload ? static_cast<int>(sizeof(Payload)) : 0,
                          with_payload ? payload.data() : nullptr, count, nullptr, memory};
    sizeof(Key) <= 2 ? thrust_sort_narrow(call) : thrust_sort_wide(call);
    EXPECT_EQ(keys, sorted);
    if (with_payload) {
        EXPECT_EQ(payload, order);
    }
    EXPECT_EQ(held, 0);
}

template <class Key>
void check_all() {
    for (const int64_t count : {1, 2, 100, 30000})
        for (const uint64_t spread : {uint64_t{3}, uint64_t{200}, UINT64_MAX})
            for (const bool with_payload : {false, true}) {
                check<Key, uint32_t>(count, spread, with_payload);
                check<Key, uint64_t>(count, spread, with_payload);
            }
}

TEST(Thrust, sorts_keys_of_1_byte) { check_all<uint8_t>(); }
TEST(Thrust, sorts_keys_of_2_bytes) { check_all<uint16_t>(); }
TEST(Thrust, sorts_keys_of_4_bytes) { check_all<uint32_t>(); }
TEST(Thrust, sorts_keys_of_8_bytes) { check_all<uint64_t>(); }

}  // namespace
}  // namespace lockstep::cuda
