// What the stand-ins for cuBLAS and cuSOLVER compute when the stream gets there: the CPU's backend where it has the function,
// else plain loops. Must not know handles or streams.
#pragma once

#include <complex>
#include <cstdint>
#include <cstring>
#include <vector>

#include "runtime/exec/backend.h"
#include "runtime/exec/device.h"

namespace lockstep::sim {

template <bool complex>
using Number = std::conditional_t<complex, std::complex<double>, double>;
template <bool complex>
inline constexpr DType number_type = complex ? types::complex128_ : types::float64_;

inline double conjugated(double x) { return x; }
inline std::complex<double> conjugated(std::complex<double> x) { return std::conj(x); }

inline SolveTask host_task(Solver kind, DType type, int64_t m, int64_t n, void* a) {
    SolveTask t{};
    t.kind = kind;
    t.type = type;
    t.m = m;
    t.n = n;
    t.k = t.batch = 1;
    t.a = static_cast<char*>(a);
    return t;
}
// LAPACK's info, as far as the CPU's backend tells: 0, or 1 where it failed.
inline int run_on_host(const SolveTask& t) { return cpu_backend().solve(0, t, nullptr) < 0 ? 0 : 1; }

// P L U of a[n,n]; rows swapped, counted from 1. The column of a zero on U's diagonal, counted from 1, or 0.
template <class T, class Pivot>
int factor_on_host(DType type, int64_t n, T* a, Pivot* pivots) {
    std::vector<int64_t> swapped(static_cast<size_t>(n));
    SolveTask t = host_task(Solver::lu, type, n, n, a);
    t.values = reinterpret_cast<char*>(swapped.data());
    run_on_host(t);
    for (int64_t i = 0; i < n; ++i) pivots[i] = static_cast<Pivot>(swapped[static_cast<size_t>(i)] + 1);
    for (int64_t i = 0; i < n; ++i)
        if (a[i * n + i] == T(0)) return static_cast<int>(i) + 1;
    return 0;
}

// b[n,columns] = the solution, from factor_on_host's results.
template <class T, class Pivot>
void substitute_on_host(int64_t n, int64_t columns, const T* lu, const Pivot* pivots, T* b) {
    for (int64_t c = 0; c < columns; ++c) {
        T* const x = b + c * n;
        for (int64_t i = 0; i < n; ++i) std::swap(x[i], x[pivots[i] - 1]);
        for (int64_t k = 0; k < n; ++k)
            for (int64_t i = k + 1; i < n; ++i) x[i] -= lu[k * n + i] * x[k];
        for (int64_t k = n - 1; k >= 0; --k) {
            x[k] /= lu[k * n + k];
            for (int64_t i = 0; i < k; ++i) x[i] -= lu[k * n + i] * x[k];
        }
    }
}

// Reflectors and r of a[m,n], their factors in tau.
inline int reflect_on_host(DType type, int64_t m, int64_t n, void* a, void* tau) {
    SolveTask t = host_task(Solver::qr_raw, type, m, n, a);
    t.values = static_cast<char*>(tau);
    return run_on_host(t);
}

// c[m,columns] = H(k) c, or H(k)^H c; v is 1 at its own row.
template <class T>
void apply_reflector(const T* a, int64_t m, int64_t k, T factor, T* c, int64_t columns) {
    const T* const v = a + k * m;
    for (int64_t j = 0; j < columns; ++j) {
        T* const x = c + j * m;
        T product = x[k];
        for (int64_t i = k + 1; i < m; ++i) product += conjugated(v[i]) * x[i];
        product *= factor;
        x[k] -= product;
        for (int64_t i = k + 1; i < m; ++i) x[i] -= product * v[i];
    }
}

}  // namespace lockstep::sim
