// Bit generators' words: skipping lands where drawing would, states survive being opened and closed, seeds are spread.
// Must not know distributions; tests/table holds the words to NumPy's.
#include <gtest/gtest.h>

#include <set>
#include <type_traits>
#include <vector>

#include "runtime/random/seed_sequence.h"
#include "runtime/random/seeding.h"
#include "runtime/scalar/random/generators.h"
#include "runtime/scalar/random/uniform.h"

namespace {

using namespace lockstep::random;
namespace draw = lockstep::scalar::random;

constexpr BitGenerator kKinds[] = {BitGenerator::mt19937, BitGenerator::pcg64, BitGenerator::pcg64dxsm, BitGenerator::philox,
                                   BitGenerator::sfc64};

BitState fresh(BitGenerator kind, uint32_t seed = 17) {
    Words words(seed_words(kind));
    generate_state(mix_entropy({&seed, 1}, {}, 4), words);
    return seeded(kind, words);
}

std::vector<uint64_t> raw(BitState& state, size_t count) {
    std::vector<uint64_t> words(count);
    draw::draw_from(state, [&](auto& g) {
        for (uint64_t& w : words) w = word(g);
    });
    return words;
}

}  // namespace

TEST(BitGenerators, skip_as_far_as_they_would_draw) {
    for (BitGenerator kind : kKinds)
        for (size_t before : {0, 1, 2, 3, 4, 5})
            for (uint64_t count : {0, 1, 2, 3, 4, 5, 7, 8, 100, 1001}) {
                BitState skipped = fresh(kind), drawn = skipped;
                raw(skipped, before), raw(drawn, before);
                bool can = false;
                draw::draw_from(skipped, [&](auto& g) {
                    if constexpr (std::remove_reference_t<decltype(g)>::skips) skip(g, count), can = true;
                });
                if (!can) continue;
                raw(drawn, count);
                EXPECT_EQ(raw(skipped, 9), raw(drawn, 9)) << name_of(kind) << " from " << before << " by " << count;
            }
}

TEST(BitGenerators, keep_the_waiting_half_while_they_skip) {
    BitState state = fresh(BitGenerator::pcg64), other = state;
    uint32_t first = 0, second = 0;
    draw::draw_from(state, [&](auto& g) { first = next32(g); });
    const uint64_t both = raw(other, 1)[0];
    draw::draw_from(state, [&](auto& g) {
        if constexpr (std::remove_reference_t<decltype(g)>::skips) skip(g, 5);
        second = next32(g);
    });
    EXPECT_EQ(first, static_cast<uint32_t>(both));
    EXPECT_EQ(second, static_cast<uint32_t>(both >> 32));
}

TEST(BitGenerators, draw_on_where_they_were_closed) {
    for (BitGenerator kind : kKinds) {
        BitState at_once = fresh(kind), in_parts = at_once;
        const auto all = raw(at_once, 1500);
        std::vector<uint64_t> parts;
        for (size_t n : {1, 3, 620, 0, 5, 871})
            for (uint64_t w : raw(in_parts, n)) parts.push_back(w);
        EXPECT_EQ(parts, all) << name_of(kind);
    }
}

TEST(BitGenerators, uniform_draws_lie_in_0_to_1_and_fill_it) {
    for (BitGenerator kind : kKinds) {
        BitState state = fresh(kind);
        int in_tenth[10] = {};
        draw::draw_from(state, [&](auto& g) {
            for (int i = 0; i < 5000; ++i) {
                const double x = draw::random(g);
                const float y = draw::random_float(g);
                ASSERT_TRUE(x >= 0 && x < 1 && y >= 0 && y < 1);
                ++in_tenth[static_cast<int>(x * 10)], ++in_tenth[static_cast<int>(y * 10)];
            }
        });
        for (int n : in_tenth) EXPECT_NEAR(n, 1000, 200) << name_of(kind);  // six standard deviations
    }
}

TEST(SeedSequences, of_different_entropy_or_keys_differ) {
    std::set<Words> pools;
    const uint32_t zeros[6] = {};
    for (size_t entropy = 0; entropy <= 6; ++entropy)
        for (size_t key = 0; key <= 2; ++key) pools.insert(mix_entropy({zeros, entropy}, {zeros, key}, 4));
    // Entropy below the pool's size is filled up with zeros where a key follows it, and by the hash itself where none does:
    // 4 and fewer zeros are one pool; so are 4 and fewer with a key of one zero (5 zeros are that, too), and of two.
    EXPECT_EQ(pools.size(), 5u);
    EXPECT_NE(fresh_entropy(4), fresh_entropy(4));
}
