// The primitive random: draws in turn from blocks of words, and on several threads where every draw takes one word of a
// generator that can skip. Must not know how a draw or a word is made.
#include <cstring>

#include "host/parallel.h"
#include "host/primitives.h"
#include "host/random/fills.h"

namespace lockstep::host {
namespace {

using random::BitState;
using random::Words32;
using random::Words64;
using scalar::random::BitGenerator;

// How many words the draws will take, as far as the row tells: what the first block should have.
int64_t words_wanted(const DistributionRow& row, int64_t count, int64_t most) {
    const int64_t draws = count < most ? count : most;
    const int64_t words = row.words ? draws * row.words : draws + draws / 64;
    return words < most ? words : most;
}

// The words that were made but not read go back: the generator starts the block again and skips those that were.
template <class G>
void rewind(Words64& w) {
    std::memcpy(&w.state->pcg64, &w.start, sizeof w.start);
    G g;
    open(g, *w.state);
    const int64_t read = w.at - w.block;
    if constexpr (G::skips) skip(g, static_cast<uint64_t>(read));
    else
        for (int64_t i = 0; i < read; ++i) word(g);
    close(g, *w.state);
}

void fill_64(const RandomTask& task, BitState& state, int64_t begin, int64_t end) {
    const DistributionRow& row = row_of(task.distribution);
    const random::FillTable& table = random::fills();
    const DType type = DType::from_character(row.type);
    RandomTask::Parameter parameters[lockstep::random::kMaxParameters];
    for (int i = 0; row.parameters[i]; ++i)
        parameters[i] = {task.parameters[i].data + begin * task.parameters[i].stride, task.parameters[i].stride};
    Words64 w;
    w.at = w.end = w.block;
    w.has_uint32 = state.has_uint32, w.uinteger = state.uinteger;
    w.state = &state;
    w.refill = table.make64[static_cast<int>(state.kind)];
    w.next_block = words_wanted(row, row.unit == 32 ? (end - begin + 1) / 2 : end - begin, random::kBlock64);
    table.of64[static_cast<int>(task.distribution)](w, end - begin, task.out + begin * type.itemsize(), parameters);
    if (w.at != w.end) {
        switch (state.kind) {
            case BitGenerator::pcg64: rewind<scalar::random::Pcg64>(w); break;
            case BitGenerator::pcg64dxsm: rewind<scalar::random::Pcg64Dxsm>(w); break;
            case BitGenerator::philox: rewind<scalar::random::Philox>(w); break;
            default: rewind<scalar::random::Sfc64>(w);
        }
    }
    state.has_uint32 = w.has_uint32, state.uinteger = w.uinteger;
}

void fill_32(const RandomTask& task) {
    const DistributionRow& row = row_of(task.distribution);
    const random::FillTable& table = random::fills();
    Words32 w;
    w.at = w.end = w.block;
    w.state = task.state;
    w.refill = table.make32;
    w.next_block = words_wanted(row, row.unit == 64 && task.count < random::kBlock32 ? 2 * task.count : task.count, random::kBlock32);
    table.of32[static_cast<int>(task.distribution)](w, task.count, task.out, task.parameters);
    task.state->mt19937.position -= static_cast<int32_t>(w.end - w.at);
}

}  // namespace

bool random_fill(int, const RandomTask& task, Stream*) {
    if (task.state->kind == BitGenerator::mt19937) fill_32(task);
    else fill_64(task, *task.state, 0, task.count);
    return true;
}

}  // namespace lockstep::host
