// What the reduction kernels are launched with: the layout of their operands, and each kernel's share of the work.
// Must not know monoids, programs or element types. Freestanding, for host and device.
#pragma once

#include "kernels/device/kernel.h"
#include "kernels/device/reduce_unroll.h"

namespace lockstep::device::reduction {

inline constexpr int kReduceOperands = 7;            // six inputs of a program and a mask
inline constexpr int kReduceOut = kReduceOperands;   // the slot of the output's strides
inline constexpr int kFewDims = 6, kManyDims = 64;
inline constexpr int kReduceThreads = 256;           // of a block, in every kernel
inline constexpr int kReduceWarps = kReduceThreads / 32;

// n / size for n below half of the index's range: one high product, one addition, one shift (Granlund and Montgomery 1994).
template <class Index>
struct Divider {
    Index size, magic;
    int shift;
};

// Dimensions 0 .. inner span a unit (of folds and columns: all that is reduced), inner .. outer the units of one output, outer
// .. ndim the outputs. The first of a group varies fastest.
template <class Index_, int dims_>
struct ReduceLayout {
    using Index = Index_;
    static constexpr int dims = dims_;
    int inner, outer, ndim;
    bool out_aligned;
    const char* data[kReduceOperands];
    char* out;
    Divider<Index> size[dims];
    int64_t stride[dims][kReduceOperands + 1];  // bytes
};

// The host's value to start from, in whatever type.
struct alignas(16) Initial {
    unsigned char bytes[16];
};

// trees: units that go to one output, chunk by chunk in the contract's order. Rows: the lanes of an output do all of its chunks.
// Wide: an output's chunks, or subtrees of them, are work for warps all over the device.
template <class Layout_>
struct TreeArguments {
    using Layout = Layout_;
    using Index = typename Layout::Index;
    Layout layout;
    Initial initial;
    Index first_output, outputs;  // wide: of this launch
    Index units;                // of an output
    Index unit, chunk;          // elements
    Divider<Index> chunks;      // of a unit
    int depth, last_depth;      // of the trees of a chunk and of a unit's last chunk
    int spread;                 // rows: 2^spread leaves at a time for an output; below 0 a thread has an output, of less
                                // elements than a leaf has lanes
    int piece_depth;            // wide: a chunk is 2^piece_depth subtrees at most
    bool wide;
    char* partials;             // wide: of an output chunks * units * (pieces / 8), and 1/32 of that, 1 at least
    Index partials_per_output;
    // wide: the chunks of this launch, counted over an output's units. Where there are very many, of one partial each, several
    // launches share them, and one block of each adds those of the launches before, from `added` on, meanwhile.
    Index first_chunk, last_chunk, added;
    unsigned* counters;         // wide: one for each output of a launch
};


// folds: all that is reduced is one space, in any order. Rows: 2^lane_bits lanes to an output. Wide: blocks to an output, each
// for `span` elements; the last block that is done with an output joins their partials.
template <class Layout_>
struct FoldArguments {
    using Layout = Layout_;
    using Index = typename Layout::Index;
    Layout layout;
    Initial initial;
    Index first_output, outputs, count, span;  // first_output: wide, of this launch
    int lane_bits;
    bool wide, packed;   // packed: the one operand's elements are neighbours in memory
    char* partials;      // wide: one of a block
    unsigned* counters;  // wide: one for each output of a launch
};

// columns: the output moves along the innermost dimension. All outputs in one row of columns, of which a block has
// 2^width_bits, and 256 >> width_bits rows at a time. Where order does not matter blockIdx.y is a piece of the rows, and the
// last block of the columns joins them.
template <class Layout_>
struct ColumnArguments {
    using Layout = Layout_;
    using Index = typename Layout::Index;
    Layout layout;  // inner: the rows; inner .. ndim: the columns
    Initial initial;
    Index rows, columns, span;  // span: rows of a piece
    int width_bits;
    char* partials;      // 256 of a block, where there are several pieces
    unsigned* counters;  // one for each blockIdx.x, where there are several pieces
};

}  // namespace lockstep::device::reduction
