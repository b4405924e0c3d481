// Elimination with partial pivoting and Cholesky's factor, the sizes up to 4 with loops of known length.
// Must not know tasks, nor how a batch is shared among threads.
#include "host/solve_own.h"

#include <cmath>
#include <limits>
#include <utility>

#include "host/scratch_block.h"
#include "runtime/scalar/complex.h"

namespace lockstep::host::own {
namespace {

using scalar::complex128;

constexpr int64_t kLocal = 16;  // matrices up to this size have their scratch on the stack

double times(double a, double b) { return a * b; }
double conjugate(double a) { return a; }
double real_part(double a) { return a; }
double magnitude(double a) { return std::fabs(a); }
double over(double a, double b) { return a / b; }
double reciprocal_of(double a) { return 1 / a; }
void deduct(double& from, double a) { from -= a; }
void accumulate(double& to, double a) { to += a; }
double scaled(double a, double b) { return a * b; }

// Two roundings a part: a fused one is emulated where this is compiled without FMA.
complex128 times(complex128 a, complex128 b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
complex128 conjugate(complex128 a) { return {a.re, -a.im}; }
double real_part(complex128 a) { return a.re; }
double magnitude(complex128 a) { return std::fabs(a.re) + std::fabs(a.im); }
complex128 over(complex128 a, complex128 b) { return scalar::divide(a, b); }
// As LAPACK's of a pivot, rounding for rounding.
complex128 reciprocal_of(complex128 a) {
    const bool more_real = std::fabs(a.re) >= std::fabs(a.im);
    const double most = more_real ? a.re : a.im, ratio = more_real ? a.im / a.re : a.re / a.im;
    const double part = 1 / (most * (1 + ratio * ratio));
    return more_real ? complex128{part, -ratio * part} : complex128{ratio * part, -part};
}
void deduct(complex128& from, complex128 a) {
    from.re -= a.re;
    from.im -= a.im;
}
void accumulate(complex128& to, complex128 a) {
    to.re += a.re;
    to.im += a.im;
}
complex128 scaled(complex128 a, double b) { return {a.re * b, a.im * b}; }

template <class T>
T number(double x) {
    if constexpr (std::is_same_v<T, complex128>)
        return {x, 0};
    else
        return x;
}

// Scratch: n pivots, n sums, and a matrix where one was asked for.
template <class T>
struct Room {
    int64_t* pivots;
    T *sums, *matrix;
};

// N is the size, or 0 where it is known at run time only. False: a pivot was zero, its column was passed
// over. The order is LAPACK's (solve_lanes.isa.cpp says why): column by column, what is deducted summed up first,
// multiplied by the reciprocal of the pivot.
template <int N, class T>
bool eliminate(int64_t size, T* a, int64_t* pivots, T* sums) {
    const int64_t n = N ? N : size;
    bool regular = true;
    for (int64_t c = 0; c < n; ++c) {
        T* const column = a + c * n;
        for (int64_t i = 0; i < n; ++i) sums[i] = T{};
        for (int64_t k = 0; k < c; ++k) {
            const T* const factors = a + k * n;
            deduct(column[k], sums[k]);
            for (int64_t i = k + 1; i < n; ++i) accumulate(sums[i], times(factors[i], column[k]));
        }
        int64_t p = c;
        double largest = -1;
        for (int64_t i = c; i < n; ++i) {
            deduct(column[i], sums[i]);
            const double here = magnitude(column[i]);
            p = here > largest ? i : p;
            largest = here > largest || i == c ? here : largest;
        }
        pivots[c] = p;
        if (largest == 0) {
            regular = false;
            continue;
        }
        if (p != c)
            for (int64_t j = 0; j < n; ++j) std::swap(a[c + j * n], a[p + j * n]);
        if (largest >= std::numeric_limits<double>::min()) {
            const T reciprocal = reciprocal_of(column[c]);
            for (int64_t i = c + 1; i < n; ++i) column[i] = times(column[i], reciprocal);
        } else {  // a reciprocal would overflow
            for (int64_t i = c + 1; i < n; ++i) column[i] = over(column[i], column[c]);
        }
    }
    return regular;
}

// x := U^-1 L^-1 x for k columns, whose rows were swapped already.
template <int N, class T>
void substitute(int64_t size, int64_t k, const T* lu, T* x) {
    const int64_t n = N ? N : size;
    for (int64_t c = 0; c < k; ++c, x += n) {
        for (int64_t j = 0; j < n; ++j)
            for (int64_t i = j + 1; i < n; ++i) deduct(x[i], times(lu[i + j * n], x[j]));
        for (int64_t j = n - 1; j >= 0; --j) {
            x[j] = over(x[j], lu[j + j * n]);
            for (int64_t i = 0; i < j; ++i) deduct(x[i], times(lu[i + j * n], x[j]));
        }
    }
}

template <int N, class T>
bool solve_sized(int64_t size, int64_t k, T* a, T* x, const Room<T>& room) {
    const int64_t n = N ? N : size, *const pivots = room.pivots;
    if (!eliminate<N>(n, a, room.pivots, room.sums)) return false;
    for (int64_t c = 0; c < k; ++c)
        for (int64_t i = 0; i < n; ++i)
            if (pivots[i] != i) std::swap(x[i + c * n], x[pivots[i] + c * n]);
    substitute<N>(n, k, a, x);
    return true;
}

// Solves a x = 1 in the room's matrix.
template <int N, class T>
bool inverse_sized(int64_t size, T* a, const Room<T>& room) {
    const int64_t n = N ? N : size, elements = n * n;
    for (int64_t i = 0; i < elements; ++i) room.matrix[i] = a[i];
    for (int64_t i = 0; i < elements; ++i) a[i] = T{};
    for (int64_t i = 0; i < n; ++i) a[i + i * n] = number<T>(1);
    return solve_sized<N>(n, n, room.matrix, a, room);
}

// Small matrices' room is on the stack.
template <class T, class F>
bool with_room(int64_t n, bool matrix, const F& f) {
    if (n <= kLocal) {
        int64_t pivots[kLocal];
        T sums[kLocal], room[kLocal * kLocal];
        return f({pivots, sums, room});
    }
    const ScratchBlock pivots(n * int64_t{sizeof(int64_t)}), sums(n * int64_t{sizeof(T)}),
        room(matrix ? n * n * int64_t{sizeof(T)} : 1);
    return f({reinterpret_cast<int64_t*>(pivots.data), reinterpret_cast<T*>(sums.data),
              reinterpret_cast<T*>(room.data)});
}

}  // namespace

template <class T>
void lu(int64_t n, T* a, int64_t* pivots) {
    with_room<T>(n, false, [&](const Room<T>& room) {
        switch (n) {
            case 2:
                return eliminate<2>(n, a, pivots, room.sums);
            case 3:
                return eliminate<3>(n, a, pivots, room.sums);
            case 4:
                return eliminate<4>(n, a, pivots, room.sums);
            default:
                return eliminate<0>(n, a, pivots, room.sums);
        }
    });
}

template <class T>
bool solve(int64_t n, int64_t k, T* a, T* x) {
    return with_room<T>(n, false, [&](const Room<T>& room) {
        switch (n) {
            case 2:
                return solve_sized<2>(n, k, a, x, room);
            case 3:
                return solve_sized<3>(n, k, a, x, room);
            case 4:
                return solve_sized<4>(n, k, a, x, room);
            default:
                return solve_sized<0>(n, k, a, x, room);
        }
    });
}

template <class T>
bool inverse(int64_t n, T* a) {
    return with_room<T>(n, true, [&](const Room<T>& room) {
        switch (n) {
            case 2:
                return inverse_sized<2>(n, a, room);
            case 3:
                return inverse_sized<3>(n, a, room);
            case 4:
                return inverse_sized<4>(n, a, room);
            default:
                return inverse_sized<0>(n, a, room);
        }
    });
}

template <class T>
bool cholesky(bool upper, int64_t n, T* a) {
    if (upper)  // the lower triangle of the same matrix
        for (int64_t j = 0; j < n; ++j)
            for (int64_t i = j; i < n; ++i) a[i + j * n] = conjugate(a[j + i * n]);
    const bool definite = with_room<T>(n, false, [&](const Room<T>& room) {
        T* const sums = room.sums;
        for (int64_t j = 0; j < n; ++j) {
            T* const column = a + j * n;
            for (int64_t i = j; i < n; ++i) sums[i] = T{};
            for (int64_t c = 0; c < j; ++c) {
                const T* const before = a + c * n;
                const T factor = conjugate(before[j]);
                for (int64_t i = j; i < n; ++i) accumulate(sums[i], times(before[i], factor));
            }
            const double pivot = real_part(column[j]) - real_part(sums[j]);
            if (pivot <= 0) return false;
            const double root = std::sqrt(pivot), reciprocal = 1 / root;
            column[j] = number<T>(root);
            for (int64_t i = j + 1; i < n; ++i) {
                deduct(column[i], sums[i]);
                column[i] = scaled(column[i], reciprocal);
            }
        }
        return true;
    });
    if (!definite) return false;
    for (int64_t j = 0; j < n; ++j)
        for (int64_t i = 0; i < j; ++i) {
            T &above = a[i + j * n], &below = a[j + i * n];
            if (upper) above = conjugate(below);
            (upper ? below : above) = T{};
        }
    return true;
}

#define LS_INSTANTIATE(T)                             \
    template void lu<T>(int64_t, T*, int64_t*);       \
    template bool solve<T>(int64_t, int64_t, T*, T*); \
    template bool inverse<T>(int64_t, T*);            \
    template bool cholesky<T>(bool, int64_t, T*);
LS_INSTANTIATE(double)
LS_INSTANTIATE(complex128)
#undef LS_INSTANTIATE

}  // namespace lockstep::host::own
