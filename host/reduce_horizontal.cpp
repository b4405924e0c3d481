// Reductions whose inner run goes to one output: each run is a pairwise tree, evaluated tile by tile.
// Must not know element types: the fold table does.
#include <algorithm>
#include <cstring>
#include <optional>

#include "host/parallel.h"
#include "host/reduce_space.h"
#include "runtime/exec/pairwise.h"

namespace lockstep::host {
namespace {

constexpr int64_t kShare = 64 << 10;  // elements of a subtree worth a thread of its own

struct Horizontal {
    const ReduceTask& task;
    const Inner inner;
    const Fold& fold;
    const int64_t itemsize;  // of the folded register
    const int64_t parts;     // scalars per element
    const int64_t accumulator_bytes;
    TileProgram tiles;
    bool direct;  // the operand itself is folded, where it lies

    explicit Horizontal(const ReduceTask& t)
        : task(t),
          inner(t, t.unit_dims),
          fold(loops().fold[static_cast<int>(t.program->monoid)][type().number()]),
          itemsize(type().itemsize()),
          parts(type().is_complex() ? 2 : 1),
          accumulator_bytes(monoid_type(t.program->monoid, type()).itemsize()) {
        direct = t.program->length == 0 && inner.operand[0].contiguous;
        if (!direct) bind(tiles, *t.program, t.unit_dims, t.shape, inner.operand);
    }

    DType type() const { return task.program->type(task.program->reduced); }

    // Folds elements lo .. lo+n of the unit at `b` as one tree.
    void tree(const Bases& b, std::optional<TileRun>& run, int64_t lo, int64_t n, char* partial) const {
        const char* packed = direct ? b.in[0] + lo * itemsize : nullptr;
        if (packed && is_aligned(packed, itemsize) && (n < 2 * kShare || !worth_sharing(n * itemsize)))
            return fold.tree(packed, n, partial);
        if (!packed && n <= tiles.tile) return fold.tree(evaluate(b, run, lo, n), n, partial);
        if (packed && n <= 1024) {  // unaligned memory
            alignas(64) char copy[1024 * 16];
            std::memcpy(copy, packed, static_cast<size_t>(n * itemsize));
            return fold.tree(copy, n, partial);
        }
        split(b, run, lo, n, partial);
    }

    void split(const Bases& b, std::optional<TileRun>& run, int64_t lo, int64_t n, char* partial) const {
        const int64_t half = pairwise_split(n * parts) / parts;
        alignas(16) char right[16];
        if (n >= 2 * kShare && worth_sharing(n * itemsize)) {
            std::optional<TileRun> other;
            parallel_pair([&] { tree(b, run, lo, half, partial); },
                          [&] { tree(b, other, lo + half, n - half, right); });
        } else {
            tree(b, run, lo, half, partial);
            tree(b, run, lo + half, n - half, right);
        }
        fold.join(partial, right);
    }

    const char* evaluate(const Bases& b, std::optional<TileRun>& run, int64_t lo, int64_t n) const {
        if (!run) {
            run.emplace(tiles);
        }
        run->set_bases(b.in);
        run->run(lo, n);
        return run->values(task.program->reduced);
    }

    // One chunk into the accumulator; with a mask, run by run of selected elements.
    void chunk(const Bases& b, std::optional<TileRun>& run, int64_t lo, int64_t n, char* accumulator) const {
        alignas(16) char partial[16];
        if (!task.masked) {
            tree(b, run, lo, n, partial);
            return fold.combine(accumulator, partial);
        }
        for_selected_runs(b, lo, n, [&](int64_t start, int64_t length) {
            tree(b, run, start, length, partial);
            fold.combine(accumulator, partial);
        });
    }

    template <class F>
    void for_selected_runs(const Bases& b, int64_t lo, int64_t n, F f) const {
        const int m = task.inputs - 1;
        const Walk walk{task.unit_dims, task.shape, task.operands[m].strides, 1};
        constexpr int64_t kPiece = 4096;
        char mask[kPiece];
        int64_t start = -1;  // of the run that is open
        for (int64_t i = lo; i < lo + n; i += kPiece) {
            const int64_t count = std::min(kPiece, lo + n - i);
            gather(walk, b.in[m], i, count, mask);
            for (int64_t j = 0; j < count; ++j) {
                if (mask[j] && start < 0) start = i + j;
                if (!mask[j] && start >= 0) {
                    f(start, i + j - start);
                    start = -1;
                }
            }
        }
        if (start >= 0) f(start, lo + n - start);
    }

    // All chunks that go to the output at `b`, in order.
    void output(const Bases& at, std::optional<TileRun>& run, const Dimensions& reduced) const {
        alignas(16) char accumulator[16];
        std::memcpy(accumulator, task.initial, static_cast<size_t>(accumulator_bytes));
        for (int64_t r = 0; r < reduced.size; ++r) {
            Bases b = at;
            advance(task, reduced, r, b);
            for (int64_t lo = 0; lo < task.unit; lo += task.chunk)
                chunk(b, run, lo, std::min(task.chunk, task.unit - lo), accumulator);
        }
        std::memcpy(at.out, accumulator, static_cast<size_t>(accumulator_bytes));
    }

    // One output of many short chunks: their trees are independent, only the additions are in order.
    bool shared_chunks(const Bases& at, const Dimensions& reduced) const {
        const int64_t per_unit = (task.unit + task.chunk - 1) / task.chunk;
        const int64_t total = per_unit * reduced.size;
        if (task.masked || total < 8 || task.chunk >= kShare || !worth_sharing(cost_of(task) / 4)) return false;
        const int64_t bytes = fold.partial_bytes;
        constexpr int64_t kBatch = 1024;
        alignas(16) char partials[kBatch * 16];
        alignas(16) char accumulator[16];
        std::memcpy(accumulator, task.initial, static_cast<size_t>(accumulator_bytes));
        for (int64_t first = 0; first < total; first += kBatch) {
            const int64_t count = std::min(kBatch, total - first);
            parallel_ranges(count, 1, count * task.chunk * itemsize, [&](int64_t begin, int64_t end) {
                std::optional<TileRun> run;
                for (int64_t c = begin; c < end; ++c) {
                    Bases b = at;
                    advance(task, reduced, (first + c) / per_unit, b);
                    const int64_t lo = (first + c) % per_unit * task.chunk;
                    tree(b, run, lo, std::min(task.chunk, task.unit - lo), partials + c * bytes);
                }
            });
            for (int64_t c = 0; c < count; ++c) fold.combine(accumulator, partials + c * bytes);
        }
        std::memcpy(at.out, accumulator, static_cast<size_t>(accumulator_bytes));
        return true;
    }
};

}  // namespace

void reduce_horizontal(const ReduceTask& task) {
    const Horizontal h(task);
    const Split s = split_dimensions(task, task.unit_dims);
    if (s.kept.size == 1) {
        std::optional<TileRun> run;
        const Bases b = origin(task);
        if (!h.shared_chunks(b, s.reduced)) h.output(b, run, s.reduced);
        return;
    }
    parallel_ranges(s.kept.size, 1, cost_of(task), [&](int64_t begin, int64_t end) {
        std::optional<TileRun> run;
        for (int64_t k = begin; k < end; ++k) {
            Bases b = origin(task);
            advance(task, s.kept, k, b);
            h.output(b, run, s.reduced);
        }
    });
}

}  // namespace lockstep::host
