// The CUDA backend's reduce: chooses how many lanes, warps or blocks an output gets, and launches.
// Must not know how kernels are written or compiled.
#include "kernels/reduce.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "kernels/cuda.h"
#include "kernels/device/reduce_geometry.h"
#include "kernels/reduce_counters.h"
#include "kernels/reduce_plan.h"
#include "kernels/source/program_text.h"

namespace lockstep::cuda {
namespace {

using device::reduction::kReduceThreads;
using device::reduction::kReduceWarps;

// A launch of 32 warps on each multiprocessor has enough loads in flight, see device/reduce_tree.h.
constexpr int64_t kWarpsPerMultiprocessor = 32;
constexpr int64_t kMostWideOutputs = kReduceCounters;  // of a launch

// One thread adds what an output's chunks give, one after the other: 4 to 8 cycles each, so 32768 of them, which a cast of 2^28
// elements has, take half the time of reading them. From so many chunks on, launches of a share each overlap the two.
constexpr int64_t kManyChunks = 4096, kChunkLaunches = 8;

int64_t ceil_div(int64_t a, int64_t b) { return (a + b - 1) / b; }
int ceil_log2(int64_t n) { return std::bit_width(static_cast<uint64_t>(n - 1)); }

KernelTable& table() {
    static KernelTable kernels;
    return kernels;
}

struct Call {
    int ordinal;
    const ReduceTask& task;
    const ReducePlan& plan;
    Stream* stream;

    int64_t warps() const { return kWarpsPerMultiprocessor * properties(ordinal).multiprocessors; }

    Kernel kernel() const {
        static thread_local std::string signature;  // keeps its memory: a hit allocates nothing
        signature.clear();
        const ReduceVariant& v = plan.variant;
        signature.push_back(static_cast<char>(v.kind));
        signature.push_back(static_cast<char>(v.linear | v.aligned << 1 | v.wide << 2 | v.many << 3 | v.masked << 4));
        append_signature(*task.program, signature);
        return table().find(ordinal, signature, [this] { return reduce_source(*task.program, plan.variant); });
    }
};

void launch_blocks(const Call& call, int64_t x, int64_t y, const void* arguments) {
    Grid grid;
    grid.blocks[0] = static_cast<unsigned>(x);
    grid.blocks[1] = static_cast<unsigned>(y);
    grid.threads[0] = kReduceThreads;
    launch(call.kernel(), grid, arguments, call.stream);
}

template <class Arguments>
void fill_common(Arguments& a, const Call& call) {
    fill_layout(a.layout, call.plan, call.task);
    if (call.task.initial) std::memcpy(a.initial.bytes, call.task.initial, static_cast<size_t>(call.plan.folded.itemsize()));
    a.partials = nullptr;
    a.counters = nullptr;
}

// --- trees -------------------------------------------------------------------------------------------------------

// What a tree reduction has to do for an output, and how it is cut. Leaves' lanes: 8, or 4 for complex numbers.
struct TreeShape {
    int lane_bits, whole_warp;  // log2 of a leaf's lanes, and of the leaves of a warp
    int64_t chunks, chunk, last_chunk;
    int depth, last_depth;
    bool wide = false;
    int spread = 0, piece_depth = 0;

