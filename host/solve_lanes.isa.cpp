// Elimination with partial pivoting and Cholesky's factor of several matrices side by side.
// Must not know tasks or threads.
#include "host/solve_lanes.h"

#if defined(__AVX512F__)
#include <immintrin.h>
#endif

namespace lockstep::host::LS_ISA {
namespace {

typedef double Lanes __attribute__((vector_size(8 * kLaneCount)));
typedef int64_t Choice __attribute__((vector_size(8 * kLaneCount)));  // all bits of a lane, or none

constexpr double kSmallestNormal = 0x1p-1022, kUp = 0x1p100;

struct Matrices {
    Lanes at[kLaneSize * kLaneSize];  // row i, column j at i * n + j
};

// Lanes beyond the count hold the identity, or zero in right-hand sides.
void load(Lanes* to, int count, int rows, int columns, const double* from, LaneLayout layout,
          double diagonal) {
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const double* const element = from + i * layout.row + j * layout.column;
            Lanes values = {};
            if (count == kLaneCount) {
                for (int l = 0; l < kLaneCount; ++l) values[l] = element[l * layout.matrix];
            } else {
                for (int l = 0; l < kLaneCount; ++l)
                    values[l] = l < count ? element[l * layout.matrix] : i == j ? diagonal : 0.0;
            }
            to[i * columns + j] = values;
        }
}

void store(const Lanes* from, int count, int rows, int columns, double* to, LaneLayout layout) {
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            double* const element = to + i * layout.row + j * layout.column;
            const Lanes values = from[i * columns + j];
            for (int l = 0; l < count; ++l) element[l * layout.matrix] = values[l];
        }
}

unsigned bits(const Choice& chosen, int count) {
    unsigned result = 0;
    for (int l = 0; l < count; ++l) {
        const auto lane = chosen[l];  // g++ 12 checks the index of one inside `?:` before it is computed
        result |= (lane ? 1u : 0u) << l;
    }
    return result;
}

// By reference: wider vectors than the set has are not returned.
inline void take_size(const Lanes& x, Lanes& size) { size = (Lanes)((Choice)x & 0x7fffffffffffffff); }

inline void exchange(const Choice& where, Lanes& a, Lanes& b) {
    const Lanes first = where ? b : a;
    b = where ? a : b;
    a = first;
}

// to += a b, in one rounding where OpenBLAS's own kernels for these sizes do it in one: with AVX-512.
inline void add_product(Lanes& to, const Lanes& a, const Lanes& b) {
#if defined(__AVX512F__)
    to = (Lanes)_mm512_fmadd_pd((__m512d)a, (__m512d)b, (__m512d)to);
#else
    to += a * b;
#endif
}

// a = P L U, in place. Whether the last pivot of a singular matrix is exactly zero depends on every rounding,
// and NumPy raises an error where it is. So the order is OpenBLAS's: column by column, what is deducted summed
// up first, multiplied by the reciprocal of the pivot. Up to 5x5 these were the bits of dgetrf in 120 random
// matrices, half of them singular, with each of its kernels SkylakeX, Haswell and Nehalem; it adds larger ones
// in blocks.
template <int N>
void eliminate(int size, Lanes* a, Choice* pivots, Choice& singular) {
    const int n = N ? N : size;
    singular = Choice{};
    for (int c = 0; c < n; ++c) {
        for (int i = 1; i < n; ++i) {
            Lanes sum = {};
            for (int k = 0; k < (i < c ? i : c); ++k) add_product(sum, a[i * n + k], a[k * n + c]);
            a[i * n + c] -= sum;
        }
        Lanes largest, here;
        take_size(a[c * n + c], largest);
        Choice chosen = Choice{} + c;
        for (int i = c + 1; i < n; ++i) {
            take_size(a[i * n + c], here);
            const Choice larger = here > largest;
            largest = larger ? here : largest;
            chosen = larger ? Choice{} + i : chosen;
        }
        pivots[c] = chosen;
        for (int i = c + 1; i < n; ++i) {
            const Choice chosen_here = chosen == i;
            for (int j = 0; j < n; ++j) exchange(chosen_here, a[c * n + j], a[i * n + j]);
        }
        const Choice zero = largest == 0;
        singular |= zero;
        // The reciprocal of a subnormal pivot would overflow
        const Lanes scale = largest < kSmallestNormal ? Lanes{} + kUp : Lanes{} + 1.0;
        const Lanes reciprocal = 1.0 / (zero ? Lanes{} + 1.0 : a[c * n + c] * scale);
        for (int i = c + 1; i < n; ++i) a[i * n + c] = a[i * n + c] * scale * reciprocal;
    }
}

// x := U^-1 L^-1 P^-1 x for k columns.
template <int N>
void substitute(int size, int k, const Lanes* lu, const Choice* pivots, Lanes* x) {
    const int n = N ? N : size;
    for (int c = 0; c < n; ++c)
        for (int i = c + 1; i < n; ++i) {
            const Choice here = pivots[c] == i;
            for (int j = 0; j < k; ++j) exchange(here, x[c * k + j], x[i * k + j]);
        }
    for (int c = 0; c < n; ++c)
        for (int i = c + 1; i < n; ++i)
            for (int j = 0; j < k; ++j) x[i * k + j] -= lu[i * n + c] * x[c * k + j];
    for (int c = n - 1; c >= 0; --c) {
        for (int j = 0; j < k; ++j) x[c * k + j] /= lu[c * n + c];
        for (int i = 0; i < c; ++i)
            for (int j = 0; j < k; ++j) x[i * k + j] -= lu[i * n + c] * x[c * k + j];
    }
}

