// Binding programs to loops and scratch slots, and running them over tiles.
// Must not know threads, nor what becomes of the results.
#include "host/tile.h"

#include <algorithm>

#include "host/memory.h"
#include "runtime/array/error.h"

namespace lockstep::host {
namespace {

constexpr int64_t kScratchTarget = 12 << 10;  // with the operands read in place, half of L1: 8 to 16 percent faster than 8 or 16 KB, 25 than 24
constexpr int64_t kMinTile = 128, kMaxTile = 2048, kGap = 64;

// Slots are handed out in program order and taken back after a register's last use; a scalar input keeps its own.
void assign_slots(TileProgram& t, int64_t* item) {
    const Program& p = *t.program;
    const int registers = p.inputs + p.length;
    int last_use[Program::kMaxInputs + Program::kMaxCode];
    for (int r = 0; r < registers; ++r) last_use[r] = r < p.inputs && t.scalar[r] ? registers : r;
    for (int k = 0; k < p.length; ++k)
        for (int j = 0; j < row_of(p.code[k].op).inputs; ++j)
            last_use[p.code[k].in[j]] = std::max(last_use[p.code[k].in[j]], p.inputs + k);
    for (int o = 0; o < p.outputs; ++o) last_use[p.output[o]] = registers;
    if (p.monoid != Monoid::none) last_use[p.reduced] = registers;

    int free_slot[Program::kMaxInputs + Program::kMaxCode], free = 0;
    const auto size = [&](int r) { return p.type(static_cast<Register>(r)).itemsize(); };
    t.slots = 0;
    for (int r = 0; r < registers; ++r) {
        int reused = -1;  // an operand used here for the last time gives its slot to the result, element for element
        for (int q = 0; q < r && r >= p.inputs; ++q)
            if (last_use[q] == r && size(q) == size(r) && reused < 0) reused = q;
        t.slot[r] = reused >= 0 ? t.slot[reused] : free ? free_slot[--free] : t.slots++;
        item[t.slot[r]] = std::max(item[t.slot[r]], size(r));
        // inputs are all loaded before the first instruction runs
        for (int q = 0; q < r && r >= p.inputs; ++q)
            if (last_use[q] == r && q != reused) free_slot[free++] = t.slot[q];
    }
}

}  // namespace

Loop loop_of(const Program& p, const Instruction& i) {
    Loop loop;
    if (i.op == Op::cast) {
        const DType from = p.type(i.in[0]);
        loop = from == i.loop ? loops().plain[static_cast<int>(Op::copy)][i.loop.number()]
                              : loops().cast[from.number()][i.loop.number()];
    } else {
        loop = loops().plain[static_cast<int>(i.op)][i.loop.number()];
    }
    if (!loop) fail(Status::internal_error, "cpu: no loop for %s of %s", row_of(i.op).name, i.loop.name());
    return loop;
}

bool are_vectors(const Walk* walk, const Operand* operand) {
    for (int i = 0; i < 3; ++i) {
        const bool beside = operand[i].data == operand->data + i * walk->itemsize;
        if (!beside || walk[i].itemsize != walk->itemsize) return false;
        if (!std::equal(walk->strides, walk->strides + walk->ndim, walk[i].strides)) return false;
    }
    return walk->strides[0] == 3 * walk->itemsize;
}

void bind(TileProgram& t, const Program& program, int ndim, const int64_t* shape, const Operand* operands) {
    t.program = &program;
    t.ndim = ndim;
    t.shape = shape;
    for (int i = 0; i < program.inputs; ++i) {
        t.walk[i] = {ndim, shape, operands[i].strides, program.input_type[i].itemsize()};
        t.contiguous[i] = operands[i].contiguous;
        t.scalar[i] = operands[i].scalar;
    }
    for (int i = 0; i < program.inputs; ++i)
        t.vectors[i] = i + 3 <= program.inputs && are_vectors(t.walk + i, operands + i);
    for (int k = 0; k < program.length; ++k) t.loop[k] = loop_of(program, program.code[k]);
    int64_t item[Program::kMaxInputs + Program::kMaxCode] = {};
    assign_slots(t, item);
    int64_t per_element = 0;
    for (int s = 0; s < t.slots; ++s) per_element += item[s];
    t.tile = std::clamp(kScratchTarget / std::max<int64_t>(per_element, 1) / 64 * 64, kMinTile, kMaxTile);
    int64_t total = 1;
    for (int d = 0; d < ndim; ++d) total *= shape[d];
    t.tile = std::min(t.tile, (total + 63) / 64 * 64);  // scalars are spread over a tile, however few elements there are
    // item[] becomes the slots' offsets
    int64_t offset = 0;
    for (int s = 0; s < t.slots; ++s) {
        t.slot_bytes[s] = offset;
        offset += item[s] * t.tile + kGap;
    }
    t.scratch_bytes = offset;
}

TileRun::TileRun(const TileProgram& tiles)
    : tiles_(tiles), scratch_(static_cast<char*>(allocate(tiles.scratch_bytes))) {}

TileRun::~TileRun() { deallocate(scratch_, tiles_.scratch_bytes); }

void TileRun::set_bases(const char* const* bases) {
    const Program& p = *tiles_.program;
    for (int i = 0; i < p.inputs; ++i) {
        if (tiles_.scalar[i] && base_[i] != bases[i])
            fill_items(slot_data(i), bases[i], tiles_.walk[i].itemsize, tiles_.tile);
        base_[i] = bases[i];
    }
}

const char* TileRun::load(int i, int64_t start, int64_t n) {
    if (tiles_.scalar[i]) return slot_data(i);
    const Walk& w = tiles_.walk[i];
    int64_t stride = w.itemsize;
    const char* row = tiles_.contiguous[i] ? base_[i] + start * w.itemsize : row_of_elements(w, base_[i], start, n, &stride);
    if (row && stride == w.itemsize && is_aligned(row, w.itemsize)) return row;
    gather(w, base_[i], start, n, slot_data(i));
    return slot_data(i);
}

const char* TileRun::load_row(int i, const char* row, int64_t n) {
    if (tiles_.scalar[i]) return slot_data(i);
    const Walk& w = tiles_.walk[i];
    if (w.strides[0] == w.itemsize && is_aligned(row, w.itemsize)) return row;
    gather_items(row, w.strides[0], w.itemsize, n, slot_data(i));
    return slot_data(i);
}

void TileRun::run(int64_t start, int64_t n, char* last, Loop last_loop) {
    for (int i = 0; i < tiles_.program->inputs; ++i) address_[i] = load(i, start, n);
    evaluate(n, last, last_loop);
}

void TileRun::run_row(const char* const* rows, int64_t n, char* last, Loop last_loop) {
    for (int i = 0; i < tiles_.program->inputs; ++i) {
        if (!tiles_.vectors[i]) {
            address_[i] = load_row(i, rows[i], n);
            continue;
        }
        char* const component[] = {slot_data(i), slot_data(i + 1), slot_data(i + 2)};
        loops().moving.take_apart[width_class(tiles_.walk[i].itemsize)](rows[i], n, component);
        for (int j = 0; j < 3; ++j) address_[i + j] = component[j];
        i += 2;
    }
    evaluate(n, last, last_loop);
}

void TileRun::evaluate(int64_t n, char* last, Loop last_loop) {
    const Program& p = *tiles_.program;
    for (int k = 0; k < p.length; ++k) {
        const Instruction& code = p.code[k];
        const int inputs = row_of(code.op).inputs;
        const bool to_last = last && k == p.length - 1;
        char* result = to_last ? last : slot_data(p.inputs + k);
        char* args[4];
        for (int j = 0; j < inputs; ++j) args[j] = const_cast<char*>(address_[code.in[j]]);
        args[inputs] = result;
        (to_last && last_loop ? last_loop : tiles_.loop[k])(n, args);
        address_[p.inputs + k] = result;
    }
}

}  // namespace lockstep::host
