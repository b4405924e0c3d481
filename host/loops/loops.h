// The CPU's loops: for every operation and type one function over packed tiles, in one copy per instruction set.
// Must not know strides, broadcasting or programs.
#pragma once

#include <cstdint>

#include "runtime/array/dtype.h"
#include "runtime/exec/program.h"

namespace lockstep::host {

// n packed elements; args: the inputs in order, then the output. The output may be one of the inputs, or disjoint.
using Loop = void (*)(int64_t n, char* const* args);

// One pass of a reduction. A partial result has the element's type, or float for sums and products of halves, which are
// rounded once, when `combine` folds the partial into the accumulator. `tree` folds n packed elements (n may be 0) in
// NumPy's pairwise order, or in any order where that gives the same bits; `join` appends the partial of a neighbouring
// subtree; `rows` folds `rows` rows of `width` packed elements, `row_bytes` apart, row by row into packed accumulators.
struct Fold {
    void (*tree)(const char* x, int64_t n, char* partial);
    void (*join)(char* partial, const char* right);
    void (*combine)(char* accumulator, const char* partial);
    void (*rows)(char* accumulators, const char* x, int64_t rows, int64_t row_bytes, int64_t width);
    int64_t partial_bytes;
    bool ordered;  // the order of the tree shows in the bits
};

// The same for argmax and argmin: the best value so far rides along with its position; a negative position means none
// yet (`rows`: in no column). `first` is the position of x[0] (of the first row); the first extremum wins, and a NaN beats everything.
struct ArgFold {
    void (*run)(const char* x, int64_t n, int64_t first, char* value, int64_t* position);
    void (*rows)(char* values, int64_t* positions, const char* x, int64_t rows, int64_t row_bytes, int64_t width,
                 int64_t first);
};

// Over packed masks and positions. `pack` (by the logarithm of the item size) and `positions` write the elements, and `first`
// plus their numbers, at which the mask is true, and return how many; there is `room` for all of them.
struct IndexingLoops {
    int64_t (*count_true)(const char* mask, int64_t n);
    void (*range)(const int64_t* index, int64_t n, int64_t* low, int64_t* high);  // widens low .. high
    int64_t (*positions)(const char* mask, int64_t n, int64_t first, int32_t* out, int64_t room);
    int64_t (*positions_wide)(const char* mask, int64_t n, int64_t first, int64_t* out, int64_t room);
    int64_t (*pack[5])(const char* mask, const char* from, int64_t n, char* to, int64_t room);
};

// Elements of one width moved between strided and packed memory; by the logarithm of the item size. `take_apart` reads packed
// vectors of three components into three tiles, `put_together` writes them. `short_rows` packs rows of `n` items (2 to
// kShortRow), `along` bytes from item to item and `across` from row to row. `lines` stores one line of 64 bytes bytes / 64 times
// from `to` on, a multiple of 64.
inline constexpr int64_t kShortRow = 8;
struct MovingLoops {
    void (*lines)(char* to, const char* line, int64_t bytes);
    void (*spread[5])(const char* item, int64_t n, char* to);
    void (*take_apart[5])(const char* from, int64_t n, char* const* to);
    void (*put_together[5])(const char* const* from, int64_t n, char* to);
    void (*short_rows[5])(const char* from, int64_t along, int64_t across, int64_t n, int64_t rows, char* to);
};

struct LoopTable {
    Loop plain[kOps][kTypeNumbers] = {};   // by operation and loop type
    Loop stream[kOps][kTypeNumbers] = {};  // the same with stores that bypass the cache; null where it does not pay
    Loop cast[kTypeNumbers][kTypeNumbers] = {};         // from, to
    Loop cast_stream[kTypeNumbers][kTypeNumbers] = {};
    Fold fold[kMonoids][kTypeNumbers] = {};      // by monoid and element type
    ArgFold arg_fold[2][kTypeNumbers] = {};  // argmax, argmin
    IndexingLoops indexing = {};
    MovingLoops moving = {};
};

// Filled on first use with the best set this processor runs; LOCKSTEP_ISA=v2|v3|v4 caps it.
const LoopTable& loops();

}  // namespace lockstep::host
