// Products with at most four rows, straight from A and B: they are bound by memory, and packing would double
// it. Compiled once per instruction set; knows nothing of threads.
#pragma once

#include "host/gemm/lanes.h"

namespace lockstep::host::gemm::LS_ISA {
namespace {

constexpr int thin_rows = 4;
constexpr int strip_bytes = 8192;  // of accumulators for one row: long runs of B, for the prefetchers' sake
constexpr int dot_chunk = 512;     // elements of k between two additions of lanes to the sum
constexpr int dot_columns = 32;

// A run of elements as planes of lanes: in place where the elements are lanes already, else converted.
template <class E, int capacity>
struct Run {
    using Lane = typename E::Lane;
    Lane buffer[E::planes][capacity];
    const Lane* plane[2];

    LS_SCALAR void read(Run& run, const typename E::Element* from, int64_t stride, int64_t count) {
        if constexpr (E::in_place) {
            if (stride == 1) {
                run.plane[0] = run.plane[1] = from;
                return;
            }
        }
        for (int p = 0; p < E::planes; ++p) {
            if (stride == 1) {
                for (int64_t i = 0; i < count; ++i) run.buffer[p][i] = E::lane(from[i], p);
            } else {
                for (int64_t i = 0; i < count; ++i) run.buffer[p][i] = E::lane(from[i * stride], p);
            }
        }
        run.plane[0] = run.buffer[0];
        run.plane[1] = run.buffer[E::planes - 1];
    }
};

// sum[i] += or -= a[0] * b[0][i] + a[1] * b[1][i] + ..., in that order.
template <class E, int count, bool minus>
LS_SCALAR void add_scaled(typename E::Lane* sum, const typename E::Lane* a, const typename E::Lane* const* b,
                          int64_t n) {
    using Lane = typename E::Lane;
    constexpr int lanes = Lanes<Lane>::count;
    int64_t i = 0;
    for (; i + lanes <= n; i += lanes) {
        Vector<Lane> s = load(sum + i);
        for (int q = 0; q < count; ++q) {
            const Vector<Lane> x = broadcast(a[q]), y = load(b[q] + i);
            s = minus ? multiply_subtract(x, y, s) : E::accumulate(x, y, s);
        }
        store(sum + i, s);
    }
    for (; i < n; ++i) {
        for (int q = 0; q < count; ++q) {
            sum[i] = minus ? multiply_subtract(a[q], b[q][i], sum[i]) : E::accumulate(a[q], b[q][i], sum[i]);
        }
    }
}

template <class E>
struct Thin {
    using Element = typename E::Element;
    using Lane = typename E::Lane;
    static constexpr int strip = strip_bytes / int(sizeof(Lane));
    Lane sum[E::planes][thin_rows][strip];
    Run<E, strip> rows[4];

