// Draws of a word or a piece of one each, some rejected: none and all of them, limits on the borders of tiles, words of
// every width. Must not know distributions.
#include <map>

#include "kernels/device/random_arguments.h"
#include "kernels/device/select_arguments.h"
#include "tests/sim/unit/simulated.h"

namespace lockstep::sim {
namespace {

using device::ChainResult;
using device::SiftArguments;

// A draw is what it was cut from, drawn again while its lowest bits are those of the first parameter: not 0 or 3, which
// the made-up words end in.
std::string text_of(const std::string& name, const std::string& call) {
    return "LS_KERNEL(" + name + ", 256, SiftArguments) {\n"
           "    " + call + "(arguments, [&](auto& g, int64_t) {\n"
           "        const uint64_t bad = static_cast<uint64_t>(arguments.parameters[0].value.whole);\n"
           "        uint64_t x;\n"
           "        do x = NEXT(g);\n"
           "        while ((x & 3) == bad);\n"
           "        return x;\n"
           "    });\n}\n";
}

struct Width {
    int bits;
    const char *stored, *draw, *next;
};
constexpr Width kWidths[] = {{64, "uint64_t", "uint64_t", "next64"},
                             {64, "uint32_t", "uint64_t", "next64"},
                             {32, "uint32_t", "uint32_t", "next32"},
                             {16, "uint32_t", "uint16_t", "next_small<16>"},
                             {8, "uint32_t", "uint8_t", "next_small<8>"}};

class RandomSifts : public WithSettings, public testing::WithParamInterface<Width> {
  protected:
    Numbers numbers;
    std::map<std::string, cudaKernel_t> kernels;
    const Width width = GetParam();
    const bool halves = width.bits == 64 && width.stored == std::string("uint32_t");
    const int64_t each = width.bits == 64 ? 1 : 32 / width.bits;  // pieces of a word

    cudaKernel_t kernel(const char* name) {
        const auto known = kernels.find(name);
        if (known != kernels.end()) return known->second;
        const std::string pieces = std::string(width.stored) + ", " + std::to_string(width.bits) + ">";
        std::string text = "#include \"kernels/device/random_sift.h\"\n#include \"kernels/device/select.h\"\n"
                           "#include \"runtime/scalar/random/keeping.h\"\nusing namespace lockstep::device;\n"
                           "using namespace lockstep::scalar::random;\n#define NEXT " + std::string(width.next) + "\n";
        text += text_of("count", "count_kept<" + pieces);
        text += text_of("place", std::string("place_kept<") + width.draw + ", " + pieces);
        text += text_of("all", std::string("place_all<") + width.draw + ", " + pieces);
        text += "LS_KERNEL(scan, 1024, ScanTilesArguments) { scan_tiles(arguments); }\n";
        return kernels[name] = kernel_from(text, name);
    }

