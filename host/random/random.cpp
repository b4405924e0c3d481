// The primitive random: draws in turn from blocks of words, and on several threads where every draw takes one word of a
// generator that can skip. Must not know how a draw or a word is made.
#include <algorithm>
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

template <class G>
void skip_as(BitState& state, uint64_t words) {
    G g;
    open(g, state);
    if constexpr (G::skips) skip(g, words);
    else
        for (; words; --words) word(g);
    close(g, state);
}

void skip_words(BitState& state, uint64_t words) {
    switch (state.kind) {
        case BitGenerator::pcg64: return skip_as<scalar::random::Pcg64>(state, words);
        case BitGenerator::pcg64dxsm: return skip_as<scalar::random::Pcg64Dxsm>(state, words);
        case BitGenerator::philox: return skip_as<scalar::random::Philox>(state, words);
        default: return skip_as<scalar::random::Sfc64>(state, words);
    }
}

// body(words) with the words of a generator, `first` of them in the first block; the state afterwards is behind those read.
template <class Body>
void read_words64(BitState& state, int64_t first, const Body& body) {
    Words64 w;
    w.at = w.end = w.block;
    w.has_uint32 = state.has_uint32, w.uinteger = state.uinteger;
    w.state = &state;
    w.refill = random::fills().make64[static_cast<int>(state.kind)];
    w.next_block = first;
    body(w);
    if (w.at != w.end) {  // words that were not read go back: the block is started again, those that were read skipped
        std::memcpy(&state.pcg64, &w.start, sizeof w.start);
        skip_words(state, static_cast<uint64_t>(w.at - w.block));
    }
    state.has_uint32 = w.has_uint32, state.uinteger = w.uinteger;
}

template <class Body>
void read_words32(BitState& state, int64_t first, const Body& body) {
    Words32 w;
    w.at = w.end = w.block;
    w.state = &state;
    w.refill = random::fills().make32;
    w.next_block = first;
    body(w);
    state.mt19937.position -= static_cast<int32_t>(w.end - w.at);
}

// The draws from `begin` up to `end`, from a generator of 64-bit words that stands before them.
void fill_64(const RandomTask& task, BitState& state, int64_t begin, int64_t end) {
    const DistributionRow& row = row_of(task.distribution);
    const DType type = DType::from_character(row.type);
    RandomTask::Parameter parameters[lockstep::random::kMaxParameters];
    for (int i = 0; row.parameters[i]; ++i)
        parameters[i] = {task.parameters[i].data + begin * task.parameters[i].stride, task.parameters[i].stride};
    const int64_t first = words_wanted(row, row.unit == 32 ? (end - begin + 1) / 2 : end - begin, random::kBlock64);
    read_words64(state, first, [&](Words64& w) {
        random::fills().of64[static_cast<int>(task.distribution)](w, end - begin, task.out + begin * type.itemsize(), parameters);
    });
}

void fill_32(const RandomTask& task) {
    const DistributionRow& row = row_of(task.distribution);
    const bool pairs = row.unit == 64 && task.count < random::kBlock32;
    read_words32(*task.state, words_wanted(row, pairs ? 2 * task.count : task.count, random::kBlock32), [&](Words32& w) {
        random::fills().of32[static_cast<int>(task.distribution)](w, task.count, task.out, task.parameters);
    });
}

// Whether any draw's words can be found without making those before them, and there are enough draws to share.
bool may_skip(const RandomTask& task) {
    const DistributionRow& row = row_of(task.distribution);
    return row.words == 1 && row.unit != 0 && task.state->kind != BitGenerator::sfc64 &&
           worth_sharing(task.count * DType::from_character(row.type).itemsize());
}

// Every piece skips to its own words; the last one leaves the state of all.
void fill_in_pieces(const RandomTask& task) {
    const DistributionRow& row = row_of(task.distribution);
    const int64_t waiting = row.unit == 32 && task.state->has_uint32 ? 1 : 0;  // so that pieces begin with a whole word
    if (waiting) fill_64(task, *task.state, 0, 1);
    const int64_t total = task.count - waiting;
    BitState last;
    parallel_ranges(total, 512, total * DType::from_character(row.type).itemsize(), [&](int64_t begin, int64_t end) {
        BitState state = *task.state;
        skip_words(state, static_cast<uint64_t>(row.unit == 32 ? begin / 2 : begin));
        fill_64(task, state, waiting + begin, waiting + end);
        if (end == total) last = state;
    });
    *task.state = last;
}

}  // namespace

bool random_fill(int, const RandomTask& task, Stream*) {
    if (task.state->kind == BitGenerator::mt19937) fill_32(task);
    else if (may_skip(task)) fill_in_pieces(task);
    else fill_64(task, *task.state, 0, task.count);
    return true;
}

void random_rows(const lockstep::random::RowTask& task) {
    const random::FillTable& table = random::fills();
    const int64_t numbers = task.rows * task.length;
    if (numbers == 0) return;
    if (task.state->kind == BitGenerator::mt19937)
        read_words32(*task.state, std::min(2 * numbers, random::kBlock32), [&](Words32& w) { table.rows32(w, task); });
    else read_words64(*task.state, std::min(numbers, random::kBlock64), [&](Words64& w) { table.rows64(w, task); });
}

}  // namespace lockstep::host
