// Chains of draws that take as many words as their first one says: lengths that never fall into step, that jump over blocks and
// stretches, that end on their borders, or behind the last word. Must not know distributions.
#include <map>

#include "kernels/device/random_arguments.h"
#include "tests/sim/unit/simulated.h"

namespace lockstep::sim {
namespace {

using device::ChainArguments;
using device::ChainResult;

// A draw is its first word; how many words it takes stands in the word's upper half.
const std::string kSteps = [] {
    std::string text = "#include \"kernels/device/random_chain.h\"\nusing namespace lockstep::device;\n"
                       "LS_KERNEL(everywhere, 256, ChainArguments) {\n"
                       "    draw_everywhere<uint64_t, uint64_t, 1>(arguments, [](auto& g, int64_t) {\n"
                       "        const uint64_t first = word(g);\n"
                       "        for (uint64_t i = first >> 32; i > 1; --i) word(g);\n"
                       "        return first;\n"
                       "    });\n}\n";
    for (const std::string step : {"follow_blocks", "follow_entries", "enter_stretches", "enter_blocks", "place_draws<uint64_t>"})
        text += "LS_KERNEL(run_" + step.substr(0, step.find('<')) + ", 256, ChainArguments) { " + step + "(arguments); }\n";
    return text;
}();

class RandomChains : public WithSettings {
  protected:
    Numbers numbers;
    std::map<std::string, cudaKernel_t> kernels;  // of this test: a reset of the device drops them

    // Words whose draws are of these lengths, from wherever one begins.
    template <class Length>
    std::vector<uint64_t> words(int64_t count, const Length& length) {
        std::vector<uint64_t> all(static_cast<size_t>(count));
        for (size_t i = 0; i < all.size(); ++i)
            all[i] = static_cast<uint64_t>(length(static_cast<int64_t>(i))) << 32 | static_cast<uint64_t>(numbers.between(0, 1 << 30));
        return all;
    }

    void check(const std::vector<uint64_t>& all, int64_t stretches, int64_t limit) {
        const int64_t units = stretches * device::kChainStretch, blocks = units / device::kChainBlock;
        std::vector<uint64_t> draws;
        int64_t at = 0;
        const int64_t end = static_cast<int64_t>(all.size());
        while (at < units && static_cast<int64_t>(draws.size()) < limit) {
            const uint64_t first = all[static_cast<size_t>(at)];
            if (at + static_cast<int64_t>(first >> 32) > end) break;
            draws.push_back(first);
            at += static_cast<int64_t>(first >> 32);
        }
        const auto size = [](int64_t n) { return static_cast<size_t>(n); };
        const DeviceArray<uint64_t> device_words(all), values(size(units)), out(size(limit));
        const DeviceArray<uint32_t> ends(size(units)), far_ends(size(stretches * device::kChainEntries)),
            far_counts(size(stretches * device::kChainEntries)), entries(size(stretches)), ranks(size(stretches)),
            block_entries(size(blocks)), block_ranks(size(blocks));
        const DeviceArray<uint16_t> lengths(size(units));
        const DeviceArray<uint8_t> counts(size(units));
        const DeviceArray<ChainResult> result(1);
        const ChainArguments a{units, limit, reinterpret_cast<const char*>(device_words.data()), end, lengths.data(),
                               reinterpret_cast<char*>(values.data()), ends.data(), counts.data(), far_ends.data(), far_counts.data(),
                               entries.data(), ranks.data(), block_entries.data(), block_ranks.data(), result.data(),
                               reinterpret_cast<char*>(out.data()), {}};
        const auto step = [&](const char* name, int64_t threads) {
            const auto known = kernels.find(name);
            const cudaKernel_t kernel = known == kernels.end() ? kernels[name] = kernel_from(kSteps, name) : known->second;
            ASSERT_EQ(launch(kernel, static_cast<unsigned>((threads + 255) / 256), 256, a), cudaSuccess);
        };
        step("everywhere", units);
        step("run_follow_blocks", blocks);
        step("run_follow_entries", stretches * device::kChainEntries);
        step("run_enter_stretches", 1);
        step("run_enter_blocks", stretches);
        step("run_place_draws", blocks);
        const ChainResult made = result.host()[0];
        ASSERT_EQ(made.draws, static_cast<int64_t>(draws.size()));
        EXPECT_EQ(made.units, at);
        const auto found = out.host();
        for (size_t i = 0; i < draws.size(); ++i) ASSERT_EQ(found[i], draws[i]) << "draw " << i;
    }
};

TEST_F(RandomChains, LengthsThatNeverMeet) {
    const auto pairs = words(3 * device::kChainStretch + 10, [](int64_t) { return 2; });
    check(pairs, 3, 1 << 20);
    const auto odd = words(3 * device::kChainStretch + 10, [](int64_t i) { return i == 0 ? 1 : 2; });
    check(odd, 3, 1 << 20);
    check(words(2 * device::kChainStretch + 100, [](int64_t) { return device::kChainBlock; }), 2, 1 << 20);
}

TEST_F(RandomChains, DrawsLongerThanBlocksAndStretches) {
    const int64_t block = device::kChainBlock, stretch = device::kChainStretch;
    for (const int64_t longest : {block - 1, block + 1, 3 * block, stretch, stretch + 1, 2 * stretch + 5})
        check(words(5 * stretch + 3 * stretch, [&](int64_t) { return numbers.between(0, 9) ? 1 : numbers.between(1, longest); }), 5,
              1 << 20);
    // the first draw ends on, before and behind a border
    for (const int64_t first : {block - 1, block, block + 1, stretch - 1, stretch, stretch + 1, stretch + 40})
        check(words(3 * stretch, [&](int64_t i) { return i == 0 ? first : 1; }), 3, 1 << 20);
}

TEST_F(RandomChains, LimitsAndTheEndOfWords) {
    const int64_t stretch = device::kChainStretch;
    const auto ones = words(2 * stretch + 9, [](int64_t) { return 1; });
    for (const int64_t limit : {int64_t{1}, int64_t{64}, int64_t{65}, stretch - 1, stretch, stretch + 1, 2 * stretch}) check(ones, 2, limit);
    const auto some = words(2 * stretch + 9, [&](int64_t) { return numbers.between(1, 4); });
    for (int i = 0; i < 5; ++i) check(some, 2, numbers.between(1, 2 * stretch));
    // chains stop where a draw needs words beyond the last
    check(words(stretch + 7, [](int64_t i) { return i > 3000 ? 2000 : 3; }), 1, 1 << 20);
    check(words(stretch, [](int64_t) { return 70000; }), 1, 5);
}

}  // namespace
}  // namespace lockstep::sim
