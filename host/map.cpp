// The CPU's map: a program over its whole iteration space, in tiles, on several threads.
// Must not know operations.
#include "host/primitives.h"

#include <algorithm>
#include <functional>

#include "host/fill.h"
#include "host/parallel.h"
#include "host/tile.h"
#include "host/transpose.h"

#if defined(__x86_64__)
#include <immintrin.h>
#endif

namespace lockstep::host {
namespace {

// Outputs that would push everything else out of the cache: x + 1 of 8 MiB takes 213 us, 297 past the cache; of 16 MiB 627 and 597.
constexpr int64_t kStreamBytes = 16 << 20;

// The task with its dimensions turned innermost first. Beside operands that are not, one may be packed over several.
struct Turned {
    int64_t shape[kMaxDims];
    int64_t strides[kMaxOperands][kMaxDims];
    Operand operand[kMaxOperands];
    explicit Turned(const MapTask& t) {
        for (int d = 0; d < t.ndim; ++d) shape[d] = t.shape[t.ndim - 1 - d];
        for (int k = 0; k < t.inputs + t.outputs; ++k) {
            operand[k] = t.operands[k];
            operand[k].strides = strides[k];
            for (int d = 0; d < t.ndim; ++d) strides[k][d] = t.operands[k].strides[t.ndim - 1 - d];
            operand[k].contiguous |= packed(t, k);
        }
    }
    bool packed(const MapTask& t, int k) const {
        const Program& p = *t.program;
        int64_t next = (k < t.inputs ? p.input_type[k] : p.type(p.output[k - t.inputs])).itemsize();
        for (int d = 0; d < t.ndim; ++d) {
            if (strides[k][d] != next) return false;
            next *= shape[d];
        }
        return true;
    }
};

struct Output {
    Walk walk;
    char* base;
    bool contiguous;
    int reg;
};

// Where the operands' rows along dimension 0 begin, row after row.
struct RowPlace {
    const Turned& space;
    const int ndim, operands;
    char* address[kMaxOperands];
    int64_t index[kMaxDims];

    RowPlace(const Turned& turned, const MapTask& t, int64_t row)
        : space(turned), ndim(t.ndim), operands(t.inputs + t.outputs) {
        for (int k = 0; k < operands; ++k) address[k] = space.operand[k].data;
        for (int d = 1; d < ndim; ++d) {
            index[d] = row % space.shape[d];
            row /= space.shape[d];
            move(d, index[d]);
        }
    }
    void move(int d, int64_t steps) {
        for (int k = 0; k < operands; ++k) address[k] += steps * space.strides[k][d];
    }
    void next() {
        for (int d = 1; d < ndim; ++d) {
            move(d, 1);
            if (++index[d] < space.shape[d]) return;
            move(d, -index[d]);
            index[d] = 0;
        }
    }
};

bool aliased(const MapTask& t, const Operand& out) {
    return std::any_of(t.operands, t.operands + t.inputs, [&](const Operand& in) { return in.data == out.data; });
}

Loop streaming_loop(const MapTask& t) {
    const Program& p = *t.program;
    const Operand& out = t.operands[t.inputs];
    const int64_t itemsize = p.type(p.output[0]).itemsize();
    if (t.outputs != 1 || !out.contiguous || t.size * itemsize < kStreamBytes || aliased(t, out)) return nullptr;
    if (reinterpret_cast<uintptr_t>(out.data) % static_cast<uintptr_t>(itemsize)) return nullptr;
    const Instruction& last = p.code[p.length - 1];
    const int loop = last.loop.number();
    return last.op == Op::cast ? loops().cast_stream[p.type(last.in[0]).number()][loop]
                               : loops().stream[static_cast<int>(last.op)][loop];
}

void fence() {
#if defined(__x86_64__)
    _mm_sfence();
#endif
}

struct MapRun {
    const MapTask& task;
    const Turned& space;
    const TileProgram& tiles;
    const char* const* bases;
    const Output* outputs;
    Loop stream;
    bool vectors;   // the outputs are the three components of packed vectors
    int64_t piece;  // of a row; 0: tiles reach over rows, which are short

    void operator()(int64_t begin, int64_t end) const {
        TileRun run(tiles);
        run.set_bases(bases);
        if (piece)
            along_rows(run, begin, end);
        else
            for (int64_t i = begin; i < end; i += tiles.tile) tile(run, i, std::min(tiles.tile, end - i));
        if (stream) fence();
    }

    int last_register() const { return tiles.program->inputs + tiles.program->length - 1; }

    // Operands with packed rows are read and written in place.
    void along_rows(TileRun& run, int64_t begin, int64_t end) const {
        const int64_t row = space.shape[0];
        RowPlace place(space, task, begin / row);
        for (int64_t column = begin % row; begin < end;) {
            const int64_t n = std::min({piece, row - column, end - begin});
            part_of_row(run, place, column, n);
            begin += n;
            column += n;
            if (column < row) continue;
            column = 0;
            place.next();
        }
    }

    void part_of_row(TileRun& run, const RowPlace& place, int64_t column, int64_t n) const {
        const char* in[kMaxOperands];
        char *to[Program::kMaxOutputs], *direct = nullptr;
        const auto address = [&](int k) { return place.address[k] + column * space.strides[k][0]; };
        for (int i = 0; i < task.inputs; ++i) in[i] = address(i);
        for (int o = 0; o < task.outputs; ++o) {
            const Walk& w = outputs[o].walk;
            to[o] = address(task.inputs + o);
            const bool whole = w.strides[0] == w.itemsize && is_aligned(to[o], w.itemsize);
            if (outputs[o].reg == last_register() && whole) direct = to[o];
        }
        run.run_row(in, n, direct, stream);
        if (vectors) {
            const char* const from[] = {run.values(outputs[0].reg), run.values(outputs[1].reg),
                                        run.values(outputs[2].reg)};
            return loops().moving.put_together[width_class(outputs[0].walk.itemsize)](from, n, to[0]);
        }
        for (int o = 0; o < task.outputs; ++o)
            if (outputs[o].reg != last_register() || !direct)
                scatter_items(run.values(outputs[o].reg), outputs[o].walk.itemsize, n, to[o],
                              outputs[o].walk.strides[0]);
    }

