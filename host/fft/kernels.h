// What the driver and the instruction-set specific kernels share: plain tables of stages and twiddles, and
// the kernels' entries. Must not hold code: this header is seen by objects compiled for different instruction
// sets.
#pragma once

#include <cstdint>

namespace lockstep::host::fft {

// One pass of a Stockham transform of `radix * m * s` rows: decimation in frequency, s rows already done.
template <class T>
struct Stage {
    int64_t radix, m, s;
    const T* twiddle;  // [m][radix - 1][2]: exp(-2 pi i pk / (radix m)) for p < m, 0 < k < radix
    const T*
        trig;  // only for radices without their own butterfly: generic_trig() in plan.cpp says the layout
};

// A transform along rows of W lanes: every lane is an independent transform of `length` points. A "row" of
// scratch is W real parts followed by W imaginary parts.
template <class T>
struct Vertical {
    int64_t length;
    int stages;
    Stage<T> stage[48];
};

// n = n1 * n2 in four steps: n2 columns of n1 points, twiddles, a transposition, n1 columns of n2 points.
template <class T>
struct Split {
    int64_t n1, n2;
    bool past_cache;  // so long that results had better not go through the caches
    Vertical<T> first, second;
    // exp(-2 pi i k (j + lane) / n) for row k of the block of columns that starts with j; tables are padded
    // to W rows of k. Without block_twiddle: a table [blocks of n2][n1][2][W]. With it: products of
    // lane_twiddle [n1][2][W], j left out, and block_twiddle [blocks of n2][n1][2], lane left out.
    const T *lane_twiddle, *block_twiddle;
};

// Interleaved complex rows of the caller. The kernels transform conj(in) where `conjugate` is set and
// multiply the results' parts by scale_re and scale_im: a backward transform is conj(forward(conj(in))).
template <class T>
struct Rows {
    const T* in;
    int64_t in_stride;  // in reals
    T* out;
    int64_t out_stride;
    bool conjugate;
    T scale_re, scale_im;
};

// Columns are dealt with in blocks of `lanes`; the last block of a range that `lanes` does not divide
// overlaps its neighbour.
template <class T>
struct Kernels {
    int lanes;
    // Up to `lanes` rows of v.length points at once, one row per lane. scratch: 2 * length rows.
    void (*batch)(const Vertical<T>& v, const Rows<T>& rows, int64_t count, T* scratch);
    // Blocks [begin, end) of the first half of a split row: in -> tmp. scratch: 3 * max(n1, lanes) rows.
    void (*columns)(const Split<T>& s, const Rows<T>& row, T* tmp, int64_t begin, int64_t end, T* scratch);
    // Blocks [begin, end) of the second half: tmp -> out. scratch: 3 * n2 rows.
    void (*finish)(const Split<T>& s, const Rows<T>& row, const T* tmp, int64_t begin, int64_t end,
                   T* scratch);
    // out[j] = in[j] * w[j], parts multiplied by scale_re and scale_im; `conjugate` conjugates in[j] first.
    void (*multiply)(const T* in, const T* w, T* out, int64_t n, bool conjugate, T scale_re, T scale_im);
    // The half-length complex transform of a real row of 2m -> its spectrum of m + 1, in place; w[k] = exp(-2
    // pi i k / 2m). Does the frequencies k .. end - 1 and m - k .. m - end + 1; together the calls cover 0 ..
    // m / 2.
    void (*real_post)(T* z, const T* w, int64_t m, int64_t k, int64_t end);
    // The inverse of that: a spectrum of m + 1 -> the m values whose backward transform is the real row.
    void (*real_pre)(const T* x, T* z, const T* w, int64_t m, int64_t k, int64_t end);
};

// The table of the best instruction set this processor has.
template <class T>
const Kernels<T>& kernels();

}  // namespace lockstep::host::fft
