// Random integers from one range: each word on the device is a draw or rejected, whatever the others are.
// Must not know generators.
#include <algorithm>
#include <cmath>
#include <string_view>

#include "kernels/device/select_arguments.h"
#include "kernels/index_space.h"
#include "kernels/random_call.h"
#include "kernels/select.h"
#include "kernels/transfer.h"
#include "runtime/scalar/random/bounded.h"

namespace lockstep::cuda {
namespace {

constexpr int64_t kChunk = int64_t{1} << 22;  // words at a time

double as_double(uint64_t x) { return static_cast<double>(x); }

// How words are cut, and how often a piece is a draw.
struct Pieces {
    int bits;        // of a piece
    uint64_t range;  // of draws
    double kept;     // their share of pieces

    explicit Pieces(const RandomCall& call) : range(static_cast<uint64_t>(call.whole(1))) {
        const DType type = DType::from_character(call.row().type);
        bits = static_cast<int>(type.itemsize() * 8);
        if (call.task.distribution == Distribution::bounded_bool) bits = 1;
        else if (bits == 64 && range <= 0xffffffffu) bits = 32;
        const double all = std::ldexp(1.0, bits);
        if (are_sure()) kept = 1;
        else if (std::string_view(call.row().name).starts_with("masked"))
            kept = (as_double(range) + 1) / (as_double(scalar::random::mask_of_range(range)) + 1);
        else kept = 1 - as_double(((~uint64_t{0} >> (64 - bits)) - range) % (range + 1)) / all;
    }
    int unit() const { return bits == 64 ? 64 : 32; }
    int64_t each() const { return unit() / bits; }  // of a word
    int64_t words(int64_t pieces) const { return (pieces + each() - 1) / each(); }
    // As many draws as a power of two, or all that there are.
    bool are_sure() const { return (range & (range + 1)) == 0; }
    // That `draws` will most likely need.
    int64_t wanted(int64_t draws) const {
        const double n = static_cast<double>(draws);
        return kept == 1 ? draws : static_cast<int64_t>((n + 4 * std::sqrt(n * (1 - kept))) / kept) + 16;
    }
};

void launch_step(const RandomCall& call, SiftStep step, const Pieces& pieces, WordSource source,
                 const device::SiftArguments& a) {
    const Distribution distribution = call.task.distribution;
    const int bits = pieces.bits;
    const IndexKernel kernel{{'R', 's', static_cast<char>(step), static_cast<char>(distribution),
                              static_cast<char>(source), static_cast<char>(bits)},
                             step == SiftStep::place_all ? device::kRandomThreads : device::kSelectTile};
    launch_index(
        call.ordinal, kernel, [=] { return sift_source(step, distribution, source, bits); }, a.pieces, &a,
        call.stream);
}

// Up to `limit` draws of so many words from the state on, to `out`.
device::ChainResult sift(const RandomCall& call, const Pieces& pieces, const random::BitState& state, int64_t count,
                         int64_t limit, char* out) {
    const UnitWords words(call, state, pieces.unit(), count);
    device::SiftArguments a{};
    a.pieces = count * pieces.each();
    a.limit = limit;
    a.words = words.first();
    a.out = out;
    call.parameters(a.parameters, 0);
    if (pieces.are_sure()) {
        a.pieces = std::min(a.pieces, limit);
        launch_step(call, SiftStep::place_all, pieces, words.source(), a);
        return {a.pieces, a.pieces};
    }
    const int64_t tiles = (a.pieces + device::kSelectTile - 1) / device::kSelectTile;
    const Workspace memory(call.ordinal, static_cast<int64_t>(sizeof *a.result) + tiles * 8, call.stream);
    a.result = reinterpret_cast<device::ChainResult*>(memory.data());
    a.tiles = reinterpret_cast<unsigned long long*>(memory.data() + sizeof *a.result);
    launch_step(call, SiftStep::count, pieces, words.source(), a);
    scan_tiles(call.ordinal, a.tiles, tiles, call.stream);
    launch_step(call, SiftStep::place, pieces, words.source(), a);
    device::ChainResult result{};
    to_host(call.ordinal, &result, a.result, sizeof result, call.stream);
    return result;
}

}  // namespace

// What is left of a cut word is thrown away at the end of a call only: chunks that do not end it use up all of theirs.
void fill_by_sifting(const RandomCall& call) {
    const RandomTask& task = call.task;
    const int64_t item = DType::from_character(call.row().type).itemsize();
    const Pieces pieces(call);
    if (pieces.range == 0) {  // takes no words
        device::SiftArguments a{};
        a.pieces = a.limit = task.count;
        a.out = task.out;
        call.parameters(a.parameters, 0);
        return launch_step(call, SiftStep::place_all, pieces, WordSource::words32, a);
    }
    random::BitState state = *task.state;
    for (int64_t done = 0; done < task.count;) {
        const int64_t left = task.count - done;
        const int64_t words = std::min(pieces.words(pieces.wanted(left)), kChunk);
        const device::ChainResult made = sift(call, pieces, state, words, left, task.out + done * item);
        skip_units(state, pieces.unit(), made.draws == left ? pieces.words(made.units) : words);
        done += made.draws;
    }
    *task.state = state;
}

}  // namespace lockstep::cuda
