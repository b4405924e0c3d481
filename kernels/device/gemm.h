// Matrix products of integers and bool on the device: tiles of both factors in shared memory.
// Must not know tasks. Freestanding; the host includes it, too, for the argument.
#pragma once

#include "kernels/device/kernel.h"

namespace lockstep::device {

inline constexpr int kGemmTile = 64;       // rows and columns of the product that a block computes at a time
inline constexpr int kGemmDepth = 16;      // elements of the summed dimension that are in shared memory
inline constexpr int kGemmThreads = 256;   // each has 4 x 4 sums
inline constexpr int kGemmBatchDims = 4;

// C[m,n] = A[m,k] * B[k,n] for each position of the batch dimensions. Steps count elements and may be zero or negative.
template <class Offset>
struct GemmArguments {
    const void* a;
    const void* b;
    void* c;
    Offset m, n, k;
    Offset a_row, a_column, b_row, b_column, c_row, c_column;
    int batch_ndim;
    Offset batch_shape[kGemmBatchDims];  // outermost first
    Offset a_batch[kGemmBatchDims], b_batch[kGemmBatchDims], c_batch[kGemmBatchDims];
    Offset row_tiles, column_tiles;
    Offset splits;  // pieces of the summed dimension, of `depth` elements each, a multiple of kGemmDepth
    Offset depth;   // With more than one piece C has the sums' type, holds zeros, and the pieces are added to it.
    Offset tiles;   // over row tiles, column tiles, pieces and batch
};

#if defined(__CUDACC__) || defined(LOCKSTEP_SIM_DEVICE)

// Sums wrap around, so signed and unsigned elements, and the narrow ones in 32 bits, come out alike.
template <class T>
struct Wrapping {
    using Element = T;
    using Sum = uint32_t;
    LS_DEVICE Sum load(T x) { return x; }
    LS_DEVICE Sum fold(Sum sum, Sum a, Sum b) { return sum + a * b; }
    LS_DEVICE void add(Sum* to, Sum x) { atomicAdd(to, x); }
    LS_DEVICE T result(Sum x) { return static_cast<T>(x); }
};
template <>
struct Wrapping<uint64_t> {
    using Element = uint64_t;
    using Sum = uint64_t;
    LS_DEVICE Sum load(uint64_t x) { return x; }
    LS_DEVICE Sum fold(Sum sum, Sum a, Sum b) { return sum + a * b; }
    LS_DEVICE void add(Sum* to, Sum x) { atomicAdd(reinterpret_cast<unsigned long long*>(to), x); }
    LS_DEVICE uint64_t result(Sum x) { return x; }
};
// Whether any pair is both true.
struct Logical {
    using Element = uint8_t;
    using Sum = uint32_t;
    LS_DEVICE Sum load(uint8_t x) { return x != 0; }
    LS_DEVICE Sum fold(Sum sum, Sum a, Sum b) { return sum | (a & b); }
    LS_DEVICE void add(Sum* to, Sum x) {
        if (x) atomicOr(to, x);
    }
    LS_DEVICE uint8_t result(Sum x) { return static_cast<uint8_t>(x); }
};

// Four neighbours, read from shared memory in one or two accesses.
template <class Sum>
struct alignas(16) Four {
    Sum v[4];
};

// kGemmTile lanes for each of kGemmDepth positions; a column of padding keeps writes along the depth off one bank.
template <class Sum>
using GemmTile = Four<Sum>[kGemmDepth][kGemmTile / 4 + 1];

// What one thread carries from global memory to a tile: 4 of its elements, neighbours in memory read by neighbours.
template <class Ring, class Offset>
struct GemmPiece {
    static constexpr int kCount = kGemmTile * kGemmDepth / kGemmThreads;
    const typename Ring::Element* data;   // of lane 0 of the tile
    Offset lanes, lane_step, depth_step;  // lanes that exist
    int lane, lane_next, depth, depth_next;  // of the thread's first element, and from one of its elements to the next
    typename Ring::Sum value[kCount];

