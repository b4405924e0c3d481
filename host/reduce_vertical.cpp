// Reductions whose output moves along the innermost dimension: rows are added one after the other.
// Must not know element types: the fold table does.
#include <algorithm>
#include <cstring>
#include <optional>

#include "host/memory.h"
#include "host/parallel.h"
#include "host/reduce_space.h"
#include "runtime/exec/threads.h"

namespace lockstep::host {
namespace {

struct Scratch {
    char* data;
    int64_t bytes;
    explicit Scratch(int64_t n) : data(static_cast<char*>(allocate(n))), bytes(n) {}
    ~Scratch() { deallocate(data, bytes); }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
};

constexpr int64_t kDirectBytes = 32 << 10;  // of accumulators: long rows, still in the second cache

struct Vertical {
    const ReduceTask& task;
    const Fold& fold;
    const int64_t itemsize;
    const int64_t width;  // of dimension 0
    const bool paired;    // dimension 1 is reduced and rows are short: tiles span several rows
    const Inner inner;
    bool direct;
    TileProgram tiles;
    int64_t columns;  // per tile

    explicit Vertical(const ReduceTask& t)
        : task(t),
          fold(loops().fold[static_cast<int>(t.program->monoid)][type().number()]),
          itemsize(type().itemsize()),
          width(t.shape[0]),
          paired(!t.masked && t.ndim > 1 && t.out_strides[1] == 0 && width <= 64),
          inner(t, paired ? 2 : 1) {
        direct = !t.masked && t.program->length == 0 && t.operands[0].strides[0] == itemsize &&
                 row_starts_aligned();
        if (!direct) bind(tiles, *t.program, paired ? 2 : 1, t.shape, inner.operand);
        columns = std::min(width, direct ? kDirectBytes / itemsize : tiles.tile);
    }

    // Narrower tiles where there are fewer than threads: max(axis=0) of 1000 columns is one tile else.
    void share(int64_t kept) {
        constexpr int64_t kLeast = 1024;  // bytes of a row
        const int64_t most = width * itemsize / kLeast, tiles_wanted = std::min<int64_t>(num_threads(), most);
        if (paired || kept >= num_threads() || tiles_wanted < 2 || !worth_sharing(cost_of(task))) return;
        const int64_t even = (width + tiles_wanted - 1) / tiles_wanted;
        columns = std::min(columns, (even + 63) / 64 * 64);  // whole lines
    }

    DType type() const { return task.program->type(task.program->reduced); }

    bool row_starts_aligned() const {
        bool aligned = is_aligned(task.operands[0].data, itemsize);
        for (int d = 1; d < task.ndim; ++d) aligned &= task.operands[0].strides[d] % itemsize == 0;
        return aligned;
    }

    // Output columns c .. c+n at the position of the kept dimensions.
    void column_tile(Bases at, const Split& s, int64_t c, int64_t n, TileRun* run, char* accumulators,
                     char* spare) const {
        for (int k = 0; k < task.inputs; ++k) at.in[k] += c * task.operands[k].strides[0] * (direct || task.masked);
        fill_items(accumulators, static_cast<const char*>(task.initial), itemsize, n);
        const bool inner_rows = s.reduced.count && s.reduced.axis[0] == 1 && (direct || paired);
        Dimensions outer;
        for (int i = inner_rows ? 1 : 0; i < s.reduced.count; ++i)
            outer.add(s.reduced.axis[i], task.shape[s.reduced.axis[i]]);
        for (int64_t r = 0; r < outer.size; ++r) {
            Bases b = at;
            advance(task, outer, r, b);
            if (direct) {
                const int64_t rows = inner_rows ? task.shape[1] : 1;
                fold.rows(accumulators, b.in[0], rows, inner_rows ? task.operands[0].strides[1] : 0, n);
            } else if (paired && inner_rows) {
                paired_rows(b, run, n, accumulators);
            } else {
                row(b, run, c, n, accumulators, spare);
            }
        }
        const Walk walk{1, &width, task.out_strides, itemsize};
        scatter(walk, at.out + c * task.out_strides[0], 0, n, accumulators);
    }

    // Whole short rows, several to a tile.
    void paired_rows(const Bases& b, TileRun* run, int64_t n, char* accumulators) const {
        run->set_bases(b.in);
        const int64_t per_tile = tiles.tile / n, rows = task.shape[1];
        for (int64_t r = 0; r < rows; r += per_tile) {
            const int64_t count = std::min(per_tile, rows - r);
            run->run(r * n, count * n);
            fold.rows(accumulators, run->values(task.program->reduced), count, n * itemsize, n);
        }
    }

    void row(const Bases& b, TileRun* run, int64_t c, int64_t n, char* accumulators, char* spare) const {
        run->set_bases(b.in);
        run->run(task.masked ? 0 : c, n);
        const char* values = run->values(task.program->reduced);
        if (!task.masked) return fold.rows(accumulators, values, 1, 0, n);
        // where the mask is false the accumulator stays
        char *folded = spare, *mask = spare + (columns * itemsize + 63) / 64 * 64;
        const int m = task.inputs - 1;
        gather({1, &width, task.operands[m].strides, 1}, b.in[m], 0, n, mask);
        std::memcpy(folded, accumulators, static_cast<size_t>(n * itemsize));
        fold.rows(folded, values, 1, 0, n);
        char* args[] = {mask, folded, accumulators, accumulators};
        loops().plain[static_cast<int>(Op::select)][type().number()](n, args);
    }
};

}  // namespace

void reduce_vertical(const ReduceTask& task) {
    Vertical v(task);
    const Split s = split_dimensions(task, 1);
    v.share(s.kept.size);
    const int64_t tiles = (v.width + v.columns - 1) / v.columns;
    parallel_ranges(s.kept.size * tiles, 1, cost_of(task), [&](int64_t begin, int64_t end) {
        const int64_t accumulator_bytes = (v.columns * v.itemsize + 63) / 64 * 64;
        Scratch scratch(2 * accumulator_bytes + v.columns + 64);
        std::optional<TileRun> run;
        if (!v.direct) run.emplace(v.tiles);
        for (int64_t i = begin; i < end; ++i) {
            Bases b = origin(task);
            advance(task, s.kept, i / tiles, b);
            const int64_t c = i % tiles * v.columns;
            v.column_tile(b, s, c, std::min(v.columns, v.width - c), run ? &*run : nullptr,
                          scratch.data, scratch.data + accumulator_bytes);
        }
    });
}

}  // namespace lockstep::host
