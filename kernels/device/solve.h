// The steps that cuSOLVER leaves to its caller: triangles, addresses of matrices, orthogonal factors of many small matrices,
// complex vectors of real ones. Must not know tasks. Freestanding: compiled by NVRTC and the simulator's g++.
#pragma once

#include "kernels/device/reduce_layout.h"
#include "kernels/device/solve_arguments.h"
#include "runtime/scalar/arithmetic.h"
#include "runtime/scalar/complex_arithmetic.h"

namespace lockstep::device {

LS_DEVICE int64_t solve_index() { return int64_t(blockIdx.x) * kSolveThreads + threadIdx.x; }

template <class T>
LS_DEVICE void keep_triangle(const TriangleArguments& a) {
    const int64_t i = solve_index();
    if (i >= a.count) return;
    const uint64_t line = reduction::divided(uint64_t(i), a.rows);
    const int64_t row = i - int64_t(line * a.rows.size);
    const uint64_t matrix = reduction::divided(line, a.columns);
    const int64_t column = int64_t(line - matrix * a.columns.size);
    const int64_t from = int64_t(matrix) * a.in_matrix + column * a.in_leading + row;
    const bool kept = a.upper ? row <= column : row >= column;
    reinterpret_cast<T*>(a.out)[i] = kept ? reinterpret_cast<const T*>(a.in)[from] : T{};
}

LS_DEVICE void write_addresses(const AddressArguments& a) {
    const int64_t i = solve_index();
    if (i < a.count) a.addresses[i] = a.first + i * a.stride;
}

LS_DEVICE double conjugated(double x) { return x; }
LS_DEVICE scalar::complex128 conjugated(scalar::complex128 x) { return {x.re, -x.im}; }

// A column of q starts as the identity's; the reflectors I - tau v v^H are applied from the last one on. v is 1 at its own
// row, above it 0, below it a's column.
template <class T>
LS_DEVICE void form_q(const ReflectorArguments& arguments) {
    const ReflectorArguments& r = arguments;
    const int64_t i = solve_index();
    if (i >= r.count) return;
    const int64_t matrix = int64_t(reduction::divided(uint64_t(i), r.columns));
    const int64_t column = i - matrix * int64_t(r.columns.size);
    const T* const a = reinterpret_cast<const T*>(r.a) + matrix * r.a_matrix;
    const T* const tau = reinterpret_cast<const T*>(r.tau) + matrix * r.reflectors;
    T* const q = reinterpret_cast<T*>(r.q) + i * r.rows;
    for (int64_t j = 0; j < r.rows; ++j) q[j] = T{};
    q[column] = T{1};
    for (int64_t k = r.reflectors - 1; k >= 0; --k) {
        const T* const v = a + k * r.rows;
        T product = q[k];
        for (int64_t j = k + 1; j < r.rows; ++j) product = scalar::add(product, scalar::multiply(conjugated(v[j]), q[j]));
        product = scalar::multiply(product, tau[k]);
        q[k] = scalar::subtract(q[k], product);
        for (int64_t j = k + 1; j < r.rows; ++j) q[j] = scalar::subtract(q[j], scalar::multiply(product, v[j]));
    }
}

// Columns j and j + 1 are the parts of the vectors of a conjugate pair, whose first value has the positive imaginary part.
LS_DEVICE void pair_vectors(const PairArguments& a) {
    const int64_t i = solve_index();
    if (i >= a.count) return;
    const int64_t n = int64_t(a.n.size), column = int64_t(reduction::divided(uint64_t(i), a.n));
    const double sign = reinterpret_cast<const scalar::complex128*>(a.values)[column].im;
    const double* const pairs = reinterpret_cast<const double*>(a.pairs) + i;
    scalar::complex128 result{pairs[0], 0};
    if (sign > 0) result.im = pairs[n];
    if (sign < 0) result = {pairs[-n], -pairs[0]};
    reinterpret_cast<scalar::complex128*>(a.vectors)[i] = result;
}

}  // namespace lockstep::device
