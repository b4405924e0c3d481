// Random draws that take as many words as they need: chunks of units, a draw from each, the chain through them.
// Must not know generators.
#include <algorithm>

#include "kernels/index_space.h"
#include "kernels/random_call.h"
#include "kernels/transfer.h"

namespace lockstep::cuda {
namespace {

constexpr int64_t kChunk = int64_t{1} << 20;  // units at a time: 17 bytes of work space for each, and the words
constexpr int64_t kMargin = 4096;             // units behind them for the last draws to end in

int64_t round_up(int64_t n, int64_t to) { return (n + to - 1) / to * to; }

// Arrays one after the other in one block of memory.
struct Layout {
    int64_t bytes = 0;
    template <class T>
    void place(T*& array, int64_t count, char* memory) {
        array = memory ? reinterpret_cast<T*>(memory + bytes) : nullptr;
        bytes = round_up(bytes + count * static_cast<int64_t>(sizeof(T)), 256);
    }
};

// Bytes of all arrays; sets them where there is memory.
int64_t lay_out(device::ChainArguments& a, int64_t item, char* memory) {
    const int64_t stretches = a.units / device::kChainStretch, blocks = a.units / device::kChainBlock;
    Layout layout;
    layout.place(a.result, 1, memory);
    layout.place(a.values, a.units * item, memory);
    layout.place(a.ends, a.units, memory);
    layout.place(a.lengths, a.units, memory);
    layout.place(a.counts, a.units, memory);
    layout.place(a.far_ends, stretches * device::kChainEntries, memory);
    layout.place(a.far_counts, stretches * device::kChainEntries, memory);
    layout.place(a.stretch_entries, stretches, memory);
    layout.place(a.stretch_ranks, stretches, memory);
    layout.place(a.block_entries, blocks, memory);
    layout.place(a.block_ranks, blocks, memory);
    return layout.bytes;
}

void launch_step(const RandomCall& call, ChainStep step, int bytes, int64_t threads, const device::ChainArguments& a) {
    const IndexKernel kernel{{'R', 'c', static_cast<char>(step), static_cast<char>(bytes)}};
    launch_index(
        call.ordinal, kernel, [=] { return chain_source(step, bytes); }, threads, &a, call.stream);
}

// Up to `limit` draws of `units` units from the state on, to `out`.
device::ChainResult follow(const RandomCall& call, const random::BitState& state, int64_t units, int64_t limit, char* out) {
    const Distribution distribution = call.task.distribution;
    const int64_t item = DType::from_character(call.row().type).itemsize();
    const int unit = call.unit();
    const UnitWords words(call, state, unit, units + kMargin);
    device::ChainArguments a{};
    a.units = units;
    a.limit = limit;
    a.words = words.first();
    a.words_end = words.words();
    a.out = out;
    call.parameters(a.parameters, 0);
    const Workspace memory(call.ordinal, lay_out(a, item, nullptr), call.stream);
    lay_out(a, item, memory.data());

    const WordSource source = words.source();
    const IndexKernel everywhere{
        {'R', 'e', static_cast<char>(distribution), static_cast<char>(source), static_cast<char>(unit)}};
    launch_index(
        call.ordinal, everywhere, [=] { return everywhere_source(distribution, source, unit); }, units, &a, call.stream);
    const int64_t blocks = units / device::kChainBlock, stretches = units / device::kChainStretch;
    launch_step(call, ChainStep::blocks, 0, blocks, a);
    launch_step(call, ChainStep::entries, 0, stretches * device::kChainEntries, a);
    launch_step(call, ChainStep::stretches, 0, 1, a);
    launch_step(call, ChainStep::into_blocks, 0, stretches, a);
    launch_step(call, ChainStep::place, static_cast<int>(item), blocks, a);
    device::ChainResult result{};
    to_host(call.ordinal, &result, a.result, sizeof result, call.stream);
    return result;
}

}  // namespace

// Chunks are as long as the draws so far let expect. Nothing drawn means that a draw takes more units than the margin has, or none.
bool fill_by_chain(const RandomCall& call) {
    const RandomTask& task = call.task;
    const int64_t item = DType::from_character(call.row().type).itemsize();
    random::BitState state = *task.state;
    double units_each = 1.05;
    for (int64_t done = 0; done < task.count;) {
        const int64_t left = task.count - done;
        const double wanted = std::min(static_cast<double>(left) * units_each * 1.02 + 64, static_cast<double>(kChunk));
        const int64_t units = round_up(static_cast<int64_t>(wanted), device::kChainStretch);
        const device::ChainResult made = follow(call, state, units, left, task.out + done * item);
        if (made.draws == 0) return false;
        skip_units(state, call.unit(), made.units);
        done += made.draws;
        units_each = static_cast<double>(made.units) / static_cast<double>(made.draws);
    }
    *task.state = state;
    return true;
}

}  // namespace lockstep::cuda
