// Runs a plan over rows: which of its ways for how many rows, scratch, threads.
// Must not know how plans are made or what the kernels do inside.
#include <algorithm>
#include <cstring>

#include "host/fft/pieces.h"
#include "host/fft/plan.h"
#include "host/fft/scratch.h"

namespace lockstep::host::fft {
namespace {

// Reals in `rows` rows of scratch.
template <class T>
int64_t scratch_reals(int64_t rows) {
    return rows * 2 * kernels<T>().lanes;
}

template <class T>
Rows<T> advance(const Rows<T>& rows, int64_t by) {
    Rows<T> r = rows;
    r.in += by * rows.in_stride;
    r.out += by * rows.out_stride;
    return r;
}

template <class T>
void run_single(const Rows<T>& rows, int64_t howmany) {
    for (int64_t i = 0; i < howmany; ++i) {
        const T* const x = rows.in + i * rows.in_stride;
        const T re = x[0], im = rows.conjugate ? -x[1] : x[1];
        rows.out[i * rows.out_stride] = re * rows.scale_re;
        rows.out[i * rows.out_stride + 1] = im * rows.scale_im;
    }
}

template <class T>
void run_batch(const Plan<T>& plan, const Rows<T>& rows, int64_t howmany) {
    const int64_t w = kernels<T>().lanes, groups = (howmany + w - 1) / w;
    pieces(groups, std::max<int64_t>(1, points_per_task / (plan.n * w)), [&](int64_t begin, int64_t end) {
        const Scratch scratch(static_cast<size_t>(scratch_reals<T>(2 * plan.n)) * sizeof(T));
        for (int64_t g = begin; g < end; ++g)
            kernels<T>().batch(plan.batch, advance(rows, g * w), std::min(w, howmany - g * w),
                               scratch.as<T>());
    });
}

// Scratch of one task of a split row, in reals: what either half needs.
template <class T>
int64_t split_scratch(const Split<T>& s) {
    return scratch_reals<T>(3 * std::max({s.n1, s.n2, int64_t{kernels<T>().lanes}}));
}

// One long row by several threads. The overlapping last two blocks of the second half stay together, so that
// no two threads write the same result.
template <class T>
void run_long_row(const Split<T>& s, const Rows<T>& row, T* tmp) {
    const int64_t w = kernels<T>().lanes, first = (s.n2 + w - 1) / w, second = (s.n1 + w - 1) / w;
    const size_t bytes = static_cast<size_t>(split_scratch(s)) * sizeof(T);
    const int64_t grain = points_per_task / w;
    pieces(first, grain / s.n1 + 1, [&](int64_t begin, int64_t end) {
        const Scratch scratch(bytes);
        kernels<T>().columns(s, row, tmp, begin, end, scratch.as<T>());
    });
    const int64_t whole = std::max<int64_t>(1, second - 1);
    pieces(whole, grain / s.n2 + 1, [&](int64_t begin, int64_t end) {
        const Scratch scratch(bytes);
        kernels<T>().finish(s, row, tmp, begin, end == whole ? second : end, scratch.as<T>());
    });
}

template <class T>
void run_split(const Plan<T>& plan, const Rows<T>& rows, int64_t howmany) {
    const Split<T>& s = plan.split;
    const int64_t w = kernels<T>().lanes, first = (s.n2 + w - 1) / w, second = (s.n1 + w - 1) / w;
    const int64_t tmp_reals = scratch_reals<T>(second * s.n2);
    if (plan.n >= 4 * points_per_task) {
        const Scratch tmp(static_cast<size_t>(tmp_reals) * sizeof(T));
        for (int64_t i = 0; i < howmany; ++i) run_long_row(s, advance(rows, i), tmp.as<T>());
        return;
    }
    pieces(howmany, points_per_task / plan.n + 1, [&](int64_t begin, int64_t end) {
        const Scratch scratch(static_cast<size_t>(tmp_reals + split_scratch(s)) * sizeof(T));
        T *const tmp = scratch.as<T>(), *const rest = tmp + tmp_reals;
        for (int64_t i = begin; i < end; ++i) {
            const Rows<T> row = advance(rows, i);
            kernels<T>().columns(s, row, tmp, 0, first, rest);
            kernels<T>().finish(s, row, tmp, 0, second, rest);
        }
    });
}

template <class T>
void run_bluestein(const Plan<T>& plan, const Rows<T>& rows, int64_t howmany) {
    const Plan<T>& inner = *plan.convolution;
    const int64_t n = plan.n, m = inner.n;
    pieces(howmany, points_per_task / m + 1, [&](int64_t begin, int64_t end) {
        const Scratch scratch(static_cast<size_t>(2 * m) * sizeof(T));
        T* const z = scratch.as<T>();
        const Kernels<T>& k = kernels<T>();
        for (int64_t i = begin; i < end; ++i) {
            const Rows<T> row = advance(rows, i);
            k.multiply(row.in, plan.chirp, z, n, row.conjugate, 1, 1);
            std::memset(z + 2 * n, 0, static_cast<size_t>(2 * (m - n)) * sizeof(T));
            run(inner, {z, 0, z, 0, false, 1, 1}, 1);
            // The way back is conj(forward(conj(.))): the product is left conjugated, and the last product
            // conjugates again.
            k.multiply(z, plan.response, z, m, false, 1, -1);
            run(inner, {z, 0, z, 0, false, 1, 1}, 1);
            k.multiply(z, plan.chirp, row.out, n, true, row.scale_re, row.scale_im);
        }
    });
}

}  // namespace

template <class T>
void run(const Plan<T>& plan, const Rows<T>& rows, int64_t howmany) {
    if (plan.n == 1) return run_single(rows, howmany);
    const double groups = static_cast<double>((howmany + kernels<T>().lanes - 1) / kernels<T>().lanes);
    const bool rowwise = plan.has_split || plan.convolution;
    if (plan.has_batch &&
        (!rowwise || groups * plan.batch_cost < static_cast<double>(howmany) * plan.row_cost))
        return run_batch(plan, rows, howmany);
    return plan.has_split ? run_split(plan, rows, howmany) : run_bluestein(plan, rows, howmany);
}
template void run(const Plan<double>&, const Rows<double>&, int64_t);
template void run(const Plan<float>&, const Rows<float>&, int64_t);

}  // namespace lockstep::host::fft