unsigned lu(int count, int n, double* a, LaneLayout layout, int64_t* pivots) {
    Matrices matrices;
    Choice rows[kLaneSize], singular;
    load(matrices.at, count, n, n, a, layout, 1);
    switch (n) {
        case 2:
            eliminate<2>(n, matrices.at, rows, singular);
            break;
        case 3:
            eliminate<3>(n, matrices.at, rows, singular);
            break;
        case 4:
            eliminate<4>(n, matrices.at, rows, singular);
            break;
        default:
            eliminate<0>(n, matrices.at, rows, singular);
    }
    store(matrices.at, count, n, n, a, layout);
    for (int l = 0; l < count; ++l)
        for (int i = 0; i < n; ++i) pivots[l * n + i] = rows[i][l];
    return 0;
}

template <int N>
unsigned solve_sized(int count, int n, int64_t k, double* a, LaneLayout layout, double* x,
                     LaneLayout x_layout) {
    Matrices matrices, right;
    Choice rows[kLaneSize], singular;
    load(matrices.at, count, n, n, a, layout, 1);
    eliminate<N>(n, matrices.at, rows, singular);
    if (const unsigned failed = bits(singular, count)) return failed;
    for (int64_t first = 0; first < k; first += kLaneSize) {
        const int columns = static_cast<int>(k - first < kLaneSize ? k - first : kLaneSize);
        double* const part = x + first * x_layout.column;
        load(right.at, count, n, columns, part, x_layout, 0);
        if (columns == 1)
            substitute<N>(n, 1, matrices.at, rows, right.at);
        else
            substitute<N>(n, columns, matrices.at, rows, right.at);
        store(right.at, count, n, columns, part, x_layout);
    }
    return 0;
}

unsigned solve(int count, int n, int64_t k, double* a, LaneLayout layout, double* x, LaneLayout x_layout) {
    switch (n) {
        case 2:
            return solve_sized<2>(count, n, k, a, layout, x, x_layout);
        case 3:
            return solve_sized<3>(count, n, k, a, layout, x, x_layout);
        case 4:
            return solve_sized<4>(count, n, k, a, layout, x, x_layout);
        default:
            return solve_sized<0>(count, n, k, a, layout, x, x_layout);
    }
}

template <int N>
unsigned inverse_sized(int count, int size, double* a, LaneLayout layout) {
    const int n = N ? N : size;
    Matrices matrices, right;
    Choice rows[kLaneSize], singular;
    load(matrices.at, count, n, n, a, layout, 1);
    for (int i = 0; i < n; ++i)
        for (int j = 0; j < n; ++j) right.at[i * n + j] = Lanes{} + (i == j ? 1.0 : 0.0);
    eliminate<N>(n, matrices.at, rows, singular);
    substitute<N>(n, n, matrices.at, rows, right.at);
    store(right.at, count, n, n, a, layout);
    return bits(singular, count);
}

unsigned inverse(int count, int n, double* a, LaneLayout layout) {
    switch (n) {
        case 2:
            return inverse_sized<2>(count, n, a, layout);
        case 3:
            return inverse_sized<3>(count, n, a, layout);
        case 4:
            return inverse_sized<4>(count, n, a, layout);
        default:
            return inverse_sized<0>(count, n, a, layout);
    }
}

unsigned cholesky(int count, bool upper, int n, double* a, LaneLayout layout) {
    if (upper) {  // the lower factor of the transpose, transposed
        const int64_t row = layout.row;
        layout.row = layout.column;
        layout.column = row;
    }
    Matrices matrices;
    Lanes* const m = matrices.at;
    load(m, count, n, n, a, layout, 1);
    Choice failed = {};
    for (int j = 0; j < n; ++j) {  // in OpenBLAS's order, as eliminate
        for (int i = j; i < n; ++i) {
            Lanes sum = {};
            for (int c = 0; c < j; ++c) add_product(sum, m[i * n + c], m[j * n + c]);
            m[i * n + j] -= sum;
        }
        const Lanes pivot = m[j * n + j];
        failed |= pivot <= 0;
        Lanes root;
        for (int l = 0; l < kLaneCount; ++l) root[l] = __builtin_sqrt(pivot[l]);
        m[j * n + j] = root;
        const Lanes reciprocal = 1.0 / root;
        for (int i = j + 1; i < n; ++i) {
            m[i * n + j] *= reciprocal;
            m[j * n + i] = Lanes{};
        }
    }
    store(m, count, n, n, a, layout);
    return bits(failed, count);
}

}  // namespace

extern const LaneSolvers lane_solvers;
constexpr LaneSolvers lane_solvers = {lu, solve, inverse, cholesky};

}  // namespace lockstep::host::LS_ISA