    template <int count>
    LS_SCALAR void add_rows(Thin& t, int64_t m, int64_t n, const Element* a, int64_t a_row, int64_t a_col,
                            const Element* b, int64_t b_row, int64_t b_col) {
        const Lane* planes[2][count];
        for (int q = 0; q < count; ++q) {
            Run<E, strip>::read(t.rows[q], b + q * b_row, b_col, n);
            planes[0][q] = t.rows[q].plane[0], planes[1][q] = t.rows[q].plane[1];
        }
        for (int64_t i = 0; i < m; ++i) {
            Lane x[2][count];
            for (int q = 0; q < count; ++q) {
                for (int p = 0; p < E::planes; ++p) x[p][q] = E::lane(a[i * a_row + q * a_col], p);
            }
            add_scaled<E, count, false>(t.sum[0][i], x[0], planes[0], n);
            if constexpr (E::planes == 2) {
                add_scaled<E, count, true>(t.sum[0][i], x[1], planes[1], n);
                add_scaled<E, count, false>(t.sum[1][i], x[0], planes[1], n);
                add_scaled<E, count, false>(t.sum[1][i], x[1], planes[0], n);
            }
        }
    }
};

template <class E>
void thin(int64_t m, int64_t n, int64_t k, const void* left, int64_t a_row, int64_t a_col, const void* right,
          int64_t b_row, int64_t b_col, void* result, int64_t c_row, int64_t c_col) {
    using Element = typename E::Element;
    const auto* a = static_cast<const Element*>(left);
    const auto* b = static_cast<const Element*>(right);
    auto* c = static_cast<Element*>(result);
    Thin<E> t;
    for (int p = 0; p < E::planes; ++p) {
        for (int64_t i = 0; i < m; ++i) memset(t.sum[p][i], 0, size_t(n) * sizeof(t.sum[p][i][0]));
    }
    int64_t p = 0;
    for (; p + 4 <= k; p += 4) {
        Thin<E>::template add_rows<4>(t, m, n, a + p * a_col, a_row, a_col, b + p * b_row, b_row, b_col);
    }
    for (; p < k; ++p) {
        Thin<E>::template add_rows<1>(t, m, n, a + p * a_col, a_row, a_col, b + p * b_row, b_row, b_col);
    }
    for (int64_t i = 0; i < m; ++i) {
        for (int64_t j = 0; j < n; ++j) {
            c[i * c_row + j * c_col] = E::finish(t.sum[0][i][j], t.sum[E::planes - 1][i][j]);
        }
    }
}

// The sum of x[i] * y[i]: four registers of partial sums, then lane after lane.
template <class E>
LS_SCALAR typename E::Lane inner(const typename E::Lane* x, const typename E::Lane* y, int64_t n) {
    using Lane = typename E::Lane;
    constexpr int lanes = Lanes<Lane>::count;
    Vector<Lane> part[4] = {};
    int64_t i = 0;
    for (; i + 4 * lanes <= n; i += 4 * lanes) {
        for (int q = 0; q < 4; ++q) {
            part[q] = E::accumulate(load(x + i + q * lanes), load(y + i + q * lanes), part[q]);
        }
    }
    const Vector<Lane> all = E::combine(E::combine(part[0], part[1]), E::combine(part[2], part[3]));
    Lane sum = 0;
    if (i > 0) {
        for (int q = 0; q < lanes; ++q) sum = E::combine(sum, Lane(all[q]));
    }
    for (; i < n; ++i) sum = E::accumulate(x[i], y[i], sum);
    return sum;
}

template <class E>
void dot(int64_t m, int64_t n, int64_t k, const void* left, int64_t a_row, int64_t a_col, const void* right,
         int64_t b_row, int64_t b_col, void* result, int64_t c_row, int64_t c_col) {
    using Element = typename E::Element;
    using Lane = typename E::Lane;
    const auto* a = static_cast<const Element*>(left);
    const auto* b = static_cast<const Element*>(right);
    auto* c = static_cast<Element*>(result);
    Lane re[thin_rows][dot_columns] = {}, im[thin_rows][dot_columns] = {};
    Run<E, dot_chunk> rows[thin_rows], column;
    // Runs in place need no buffer: whole columns at a time read memory in longer runs (1.7 times as fast).
    const int64_t chunk = E::in_place && a_col == 1 && b_row == 1 ? k : dot_chunk;
    for (int64_t p = 0; p < k; p += chunk) {
        const int64_t count = k - p < chunk ? k - p : chunk;
        for (int64_t i = 0; i < m; ++i) {
            Run<E, dot_chunk>::read(rows[i], a + i * a_row + p * a_col, a_col, count);
        }
        for (int64_t j = 0; j < n; ++j) {
            Run<E, dot_chunk>::read(column, b + p * b_row + j * b_col, b_row, count);
            for (int64_t i = 0; i < m; ++i) {
                const Lane* const* x = rows[i].plane;
                const Lane* const* y = column.plane;
                re[i][j] = E::combine(re[i][j], inner<E>(x[0], y[0], count));
                if constexpr (E::planes == 2) {
                    re[i][j] -= inner<E>(x[1], y[1], count);
                    im[i][j] += inner<E>(x[0], y[1], count) + inner<E>(x[1], y[0], count);
                }
            }
        }
    }
    for (int64_t i = 0; i < m; ++i) {
        for (int64_t j = 0; j < n; ++j) c[i * c_row + j * c_col] = E::finish(re[i][j], im[i][j]);
    }
}

}  // namespace
}  // namespace lockstep::host::gemm::LS_ISA
