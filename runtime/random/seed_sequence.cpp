// The hash of SeedSequence: multiplications by constants that change with every word, and shifts.
// Must not know bit generators.
#include "runtime/random/seed_sequence.h"

#include <random>

#include "runtime/array/error.h"

namespace lockstep::random {
namespace {

// A stream of hashes: the constant is multiplied on with each.
class Hash {
  public:
    Hash(uint32_t constant, uint32_t multiplier) : constant_(constant), multiplier_(multiplier) {}
    uint32_t operator()(uint32_t word) {
        word ^= constant_;
        constant_ *= multiplier_;
        word *= constant_;
        return word ^ word >> 16;
    }

  private:
    uint32_t constant_, multiplier_;
};

uint32_t mixed(uint32_t x, uint32_t y) {
    const uint32_t both = 0xca01f9ddu * x - 0x4973f715u * y;
    return both ^ both >> 16;
}

Words assembled(std::span<const uint32_t> entropy, std::span<const uint32_t> spawn_key, size_t size) {
    Words all(entropy.begin(), entropy.end());
    if (!spawn_key.empty() && all.size() < size) all.resize(size);  // so that no entropy can look like a spawn key
    all.insert(all.end(), spawn_key.begin(), spawn_key.end());
    return all;
}

}  // namespace

Words mix_entropy(std::span<const uint32_t> entropy, std::span<const uint32_t> spawn_key, size_t size) {
    if (size < 4) fail(Status::value_error, "pool_size: expected at least 4, got %zu", size);
    const Words all = assembled(entropy, spawn_key, size);
    Words pool(size);
    Hash hash(0x43b0d7e5u, 0x931e8875u);
    for (size_t i = 0; i < size; ++i) pool[i] = hash(i < all.size() ? all[i] : 0);
    for (size_t from = 0; from < size; ++from)
        for (size_t to = 0; to < size; ++to)
            if (from != to) pool[to] = mixed(pool[to], hash(pool[from]));
    for (size_t from = size; from < all.size(); ++from)
        for (uint32_t& word : pool) word = mixed(word, hash(all[from]));
    return pool;
}

void generate_state(std::span<const uint32_t> pool, std::span<uint32_t> words) {
    Hash hash(0x8b51f9ddu, 0x58f38dedu);
    for (size_t i = 0; i < words.size(); ++i) words[i] = hash(pool[i % pool.size()]);
}

Words fresh_entropy(size_t count) {
    std::random_device device;
    Words words(count);
    for (uint32_t& word : words) word = device();
    return words;
}

}  // namespace lockstep::random
