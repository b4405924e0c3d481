// NumPy's SeedSequence: entropy of any length is mixed into a pool, and words for seeding are hashed out of that.
// Must not know bit generators.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace lockstep::random {

using Words = std::vector<uint32_t>;

// The pool of `size` words (value_error below 4). A spawn key follows the entropy, which it pads to the pool's size.
Words mix_entropy(std::span<const uint32_t> entropy, std::span<const uint32_t> spawn_key, size_t size);
// SeedSequence.generate_state(words.size()), as 32-bit words; pairs of them, the low one first, are its 64-bit words.
void generate_state(std::span<const uint32_t> pool, std::span<uint32_t> words);
// Words from the operating system.
Words fresh_entropy(size_t count);

}  // namespace lockstep::random
