// The tile interpreter: evaluates a Program over a stretch of its iteration space, tile by tile in L1.
// Must not know threads, nor what becomes of the results.
#pragma once

#include <cstdint>

#include "host/gather.h"
#include "host/loops/loops.h"
#include "runtime/exec/backend.h"

namespace lockstep::host {

// A program bound to the dimensions and strides of its operands (innermost first), ready to run over any stretch.
// One object serves all threads; a thread works through its own TileRun.
struct TileProgram {
    const Program* program;
    int ndim;
    const int64_t* shape;
    Walk walk[kMaxOperands];       // of each input
    bool contiguous[kMaxOperands];  // packed over the whole space
    bool scalar[kMaxOperands];
    bool vectors[kMaxOperands];  // this input and the next two are the components of packed vectors
    Loop loop[Program::kMaxCode];
    int slot[Program::kMaxInputs + Program::kMaxCode];  // scratch slot of each register; inputs too
    int64_t slot_bytes[Program::kMaxInputs + Program::kMaxCode];
    int slots;
    int64_t tile;           // elements per tile
    int64_t scratch_bytes;  // of one TileRun
};

// The loop of one instruction; throws internal_error where there is none.
Loop loop_of(const Program& program, const Instruction& instruction);

// Whether three operands are the components of vectors that are packed along the first dimension.
bool are_vectors(const Walk* walk, const Operand* operand);

// `operands` are the inputs. The strides must stay alive.
void bind(TileProgram& tiles, const Program& program, int ndim, const int64_t* shape, const Operand* operands);

class TileRun {
  public:
    explicit TileRun(const TileProgram& tiles);
    ~TileRun();
    TileRun(const TileRun&) = delete;
    TileRun& operator=(const TileRun&) = delete;

    // Where the inputs start; refills the tiles of scalar operands. Must be called before run().
    void set_bases(const char* const* bases);

    // Evaluates elements start .. start+n, n at most one tile. `last`, when not null, receives the last instruction's
    // result, through `last_loop` if given.
    void run(int64_t start, int64_t n, char* last = nullptr, Loop last_loop = nullptr);
    // The same for n elements of one row: `rows` has the address of the first in each input.
    void run_row(const char* const* rows, int64_t n, char* last = nullptr, Loop last_loop = nullptr);
    // Packed values of a register, valid until the next run() or run_row().
    const char* values(int reg) const { return address_[reg]; }

  private:
    const char* load(int input, int64_t start, int64_t n);
    const char* load_row(int input, const char* row, int64_t n);
    void evaluate(int64_t n, char* last, Loop last_loop);
    char* slot_data(int reg) { return scratch_ + tiles_.slot_bytes[tiles_.slot[reg]]; }

    const TileProgram& tiles_;
    char* scratch_;
    const char* base_[kMaxOperands] = {};
    const char* address_[Program::kMaxInputs + Program::kMaxCode];
};

}  // namespace lockstep::host