    explicit TreeShape(const Call& call)
        : lane_bits(call.plan.folded.is_complex() ? 2 : 3), whole_warp(5 - lane_bits) {
        chunk = std::min(call.task.chunk, call.plan.count);
        chunks = ceil_div(call.plan.count, chunk);
        last_chunk = call.plan.count - (chunks - 1) * chunk;
        depth = depth_of(chunk);
        last_depth = depth_of(last_chunk);
    }
    int depth_of(int64_t n) const { return device::reduction::tree_depth(n >> lane_bits, (n & ((1 << lane_bits) - 1)) != 0); }
    // Levels that lanes can keep what they have of.
    int most_levels(int leaves) const { return lane_bits + 2 * leaves; }
};

// Rows where they keep the device busy or are short; else pieces, enough for four times the warps that run at once, of at
// least as many leaves as a warp does at a time. 2^28 elements are 32768 pieces of 8192.
TreeShape tree_shape(const Call& call) {
    TreeShape s(call);
    const int64_t outputs = call.plan.outputs, target = call.warps();
    if (s.chunk < 1 << s.lane_bits && outputs > target) {
        s.spread = -1;
        return s;
    }
    const auto row_warps = [&] { return ceil_div(outputs << (s.lane_bits + s.spread), 32); };
    while (s.spread < s.whole_warp && s.most_levels(s.spread) < s.depth) ++s.spread;
    while (s.spread < s.whole_warp && s.spread < s.depth && row_warps() < target) ++s.spread;
    const int64_t chunks = s.chunks * call.plan.units;
    const int64_t times = chunks << std::max(0, s.depth - s.spread);
    s.wide = s.depth > s.most_levels(s.whole_warp) || (times >= 4 && row_warps() < target / 2);
    if (!s.wide) return s;
    const int64_t launched = std::min(outputs, kMostWideOutputs);
    s.piece_depth = std::max(0, s.depth - s.most_levels(s.whole_warp));
    while (s.piece_depth < s.depth - s.whole_warp && (launched * chunks) << s.piece_depth < 4 * target) ++s.piece_depth;
    return s;
}

int64_t partial_bytes(DType folded) { return folded.is_complex() ? folded.itemsize() : std::max<int64_t>(4, folded.itemsize()); }

template <class Layout>
void run_trees(const Call& call) {
    const TreeShape s = tree_shape(call);
    device::reduction::TreeArguments<Layout> a;
    using Index = typename Layout::Index;
    fill_common(a, call);
    a.units = static_cast<Index>(call.plan.units);
    a.unit = static_cast<Index>(call.plan.count);
    a.chunk = static_cast<Index>(s.chunk);
    a.chunks = divider<Index>(s.chunks);
    a.depth = s.depth;
    a.last_depth = s.last_depth;
    a.spread = s.spread;
    a.piece_depth = s.piece_depth;
    a.wide = s.wide;
    a.first_output = 0;
    a.outputs = static_cast<Index>(call.plan.outputs);
    if (call.plan.variant.kind == ReduceKind::runs) return launch_blocks(call, call.plan.outputs, 1, &a);
    if (!s.wide) {
        const int64_t lanes = s.spread < 0 ? call.plan.outputs : call.plan.outputs << (s.lane_bits + s.spread);
        return launch_blocks(call, ceil_div(lanes, kReduceThreads), 1, &a);
    }
    const int64_t chunks = s.chunks * call.plan.units, outputs = std::min(call.plan.outputs, kMostWideOutputs);
    const int64_t width = int64_t{1} << std::max(0, s.piece_depth - 3);  // partials of a chunk
    const int64_t each = chunks * width + chunks * std::max<int64_t>(1, width / 32);
    Workspace workspace(call.ordinal, outputs * each * partial_bytes(call.plan.folded), call.stream);
    a.partials = workspace.data();
    a.partials_per_output = static_cast<Index>(each);
    a.counters = reduce_counters(call.ordinal, call.stream);
    const int64_t share = ceil_div(chunks, width == 1 && chunks >= kManyChunks ? kChunkLaunches : 1);
    for (int64_t first = 0; first < call.plan.outputs; first += kMostWideOutputs) {
        a.first_output = static_cast<Index>(first);
        a.added = 0;
        for (int64_t chunk = 0; chunk < chunks; chunk += share) {
            const int64_t count = std::min(share, chunks - chunk);
            a.first_chunk = static_cast<Index>(chunk);
            a.last_chunk = static_cast<Index>(chunk + count);
            launch_blocks(call, ceil_div(count << s.piece_depth, kReduceWarps),
                          std::min(kMostWideOutputs, call.plan.outputs - first), &a);
            a.added = a.first_chunk;
        }
    }
}

// --- any order ---------------------------------------------------------------------------------------------------

int64_t fold_bytes(const Call& call) {
    const Monoid m = call.task.program->monoid;
    return is_arg(m) ? 32 : 16;
}

template <class Layout>
void run_folds(const Call& call) {
    device::reduction::FoldArguments<Layout> a;
    using Index = typename Layout::Index;
    fill_common(a, call);
    const int64_t count = call.plan.count, all = call.plan.outputs;
    a.count = a.span = static_cast<Index>(count);
    a.outputs = static_cast<Index>(all);
    a.first_output = 0;
    // 16 elements to a lane where that is lanes enough: short rows are found in the first cache by the next load
    const auto row_warps = [&] { return (all << a.lane_bits) / 32; };
    a.lane_bits = std::min(5, ceil_log2(ceil_div(count, 16)));
    while (a.lane_bits < 5 && int64_t{1} << a.lane_bits < count && row_warps() < call.warps()) ++a.lane_bits;
    a.packed = call.plan.stride[0][0] == call.task.program->input_type[0].itemsize();
    a.wide = count >= 2048 && row_warps() < call.warps() / 2;
    if (!a.wide) return launch_blocks(call, ceil_div(all << a.lane_bits, kReduceThreads), 1, &a);
    const int64_t outputs = std::min(all, kMostWideOutputs), most = ceil_div(count, 4096);
    int64_t pieces = std::clamp<int64_t>(4 * call.warps() / kReduceWarps / outputs, 1, most);
    const int64_t span = ceil_div(ceil_div(count, pieces), kReduceThreads) * kReduceThreads;
    pieces = ceil_div(count, span);
    a.span = static_cast<Index>(span);
    Workspace workspace(call.ordinal, outputs * pieces * fold_bytes(call), call.stream);
    a.partials = workspace.data();
    a.counters = reduce_counters(call.ordinal, call.stream);
    for (int64_t first = 0; first < all; first += kMostWideOutputs) {
        a.first_output = static_cast<Index>(first);
        launch_blocks(call, pieces, std::min(kMostWideOutputs, all - first), &a);
    }
}

// Wide tiles read whole lines of memory; tiles of 32 columns are enough of a line, and more blocks.
template <class Layout>
void run_columns(const Call& call) {
    device::reduction::ColumnArguments<Layout> a;
    using Index = typename Layout::Index;
    fill_common(a, call);
    const bool ordered = order_matters(call.task.program->monoid, call.plan.folded);
    const int64_t columns = call.plan.outputs, rows = call.plan.count, enough = call.warps() / kReduceWarps;
    a.rows = a.span = static_cast<Index>(rows);
    a.columns = static_cast<Index>(columns);
    a.width_bits = std::min(8, ceil_log2(columns));
    const auto tiles = [&] { return ceil_div(columns, int64_t{1} << a.width_bits); };
    while (a.width_bits > 5 && tiles() < enough && rows > kReduceThreads >> a.width_bits) --a.width_bits;
    int64_t pieces = 1;
    if (!ordered && tiles() <= kReduceCounters) {
        const int64_t at_a_time = (kReduceThreads >> a.width_bits) * 16;
        pieces = std::clamp<int64_t>(2 * enough / tiles(), 1, ceil_div(rows, at_a_time));
        const int64_t span = ceil_div(rows, pieces);
        pieces = ceil_div(rows, span);
        a.span = static_cast<Index>(span);
    }
    if (pieces == 1) return launch_blocks(call, tiles(), 1, &a);
    Workspace workspace(call.ordinal, tiles() * pieces * kReduceThreads * fold_bytes(call), call.stream);
    a.partials = workspace.data();
    a.counters = reduce_counters(call.ordinal, call.stream);
    launch_blocks(call, tiles(), pieces, &a);
}

template <class Layout>
void run(const Call& call) {
    switch (call.plan.variant.kind) {
        case ReduceKind::folds: return run_folds<Layout>(call);
        case ReduceKind::columns: return run_columns<Layout>(call);
        default: return run_trees<Layout>(call);
    }
}

}  // namespace

void reduce(int ordinal, const ReduceTask& task, Stream* stream) {
    const DeviceScope scope(ordinal);
    const ReducePlan plan = plan_reduction(task);
    const Call call{ordinal, task, plan, stream};
    using device::reduction::kFewDims, device::reduction::kManyDims, device::reduction::ReduceLayout;
    if (plan.variant.wide) {
        if (plan.variant.many) run<ReduceLayout<uint64_t, kManyDims>>(call);
        else run<ReduceLayout<uint64_t, kFewDims>>(call);
    } else {
        if (plan.variant.many) run<ReduceLayout<uint32_t, kManyDims>>(call);
        else run<ReduceLayout<uint32_t, kFewDims>>(call);
    }
}

}  // namespace lockstep::cuda