    void tile(TileRun& run, int64_t i, int64_t n) const {
        char* direct = nullptr;
        for (int o = 0; o < task.outputs; ++o)
            if (outputs[o].reg == last_register()) direct = in_place(outputs[o], i, n);
        run.run(i, n, direct, stream);
        for (int o = 0; o < task.outputs; ++o)
            if (outputs[o].reg != last_register() || !direct)
                scatter(outputs[o].walk, outputs[o].base, i, n, run.values(outputs[o].reg));
    }

    static char* in_place(const Output& out, int64_t i, int64_t n) {
        const int64_t itemsize = out.walk.itemsize;
        if (out.contiguous) return is_aligned(out.base, itemsize) ? out.base + i * itemsize : nullptr;
        int64_t stride;
        const char* row = row_of_elements(out.walk, out.base, i, n, &stride);
        return row && stride == itemsize && is_aligned(row, itemsize) ? const_cast<char*>(row) : nullptr;
    }
};

// Parts of a row of `row` elements, as long as each other and at most a tile.
int64_t piece_of(int64_t row, int64_t tile) {
    const int64_t pieces = (row + tile - 1) / tile;
    return std::min(tile, ((row + pieces - 1) / pieces + 63) / 64 * 64);
}

int64_t bytes_touched(const MapTask& t) {
    int64_t per_element = 0;
    for (int i = 0; i < t.inputs; ++i)
        if (!t.operands[i].scalar) per_element += t.program->input_type[i].itemsize();
    for (int o = 0; o < t.outputs; ++o) per_element += t.program->type(t.program->output[o]).itemsize();
    return t.size * (per_element + 4 * t.program->length);
}

// Up to here a scalar operand is spread out, so that a small call needs no tiles: `x + 1.0` of 8 elements took 500 ns.
constexpr int64_t kSpread = 128;

// One instruction on packed, aligned operands, or on scalars beside few elements: its loop runs over the whole stretch,
// without tiles.
bool map_packed(const MapTask& t, Loop stream) {
    const Program& p = *t.program;
    if (p.length != 1 || t.inputs != row_of(p.code[0].op).inputs) return false;
    const auto spread = [&](const Operand& operand) { return operand.scalar && !operand.contiguous && t.size <= kSpread; };
    for (int k = 0; k < t.inputs + 1; ++k)
        if (!t.operands[k].contiguous && (k == t.inputs || !spread(t.operands[k]))) return false;
    int64_t itemsize[4];
    char* data[3];
    alignas(64) char filled[3][kSpread * 16];
    for (int k = 0; k < t.inputs; ++k) {
        const Operand& operand = t.operands[p.code[0].in[k]];
        itemsize[k] = p.input_type[p.code[0].in[k]].itemsize();
        data[k] = operand.data;
        if (spread(operand)) {
            data[k] = filled[k];
            fill_items(filled[k], operand.data, itemsize[k], t.size);
        } else if (!is_aligned(operand.data, itemsize[k])) {
            return false;
        }
    }
    itemsize[t.inputs] = p.type(p.output[0]).itemsize();
    if (!is_aligned(t.operands[t.inputs].data, itemsize[t.inputs])) return false;
    const Loop loop = stream ? stream : loop_of(p, p.code[0]);
    const auto stretch = [&](int64_t begin, int64_t end) {
        char* args[4];
        for (int k = 0; k < t.inputs; ++k) args[k] = data[k] + begin * itemsize[k];
        args[t.inputs] = t.operands[t.inputs].data + begin * itemsize[t.inputs];
        loop(end - begin, args);
        if (stream) fence();
    };
    const int64_t cost = bytes_touched(t);
    if (!worth_sharing(cost)) stretch(0, t.size);
    else parallel_ranges(t.size, 4096, cost, stretch);
    return true;
}

}  // namespace

void map(int, const MapTask& task, Stream*) {
    const Program& p = *task.program;
    const Loop stream = streaming_loop(task);
    if (task.outputs == 1 && map_packed(task, stream)) return;
    if (fill(task) || spread(task) || transpose_copy(task)) return;
    TileProgram tiles;
    const Turned turned(task);
    bind(tiles, p, task.ndim, turned.shape, turned.operand);

    Output outputs[Program::kMaxOutputs] = {};
    for (int o = 0; o < task.outputs; ++o) {
        const Operand& operand = turned.operand[task.inputs + o];
        outputs[o] = {{task.ndim, turned.shape, operand.strides, p.type(p.output[o]).itemsize()},
                      operand.data,
                      operand.contiguous,
                      p.output[o]};
    }
    const Walk walks[] = {outputs[0].walk, outputs[1].walk, outputs[2].walk};
    const bool vectors = task.outputs == 3 && are_vectors(walks, turned.operand + task.inputs);
    const char* bases[kMaxOperands];
    for (int i = 0; i < task.inputs; ++i) bases[i] = turned.operand[i].data;
    const bool by_rows = task.ndim == 1 || turned.shape[0] >= 64;
    const MapRun run{task,    turned, tiles,
                     bases,   outputs, stream,
                     vectors, by_rows ? piece_of(turned.shape[0], tiles.tile) : 0};
    parallel_ranges(task.size, tiles.tile, bytes_touched(task), std::cref(run));
}

}  // namespace lockstep::host
