// Elimination with partial pivoting and Cholesky's factor, the sizes up to 4 with loops of known length.
// Must not know tasks, nor how a batch is shared among threads.
#include "host/solve_own.h"

#include <cmath>
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
void deduct(double& from, double a) { from -= a; }

// Two roundings a part: a fused one is emulated where this is compiled without FMA.
complex128 times(complex128 a, complex128 b) {
    return {a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re};
}
complex128 conjugate(complex128 a) { return {a.re, -a.im}; }
double real_part(complex128 a) { return a.re; }
double magnitude(complex128 a) { return std::fabs(a.re) + std::fabs(a.im); }
complex128 over(complex128 a, complex128 b) { return scalar::divide(a, b); }
void deduct(complex128& from, complex128 a) {
    from.re -= a.re;
    from.im -= a.im;
}

template <class T>
T number(double x) {
    if constexpr (std::is_same_v<T, complex128>)
        return {x, 0};
    else
        return x;
}

// N is the size, or 0 where it is known at run time only. False: a pivot was zero, its column was passed
// over.
template <int N, class T>
bool eliminate(int64_t size, T* a, int64_t* pivots) {
    const int64_t n = N ? N : size;
    bool regular = true;
    for (int64_t k = 0; k < n; ++k) {
        T* const column = a + k * n;
        int64_t p = k;
        double largest = magnitude(column[k]);
        for (int64_t i = k + 1; i < n; ++i) {
            const double here = magnitude(column[i]);
            p = here > largest ? i : p;
            largest = here > largest ? here : largest;
        }
        pivots[k] = p;
        if (largest == 0) {
            regular = false;
            continue;
        }
        if (p != k)
            for (int64_t j = 0; j < n; ++j) std::swap(a[k + j * n], a[p + j * n]);
        for (int64_t i = k + 1; i < n; ++i) column[i] = over(column[i], column[k]);
        for (int64_t j = k + 1; j < n; ++j) {
            T* const other = a + j * n;
            const T factor = other[k];
            for (int64_t i = k + 1; i < n; ++i) deduct(other[i], times(column[i], factor));
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
bool solve_sized(int64_t size, int64_t k, T* a, T* x, int64_t* pivots) {
    const int64_t n = N ? N : size;
    if (!eliminate<N>(n, a, pivots)) return false;
    for (int64_t c = 0; c < k; ++c)
        for (int64_t i = 0; i < n; ++i)
            if (pivots[i] != i) std::swap(x[i + c * n], x[pivots[i] + c * n]);
    substitute<N>(n, k, a, x);
    return true;
}

// Solves a x = 1 in `room`, of a's size.
template <int N, class T>
bool inverse_sized(int64_t size, T* a, T* room, int64_t* pivots) {
    const int64_t n = N ? N : size, elements = n * n;
    for (int64_t i = 0; i < elements; ++i) room[i] = a[i];
    for (int64_t i = 0; i < elements; ++i) a[i] = T{};
    for (int64_t i = 0; i < n; ++i) a[i + i * n] = number<T>(1);
    return solve_sized<N>(n, n, room, a, pivots);
}

// pivots and, where `matrix` asks for it, room for a matrix: small ones on the stack
template <class T, class F>
bool with_room(int64_t n, bool matrix, const F& f) {
    if (n <= kLocal) {
        int64_t pivots[kLocal];
        T room[kLocal * kLocal];
        return f(pivots, room);
    }
    const ScratchBlock pivots(n * int64_t{sizeof(int64_t)}), room(matrix ? n * n * int64_t{sizeof(T)} : 1);
    return f(reinterpret_cast<int64_t*>(pivots.data), reinterpret_cast<T*>(room.data));
}

}  // namespace

template <class T>
void lu(int64_t n, T* a, int64_t* pivots) {
    switch (n) {
        case 2:
            eliminate<2>(n, a, pivots);
            break;
        case 3:
            eliminate<3>(n, a, pivots);
            break;
        case 4:
            eliminate<4>(n, a, pivots);
            break;
        default:
            eliminate<0>(n, a, pivots);
    }
}

template <class T>
bool solve(int64_t n, int64_t k, T* a, T* x) {
    return with_room<T>(n, false, [&](int64_t* pivots, T*) {
        switch (n) {
            case 2:
                return solve_sized<2>(n, k, a, x, pivots);
            case 3:
                return solve_sized<3>(n, k, a, x, pivots);
            case 4:
                return solve_sized<4>(n, k, a, x, pivots);
            default:
                return solve_sized<0>(n, k, a, x, pivots);
        }
    });
}

template <class T>
bool inverse(int64_t n, T* a) {
    return with_room<T>(n, true, [&](int64_t* pivots, T* room) {
        switch (n) {
            case 2:
                return inverse_sized<2>(n, a, room, pivots);
            case 3:
                return inverse_sized<3>(n, a, room, pivots);
            case 4:
                return inverse_sized<4>(n, a, room, pivots);
            default:
                return inverse_sized<0>(n, a, room, pivots);
        }
    });
}

template <class T>
bool cholesky(bool upper, int64_t n, T* a) {
    if (upper)  // the lower triangle of the same matrix
        for (int64_t j = 0; j < n; ++j)
            for (int64_t i = j; i < n; ++i) a[i + j * n] = conjugate(a[j + i * n]);
    for (int64_t j = 0; j < n; ++j) {
        T* const column = a + j * n;
        const double pivot = real_part(column[j]);
        if (pivot <= 0) return false;
        const double root = std::sqrt(pivot);
        column[j] = number<T>(root);
        for (int64_t i = j + 1; i < n; ++i) column[i] = over(column[i], number<T>(root));
        for (int64_t l = j + 1; l < n; ++l) {
            const T factor = conjugate(column[l]);
            for (int64_t i = l; i < n; ++i) deduct(a[i + l * n], times(column[i], factor));
        }
    }
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
