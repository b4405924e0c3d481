// What one instruction set offers for one element type: block sizes and four functions, without types.
// Shared by objects compiled for different instruction sets: no inline function may stand here.
#pragma once

#include <stdint.h>

namespace lockstep::host::gemm {

// A is packed into panels of `mr` rows, B into panels of `nr` columns. A panel holds, step after step along
// k, its `mr` or `nr` lanes (re and im planes one after the other for complex types); a step covers `k_unit`
// elements of k.
struct Kernel {
    int64_t mr, nr;
    int64_t depth;           // elements of k packed at a time, a multiple of k_unit
    int64_t rows, columns;   // block of C computed by one task; multiples of mr and nr
    int64_t k_unit;          // 64 for bool (one bit each), else 1
    int64_t a_step, b_step;  // bytes of one step of a panel
    int64_t element;         // bytes of one element of A and B, and of C unless `accumulator`
    int64_t accumulator;  // bytes of an element of the intermediate C that `finish` rounds from; 0: C itself
    int64_t strip, dot_strip;  // columns that one call of `thin` takes

    // Packs `count` rows (or columns) of k elements each; missing lanes of the last panel are zero.
    void (*pack_a)(int64_t count, int64_t k, const void* from, int64_t lane_stride, int64_t k_stride,
                   void* to);
    void (*pack_b)(int64_t count, int64_t k, const void* from, int64_t lane_stride, int64_t k_stride,
                   void* to);
    // C[m,n] = or += packed A times packed B over `steps` steps.
    void (*block)(int64_t m, int64_t n, int64_t steps, const void* a, const void* b, void* c, int64_t c_row,
                  int64_t c_col, bool first);
    // Rounds a block of accumulators into C; null when C accumulates.
    void (*finish)(int64_t m, int64_t n, const void* from, int64_t from_row, void* c, int64_t c_row,
                   int64_t c_col);
    // The whole product for m <= 4 and n at most one strip, without packing: rows of B are scaled and added
    // ...
    void (*thin)(int64_t m, int64_t n, int64_t k, const void* a, int64_t a_row, int64_t a_col, const void* b,
                 int64_t b_row, int64_t b_col, void* c, int64_t c_row, int64_t c_col);
    // ... or columns of B (n at most one dot_strip) are multiplied into rows of A.
    void (*dot)(int64_t m, int64_t n, int64_t k, const void* a, int64_t a_row, int64_t a_col, const void* b,
                int64_t b_row, int64_t b_col, void* c, int64_t c_row, int64_t c_col);
};

// Signed and unsigned integers share a kernel: wrapping products have the same bits.
struct Kernels {
    Kernel boolean, uint8, uint16, uint32, uint64, float16, bfloat16, float32, float64, complex64, complex128;
};

namespace v2 {
extern const Kernels kernels;
}
namespace v3 {
extern const Kernels kernels;
}
namespace v4 {
extern const Kernels kernels;
}
namespace plain {
extern const Kernels kernels;
}

}  // namespace lockstep::host::gemm
