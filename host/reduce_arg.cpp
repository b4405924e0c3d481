// argmax and argmin: an extremum with the position where it first stands along the one reduced dimension.
// Must not know element types: the fold table does.
#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include "host/parallel.h"
#include "host/reduce_space.h"

namespace lockstep::host {
namespace {

constexpr int64_t kPiece = 64 << 10;  // elements per thread's share of one long run

struct Best {
    alignas(16) char value[16] = {};
    int64_t position = -1;
};

struct Arg {
    const ReduceTask& task;
    const ArgFold& fold;
    const int64_t itemsize;
    const Inner inner;
    bool direct;  // the operand itself is looked through, where it lies
    TileProgram tiles;

    explicit Arg(const ReduceTask& t)
        : task(t),
          fold(loops().arg_fold[t.program->monoid == Monoid::argmax ? 0 : 1][type().number()]),
          itemsize(type().itemsize()),
          inner(t, 1) {
        direct = t.horizontal && t.program->length == 0 && inner.operand[0].contiguous;
        direct &= is_aligned(t.operands[0].data, itemsize);
        for (int d = 1; d < t.ndim; ++d) direct &= t.operands[0].strides[d] % itemsize == 0;
        if (!direct) bind(tiles, *t.program, 1, t.shape, inner.operand);
    }

    DType type() const { return task.program->type(task.program->reduced); }

    // Elements lo .. hi of the run along dimension 0 at `b`.
    void run_along(const Bases& b, std::optional<TileRun>& run, int64_t lo, int64_t hi, Best& best) const {
        if (direct) return fold.run(b.in[0] + lo * itemsize, hi - lo, lo, best.value, &best.position);
        if (!run) run.emplace(tiles);
        run->set_bases(b.in);
        for (int64_t i = lo; i < hi; i += tiles.tile) {
            const int64_t n = std::min(tiles.tile, hi - i);
            run->run(i, n);
            fold.run(run->values(task.program->reduced), n, i, best.value, &best.position);
        }
    }

    int64_t one_long_run(const Bases& b) const {
        const int64_t n = task.shape[0], pieces = (n + kPiece - 1) / kPiece;
        std::vector<Best> best(static_cast<size_t>(pieces));
        parallel_ranges(pieces, 1, cost_of(task), [&](int64_t begin, int64_t end) {
            std::optional<TileRun> run;
            for (int64_t p = begin; p < end; ++p)
                run_along(b, run, p * kPiece, std::min(n, (p + 1) * kPiece), best[static_cast<size_t>(p)]);
        });
        Best all;
        for (const Best& piece : best) fold.run(piece.value, 1, piece.position, all.value, &all.position);
        return all.position;
    }

    // Dimension 0 is kept: positions of a tile of columns, row by row.
    void column_tile(const Bases& at, int reduced, TileRun& run, int64_t c, int64_t n, int64_t* positions,
                     char* values) const {
        std::fill_n(positions, n, int64_t{-1});
        for (int64_t r = 0; r < task.shape[reduced]; ++r) {
            Bases b = at;
            for (int k = 0; k < task.inputs; ++k) b.in[k] += r * task.operands[k].strides[reduced];
            run.set_bases(b.in);
            run.run(c, n);
            fold.rows(values, positions, run.values(task.program->reduced), 1, 0, n, r);
        }
        for (int64_t j = 0; j < n; ++j)
            std::memcpy(at.out + (c + j) * task.out_strides[0], &positions[j], sizeof(int64_t));
    }
};

// Packed rows at one stride: a step from each to the next, where advance() would divide.
void rows(const ReduceTask& task, const Arg& arg, int kept) {
    const int64_t stride = task.operands[0].strides[kept], out_stride = task.out_strides[kept];
    parallel_ranges(task.shape[kept], 1, cost_of(task), [&](int64_t begin, int64_t end) {
        for (int64_t r = begin; r < end; ++r) {
            Best best;
            arg.fold.run(task.operands[0].data + r * stride, task.shape[0], 0, best.value, &best.position);
            std::memcpy(task.out + r * out_stride, &best.position, sizeof best.position);
        }
    });
}

void horizontal(const ReduceTask& task, const Arg& arg) {
    const Split s = split_dimensions(task, 1);
    if (s.kept.size == 1 && task.shape[0] >= 2 * kPiece) {
        const int64_t position = arg.one_long_run(origin(task));
        std::memcpy(task.out, &position, sizeof position);
        return;
    }
    if (arg.direct && s.kept.count == 1) return rows(task, arg, s.kept.axis[0]);
    parallel_ranges(s.kept.size, 1, cost_of(task), [&](int64_t begin, int64_t end) {
        std::optional<TileRun> run;
        for (int64_t k = begin; k < end; ++k) {
            Bases b = origin(task);
            advance(task, s.kept, k, b);
            Best best;
            arg.run_along(b, run, 0, task.shape[0], best);
            std::memcpy(b.out, &best.position, sizeof best.position);
        }
    });
}

void vertical(const ReduceTask& task, const Arg& arg) {
    const Split s = split_dimensions(task, 1);
    const int64_t columns = std::min(task.shape[0], arg.tiles.tile);
    const int64_t tiles = (task.shape[0] + columns - 1) / columns;
    parallel_ranges(s.kept.size * tiles, 1, cost_of(task), [&](int64_t begin, int64_t end) {
        TileRun run(arg.tiles);
        std::vector<int64_t> positions(static_cast<size_t>(columns));
        std::vector<char> values(static_cast<size_t>(columns * arg.itemsize) + 16);
        for (int64_t i = begin; i < end; ++i) {
            Bases b = origin(task);
            advance(task, s.kept, i / tiles, b);
            const int64_t c = i % tiles * columns;
            arg.column_tile(b, s.reduced.axis[0], run, c, std::min(columns, task.shape[0] - c), positions.data(),
                            values.data());
        }
    });
}

}  // namespace

void reduce_arg(const ReduceTask& task) {
    const Arg arg(task);
    if (task.horizontal) horizontal(task, arg);
    else vertical(task, arg);
}

}  // namespace lockstep::host