    // Words of 32 bits in memory, of which halves make one of 64 as the generator stores it.
    std::vector<uint32_t> words(int64_t pieces) {
        const int64_t count = width.bits == 64 ? 2 * pieces : (pieces + each - 1) / each;
        std::vector<uint32_t> all(static_cast<size_t>(count));
        for (uint32_t& w : all) w = static_cast<uint32_t>(numbers.between(0, 0xffffffff));
        return all;
    }
    uint64_t piece(const std::vector<uint32_t>& all, int64_t i) const {
        const size_t at = static_cast<size_t>(i);
        if (halves) return uint64_t{all[2 * at]} << 32 | all[2 * at + 1];
        if (width.bits == 64) return uint64_t{all[2 * at + 1]} << 32 | all[2 * at];
        const size_t pieces = static_cast<size_t>(each);
        const uint32_t shifted = all[at / pieces] >> (at % pieces * static_cast<size_t>(width.bits));
        return width.bits == 32 ? shifted : shifted & ((1u << width.bits) - 1);
    }
    template <class T>
    void check_as(const std::vector<uint32_t>& all, int64_t pieces, int64_t limit, uint64_t bad) {
        std::vector<T> draws;
        int64_t at = 0;
        for (; at < pieces && static_cast<int64_t>(draws.size()) < limit; ++at)
            if ((piece(all, at) & 3) != bad) draws.push_back(static_cast<T>(piece(all, at)));
        const int64_t tiles = (pieces + device::kSelectTile - 1) / device::kSelectTile;
        const DeviceArray<uint32_t> device_words(all);
        const DeviceArray<unsigned long long> counts(static_cast<size_t>(tiles));
        const DeviceArray<ChainResult> result(1);
        const DeviceArray<T> out(static_cast<size_t>(limit));
        SiftArguments a{pieces, limit, reinterpret_cast<const char*>(device_words.data()),
                        reinterpret_cast<char*>(out.data()), counts.data(), result.data(), {}};
        a.parameters[0].value.whole = static_cast<int64_t>(bad);
        ASSERT_EQ(launch(kernel("count"), static_cast<unsigned>(tiles), 256, a), cudaSuccess);
        ASSERT_EQ(launch(kernel("scan"), 1, 1024, device::ScanTilesArguments{counts.data(), tiles}), cudaSuccess);
        ASSERT_EQ(launch(kernel("place"), static_cast<unsigned>(tiles), 256, a), cudaSuccess);
        const ChainResult made = result.host()[0];
        ASSERT_EQ(made.draws, static_cast<int64_t>(draws.size()));
        EXPECT_EQ(made.units, at);
        const auto found = out.host();
        for (size_t i = 0; i < draws.size(); ++i) ASSERT_EQ(found[i], draws[i]) << "draw " << i;
        if (bad < 4) return;
        a.pieces = std::min(pieces, limit);
        ASSERT_EQ(launch(kernel("all"), static_cast<unsigned>((a.pieces + 255) / 256), 256, a), cudaSuccess);
        EXPECT_EQ(out.host(), found);
    }
    void check(const std::vector<uint32_t>& all, int64_t pieces, int64_t limit, uint64_t bad) {
        switch (width.bits) {
            case 64: return check_as<uint64_t>(all, pieces, limit, bad);
            case 32: return check_as<uint32_t>(all, pieces, limit, bad);
            case 16: return check_as<uint16_t>(all, pieces, limit, bad);
            default: return check_as<uint8_t>(all, pieces, limit, bad);
        }
    }
};

TEST_P(RandomSifts, BordersOfTiles) {
    constexpr int64_t tile = device::kSelectTile;
    constexpr uint64_t kNone = 4;  // rejects nothing
    for (const int64_t pieces : {int64_t{1}, int64_t{31}, tile - 1, tile, tile + 1, 3 * tile + 5}) {
        const auto all = words(pieces);
        for (const uint64_t bad : {uint64_t{1}, kNone})
            for (const int64_t limit : {int64_t{1}, pieces / 2 + 1, pieces}) check(all, pieces, limit, bad);
    }
    const auto all = words(2 * tile);
    for (const int64_t limit : {tile - 1, tile, tile + 1, 2 * tile - 1, 2 * tile}) check(all, 2 * tile, limit, kNone);
    for (int i = 0; i < 5; ++i) check(all, 2 * tile, numbers.between(1, 2 * tile), 2);
}

TEST_P(RandomSifts, WhereNoneIsKept) {
    constexpr int64_t pieces = device::kSelectTile + 100;
    auto all = words(pieces);
    for (uint32_t& w : all) w = 0x02020202u;
    check(all, pieces, 7, 2);
    all[all.size() / 2] = 1;  // but for one
    check(all, pieces, 1, 2);
    check(all, pieces, 2, 2);
}

INSTANTIATE_TEST_SUITE_P(Widths, RandomSifts, testing::ValuesIn(kWidths),
                         [](const auto& info) {
                             return "Of" + std::to_string(info.param.bits) + "As" + info.param.stored;
                         });

}  // namespace
}  // namespace lockstep::sim