    // Elements that are neighbours in memory differ in depth, or in lane.
    LS_DEVICE void place(GemmPiece& piece) {
        const int e = static_cast<int>(threadIdx.x);
        const bool along_depth = piece.depth_step == 1 || piece.depth_step == -1;
        piece.lane = along_depth ? e / kGemmDepth : e % kGemmTile;
        piece.depth = along_depth ? e % kGemmDepth : e / kGemmTile;
        piece.lane_next = along_depth ? kGemmThreads / kGemmDepth : 0;
        piece.depth_next = along_depth ? 0 : kGemmThreads / kGemmTile;
    }
    LS_DEVICE void fetch(GemmPiece& piece, Offset first, Offset end) {
        for (int j = 0; j < kCount; ++j) {
            const Offset at = first + piece.depth + j * piece.depth_next, i = piece.lane + j * piece.lane_next;
            const bool inside = i < piece.lanes && at < end;
            piece.value[j] = inside ? Ring::load(piece.data[i * piece.lane_step + at * piece.depth_step]) : 0;
        }
    }
    LS_DEVICE void put(const GemmPiece& piece, GemmTile<typename Ring::Sum>& tile) {
        for (int j = 0; j < kCount; ++j) {
            const int i = piece.lane + j * piece.lane_next;
            tile[piece.depth + j * piece.depth_next][i / 4].v[i % 4] = piece.value[j];
        }
    }
};

// Adds up the products of one tile of C over [first, end) of the summed dimension.
template <class Ring, class Offset>
LS_DEVICE void gemm_sums(GemmPiece<Ring, Offset>& a, GemmPiece<Ring, Offset>& b, Offset first, Offset end,
                         typename Ring::Sum (&sum)[4][4]) {
    using Sum = typename Ring::Sum;
    using Piece = GemmPiece<Ring, Offset>;
    alignas(16) __shared__ GemmTile<Sum> a_tile;
    alignas(16) __shared__ GemmTile<Sum> b_tile;
    const int row = static_cast<int>(threadIdx.x) / 16, column = static_cast<int>(threadIdx.x) % 16;
    // The next elements are on their way while the tiles are multiplied; the first step multiplies none.
    for (Offset p = first; p - kGemmDepth < end; p += kGemmDepth) {
        Piece::fetch(a, p, end);
        Piece::fetch(b, p, end);
        if (p > first) {
#if defined(__CUDACC__)
#pragma unroll 4  // all 16 take twice as long to compile
#endif
            for (int d = 0; d < kGemmDepth; ++d) {
                const Four<Sum> x = a_tile[d][row], y = b_tile[d][column];
                for (int i = 0; i < 4; ++i)
                    for (int j = 0; j < 4; ++j) sum[i][j] = Ring::fold(sum[i][j], x.v[i], y.v[j]);
            }
        }
        __syncthreads();  // all have read the tiles
        Piece::put(a, a_tile);
        Piece::put(b, b_tile);
        __syncthreads();
    }
}

// Blocks take tiles in turn; all threads of a block take the same ones.
template <class Ring, class Offset>
LS_DEVICE void gemm(const GemmArguments<Offset>& g) {
    using Element = typename Ring::Element;
    using Sum = typename Ring::Sum;
    for (Offset t = blockIdx.x; t < g.tiles; t += gridDim.x) {
        const Offset piece = t % g.splits;
        Offset rest = t / g.splits;
        const Offset column0 = rest % g.column_tiles * kGemmTile;
        rest /= g.column_tiles;
        const Offset row0 = rest % g.row_tiles * kGemmTile;
        rest /= g.row_tiles;
        Offset a_at = row0 * g.a_row, b_at = column0 * g.b_column, c_at = 0;
#if defined(__CUDACC__)
#pragma unroll 1  // divisions are long, and slow to compile
#endif
        for (int d = g.batch_ndim - 1; d >= 0; --d) {
            const Offset at = rest % g.batch_shape[d];
            rest /= g.batch_shape[d];
            a_at += at * g.a_batch[d];
            b_at += at * g.b_batch[d];
            c_at += at * g.c_batch[d];
        }
        const Offset first = piece * g.depth;
        const Offset end = g.k - first > g.depth ? first + g.depth : g.k;
        using Piece = GemmPiece<Ring, Offset>;
        Piece a{static_cast<const Element*>(g.a) + a_at, g.m - row0, g.a_row, g.a_column, 0, 0, 0, 0, {}};
        Piece b{static_cast<const Element*>(g.b) + b_at, g.n - column0, g.b_column, g.b_row, 0, 0, 0, 0, {}};
        Piece::place(a);
        Piece::place(b);
        Sum sum[4][4] = {};
        gemm_sums(a, b, first, end, sum);
        const Offset row = row0 + static_cast<Offset>(threadIdx.x) / 16 * 4;
        const Offset column = column0 + static_cast<Offset>(threadIdx.x) % 16 * 4;
        for (int i = 0; i < 4; ++i)
            for (int j = 0; j < 4; ++j) {
                if (row + i >= g.m || column + j >= g.n) continue;
                const Offset at = c_at + (row + i) * g.c_row + (column + j) * g.c_column;
                if (g.splits > 1) Ring::add(static_cast<Sum*>(g.c) + at, sum[i][j]);
                else static_cast<Element*>(g.c)[at] = Ring::result(sum[i][j]);
            }
    }
}

#endif

}  // namespace lockstep::device
