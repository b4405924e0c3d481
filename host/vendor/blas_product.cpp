// A strided product in terms of CBLAS calls, each of which runs in one thread on a block of C.
// Must not know where the library comes from.
#include "host/vendor/blas_product.h"

#include <algorithm>
#include <cstdlib>
#include <memory>

#include "host/parallel.h"
#include "host/scratch_block.h"
#include "runtime/exec/threads.h"
#include "runtime/scalar/apply.h"

namespace lockstep::host::vendor {
namespace {

// The library itself runs single-threaded. Blocks of C on our own threads reach 95 % of the speed of
// OpenBLAS's threads on an idle machine (2048^2 doubles on 2 cores: 100.6 against 105.5 GFLOP/s), and do not
// collapse on a busy one: its threads spin until the last has had its turn of a core (128^2 beside one busy
// process: 2 against 31 GFLOP/s).

// Multiply-adds: a task of less is not worth a thread, and with this many there may be several a thread.
constexpr double least_task = 2.5e5, ample_task = 2e6;
constexpr int64_t task_cost = 256 << 10;  // of one task, for parallel_ranges: all tasks are worth a thread
constexpr int64_t edge = 32;              // blocks begin at multiples of the kernels' tiles

// A matrix as CBLAS has it: rows of unit stride (columns, when transposed) `lead` elements apart.
struct View {
    bool possible;
    Transposed op;
    int64_t lead;
};

// A single row or column may have any stride across it.
View view(int64_t m, int64_t n, int64_t row, int64_t col) {
    if ((col == 1 || n == 1) && (row >= n || m == 1)) return {true, Transposed::no, m == 1 ? n : row};
    if ((row == 1 || m == 1) && (col >= m || n == 1)) return {true, Transposed::yes, n == 1 ? m : col};
    return {false, Transposed::no, 0};
}

template <class T>
void copy(int64_t m, int64_t n, Strided<const T> from, Strided<T> to) {
    if (std::abs(from.row) < std::abs(from.col)) return copy(n, m, from.transposed(), to.transposed());
    for (int64_t i = 0; i < m; ++i) {
        for (int64_t j = 0; j < n; ++j)
            to.data[i * to.row + j * to.col] = from.data[i * from.row + j * from.col];
    }
}

// Room for a dense matrix, in whichever order follows the original's memory.
template <class T>
Strided<T> dense(int64_t m, int64_t n, int64_t row, int64_t col, std::unique_ptr<T[]>& owner) {
    owner = std::make_unique_for_overwrite<T[]>(size_t(m) * size_t(n));
    if (std::abs(row) < std::abs(col)) return {owner.get(), 1, m};
    return {owner.get(), n, 1};
}

template <class T>
Strided<const T> readable(int64_t m, int64_t n, Strided<const T> matrix, std::unique_ptr<T[]>& owner) {
    if (view(m, n, matrix.row, matrix.col).possible) return matrix;
    const Strided<T> to = dense(m, n, matrix.row, matrix.col, owner);
    copy(m, n, matrix, to);
    return {to.data, to.row, to.col};
}

// How many parts of m and n make good tasks.
struct Parts {
    int64_t m = 1, n = 1;
};

Parts choose_parts(int64_t m, int64_t n, double work, int64_t tasks_per_thread) {
    Parts parts;
    if (work < 2 * least_task) return parts;
    const int64_t threads = num_threads();
    while (true) {
        const int64_t tasks = parts.m * parts.n;
        const double half = work / double(2 * tasks);
        const bool useful = (tasks < threads && half >= least_task) ||
                            (tasks < tasks_per_thread * threads && half >= ample_task);
        int64_t& longer = m / parts.m >= n / parts.n ? parts.m : parts.n;
        if (!useful || std::max(m / parts.m, n / parts.n) < 2 * edge) return parts;
        longer *= 2;
    }
}

// Calls f(i, rows, j, columns) for blocks that cover m by n, in parallel.
template <class F>
void for_blocks(int64_t m, int64_t n, double work, int64_t tasks_per_thread, const F& f) {
    const Parts parts = choose_parts(m, n, work, tasks_per_thread);
    if (parts.m * parts.n == 1) return f(0, m, 0, n);
    const auto size = [](int64_t whole, int64_t count) {
        return ((whole + count - 1) / count + edge - 1) / edge * edge;
    };
    const int64_t rows = size(m, parts.m), columns = size(n, parts.n);
    const int64_t down = (m + rows - 1) / rows, across = (n + columns - 1) / columns;
    parallel_ranges(down * across, 1, down * across * task_cost, [&](int64_t first, int64_t last) {
        for (int64_t task = first; task < last; ++task) {
            const int64_t i = task / across * rows, j = task % across * columns;
            f(i, std::min(rows, m - i), j, std::min(columns, n - j));
        }
    });
}

// All three have views.
template <class T>
void gemm(const BlasLibrary& blas, int64_t m, int64_t n, int64_t k, Strided<const T> a, Strided<const T> b,
          Strided<T> c) {
    const View to = view(m, n, c.row, c.col);
    if (to.op == Transposed::yes) return gemm(blas, n, m, k, b.transposed(), a.transposed(), c.transposed());
    const View left = view(m, k, a.row, a.col), right = view(k, n, b.row, b.col);
    blas.gemm<T>(left.op, right.op, m, n, k, a.data, left.lead, b.data, right.lead, c.data, to.lead);
}

// A vector of nonzero step as CBLAS has it: for negative steps the lowest address.
template <class T>
T* lowest(T* first, int64_t n, int64_t step) {
    return step < 0 ? first + (n - 1) * step : first;
}

// y = A x. False when A needs a copy or an element of x is repeated.
template <class T>
bool matrix_vector(const BlasLibrary& blas, int64_t m, int64_t k, Strided<const T> a, Strided<const T> x,
                   Strided<T> y) {
    const int64_t x_step = k == 1 ? 1 : x.row, y_step = m == 1 ? 1 : y.row;
    if (x_step == 0) return false;
    const T* const x_data = lowest(x.data, k, x_step);
    if (m == 1 && a.col != 0) {
        *y.data = long_dot<T>(blas, k, a.data, a.col, x.data, x_step, false);
        return true;
    }
    if (!view(m, k, a.row, a.col).possible) return false;
    // One task a thread: when A's columns are contiguous, more would read shorter runs.
    for_blocks(m, 1, double(m) * double(k), 1, [&](int64_t i, int64_t rows, int64_t, int64_t) {
        T* const to = y.data + i * y_step;
        // beta is 0, but some releases let a NaN in y through.
        for (int64_t r = 0; r < rows; ++r) to[r * y_step] = T{};
        const View matrix = view(rows, k, a.row, a.col);
        const bool flipped = matrix.op == Transposed::yes;
        blas.gemv<T>(matrix.op, flipped ? k : rows, flipped ? rows : k, a.data + i * a.row, matrix.lead,
                     x_data, x_step, lowest(to, rows, y_step), y_step);
    });
    return true;
}

// Results of sums so long, and so few, that their blocks are too small to share: pieces of the sums go to the
// threads, and are added in order. Their borders follow from the shape alone. tensordot of
// 50x60x70 with itself over two axes: 710 us on one thread, and less on more; by blocks 800 on any number.
template <class T>
bool split_sums(const BlasLibrary& blas, int64_t m, int64_t n, int64_t k, Strided<const T> a,
                Strided<const T> b, Strided<T> c) {
    constexpr int64_t most_across = 3 * edge, least_piece = 256, most_pieces = 16;
    const int64_t pieces = std::min(k / least_piece, most_pieces);
    if (std::max(m, n) > most_across || pieces < 2) return false;
    if (double(m) * double(n) * double(k) < 4 * least_task) return false;
    const ScratchBlock room(pieces * m * n * int64_t(sizeof(T)));
    T* const sums = reinterpret_cast<T*>(room.data);
    parallel_ranges(pieces, 1, pieces * task_cost, [&](int64_t first, int64_t last) {
        for (int64_t piece = first; piece < last; ++piece) {
            const int64_t from = k * piece / pieces, to = k * (piece + 1) / pieces;
            gemm<T>(blas, m, n, to - from, a.at(0, from), b.at(from, 0), {sums + piece * m * n, n, 1});
        }
    });
    for (int64_t piece = 1; piece < pieces; ++piece)
        for (int64_t i = 0; i < m * n; ++i) sums[i] = scalar::add(sums[i], sums[piece * m * n + i]);
    copy<T>(m, n, {sums, n, 1}, c);
    return true;
}

// C = A A^T: blocks on and below the diagonal, those above are their transposes. inner of 500x500 with
// itself takes 3.4 ms on one thread, by all its blocks 4.9.
template <class T>
void symmetric(const BlasLibrary& blas, int64_t n, int64_t k, Strided<const T> a, Strided<T> c) {
    constexpr int64_t largest = 256;
    const int64_t size = std::min(largest, (n / 4 + edge - 1) / edge * edge), side = (n + size - 1) / size;
    const int64_t tasks = side * (side + 1) / 2;
    parallel_ranges(tasks, 1, tasks * task_cost, [&](int64_t first, int64_t last) {
        int64_t row = 0;
        while ((row + 1) * (row + 2) / 2 <= first) ++row;
        int64_t column = first - row * (row + 1) / 2;
        for (int64_t task = first; task < last; ++task) {
            const int64_t i = row * size, j = column * size;
            const int64_t down = std::min(size, n - i), across = std::min(size, n - j);
            const Strided<T> block = c.at(i, j);
            gemm<T>(blas, down, across, k, a.at(i, 0), a.at(j, 0).transposed(), block);
            if (i != j) copy<T>(across, down, {block.data, block.col, block.row}, c.at(j, i));
            if (++column > row) {
                ++row;
                column = 0;
            }
        }
    });
}

// Whether B is A's transpose, in the same memory, and C worth halving.
template <class T>
bool is_symmetric(int64_t m, int64_t n, int64_t k, Strided<const T> a, Strided<const T> b) {
    return m == n && a.data == b.data && a.row == b.col && a.col == b.row && n >= 4 * edge &&
           double(m) * double(n) * double(k) >= 2 * least_task;
}

}  // namespace

template <class T>
T long_dot(const BlasLibrary& blas, int64_t n, const T* x, int64_t x_step, const T* y, int64_t y_step,
           bool conjugate) {
    constexpr int64_t least_piece = (256 << 10) / sizeof(T), most_pieces = 64;
    const auto part = [&](int64_t first, int64_t count) {
        return blas.dot<T>(count, lowest(x + first * x_step, count, x_step), x_step,
                           lowest(y + first * y_step, count, y_step), y_step, conjugate);
    };
    const int64_t pieces = std::min(n / least_piece, most_pieces);
    if (pieces < 2) return part(0, n);
    T sums[most_pieces];
    parallel_ranges(pieces, 1, 2 * n * int64_t(sizeof(T)), [&](int64_t first, int64_t last) {
        for (int64_t piece = first; piece < last; ++piece) {
            const int64_t from = n * piece / pieces;
            sums[piece] = part(from, n * (piece + 1) / pieces - from);
        }
    });
    for (int64_t piece = 1; piece < pieces; ++piece) sums[0] = scalar::add(sums[0], sums[piece]);
    return sums[0];
}

template <class T>
void blas_product(const BlasLibrary& blas, int64_t m, int64_t n, int64_t k, Strided<const T> a,
                  Strided<const T> b, Strided<T> c) {
    if (n == 1 && matrix_vector(blas, m, k, a, b, c)) return;
    if (m == 1 && matrix_vector(blas, n, k, b.transposed(), a.transposed(), c.transposed())) return;
    std::unique_ptr<T[]> a_copy, b_copy, c_copy;
    const Strided<const T> left = readable(m, k, a, a_copy), right = readable(k, n, b, b_copy);
    const bool direct = view(m, n, c.row, c.col).possible;
    const Strided<T> to = direct ? c : dense(m, n, c.row, c.col, c_copy);
    if (direct && is_symmetric(m, n, k, left, right)) return symmetric(blas, n, k, left, to);
    if (direct && split_sums(blas, m, n, k, left, right, to)) return;
    for_blocks(m, n, double(m) * double(n) * double(k), 4,
               [&](int64_t i, int64_t rows, int64_t j, int64_t columns) {
                   gemm(blas, rows, columns, k, left.at(i, 0), right.at(0, j), to.at(i, j));
               });
    if (!direct) copy<T>(m, n, {to.data, to.row, to.col}, c);
}

#define LS_INSTANTIATE(T)                                                                          \
    template void blas_product<T>(const BlasLibrary&, int64_t, int64_t, int64_t, Strided<const T>, \
                                  Strided<const T>, Strided<T>);                                   \
    template T long_dot<T>(const BlasLibrary&, int64_t, const T*, int64_t, const T*, int64_t, bool);
LS_INSTANTIATE(float)
LS_INSTANTIATE(double)
LS_INSTANTIATE(scalar::complex64)
LS_INSTANTIATE(scalar::complex128)
#undef LS_INSTANTIATE

}  // namespace lockstep::host::vendor
