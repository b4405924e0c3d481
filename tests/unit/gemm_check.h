// The oracle of the matrix products' tests: a triple loop, exact for integers, in long double for floats.
// Must not know how any product is computed.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <type_traits>
#include <vector>

#include "runtime/scalar/config.h"
#include "runtime/scalar/half.h"

namespace lockstep::test {

template <class T>
constexpr bool is_half = std::is_same_v<T, scalar::float16> || std::is_same_v<T, scalar::bfloat16>;
template <class T>
constexpr bool is_complex = std::is_same_v<T, scalar::complex64> || std::is_same_v<T, scalar::complex128>;

inline std::mt19937_64& generator() {
    static const uint64_t seed = std::random_device{}();
    static std::mt19937_64 engine =
        (::testing::Test::RecordProperty("seed", std::to_string(seed)),
         std::printf("seed %llu\n", (unsigned long long)seed), std::mt19937_64(seed));
    return engine;
}
inline int64_t random_below(int64_t n) { return int64_t(generator()() % uint64_t(n)); }

// Full range for integers (products wrap), rare truth for bool (so that false results occur), [-1, 1] for
// floats.
template <class T>
T random_value() {
    if constexpr (std::is_same_v<T, bool>) {
        return random_below(8) == 0;
    } else if constexpr (std::is_integral_v<T>) {
        return T(generator()());
    } else {
        const double x = std::uniform_real_distribution<double>(-1, 1)(generator());
        if constexpr (std::is_same_v<T, scalar::float16>) return scalar::to_float16(float(x));
        if constexpr (std::is_same_v<T, scalar::bfloat16>) return scalar::to_bfloat16(float(x));
        if constexpr (std::is_same_v<T, float> || std::is_same_v<T, double>) return T(x);
        if constexpr (is_complex<T>) {
            return {decltype(T::re)(x),
                    decltype(T::re)(std::uniform_real_distribution<double>(-1, 1)(generator()))};
        }
    }
}

enum class Layout { rows, columns, sliced, reversed, padded, broadcast_row, broadcast_column };
constexpr int layouts = 7, distinct_layouts = 5;  // the last two repeat elements: not for results

// A matrix of random values (NaN for results) somewhere inside a buffer.
template <class T>
struct Matrix {
    int64_t m, n, row, col, origin;
    Layout layout;
    std::vector<T> store;

    Matrix(int64_t m_, int64_t n_, Layout layout_) : m(m_), n(n_), layout(layout_) {
        const int64_t M = std::max<int64_t>(m, 1), N = std::max<int64_t>(n, 1);
        int64_t size = M * N;
        origin = 0;
        switch (layout) {
            case Layout::rows:
                row = N, col = 1;
                break;
            case Layout::columns:
                row = 1, col = M;
                break;
            case Layout::sliced:
                row = 2 * (3 * N), col = 3, size = 6 * M * N;
                break;
            case Layout::reversed:
                row = -N, col = -1, origin = size - 1;
                break;
            case Layout::padded:
                row = N + 5, col = 1, size = M * (N + 5);
                break;
            case Layout::broadcast_row:
                row = 0, col = 1;
                break;
            case Layout::broadcast_column:
                row = 1, col = 0;
                break;
        }
        std::vector<T> values(size_t(size), T{});
        for (auto&& x : values) x = random_value<T>();
        store = std::move(values);
    }
    int64_t index(int64_t i, int64_t j) const { return origin + i * row + j * col; }
};
// vector<bool> has no elements to point at.
template <>
struct Matrix<bool> {
    Matrix<uint8_t> bytes;
    int64_t m, n, row, col, origin;
    Layout layout;
    struct Store {
        std::vector<uint8_t>* bytes;
        bool* data() const { return reinterpret_cast<bool*>(bytes->data()); }
        size_t size() const { return bytes->size(); }
        bool operator[](size_t i) const { return (*bytes)[i] != 0; }
    } store;

    Matrix(int64_t m_, int64_t n_, Layout layout_) : bytes(m_, n_, layout_), m(m_), n(n_) {
        row = bytes.row, col = bytes.col, origin = bytes.origin, layout = layout_;
        for (uint8_t& x : bytes.store) x = random_value<bool>();
        store.bytes = &bytes.store;
    }
    Matrix(const Matrix&) = delete;
    int64_t index(int64_t i, int64_t j) const { return origin + i * row + j * col; }
};

struct Sum {
    long double re = 0, im = 0, re_size = 0, im_size = 0;  // and the sums of absolute values
};

template <class T>
Sum exact(const Matrix<T>& a, const Matrix<T>& b, int64_t i, int64_t j) {
    Sum s;
    for (int64_t p = 0; p < a.n; ++p) {
        const T x = a.store[size_t(a.index(i, p))], y = b.store[size_t(b.index(p, j))];
        if constexpr (is_complex<T>) {
            const long double xr = x.re, xi = x.im, yr = y.re, yi = y.im;
            s.re += xr * yr - xi * yi, s.im += xr * yi + xi * yr;
            s.re_size += std::fabs(xr * yr) + std::fabs(xi * yi),
                s.im_size += std::fabs(xr * yi) + std::fabs(xi * yr);
        } else {
            long double product;
            if constexpr (is_half<T>) {
                product = (long double)scalar::to_float(x) * scalar::to_float(y);
            } else {
                product = (long double)x * y;
            }
            s.re += product, s.re_size += std::fabs(product);
        }
    }
    return s;
}

// Whether c is the product's element: equal for integers, within k * eps * (|A||B|) for floats (each
// component of a complex number being a sum of 2k products), and half a unit in the last place more for half
// types.
template <class T>
bool right(const Matrix<T>& a, const Matrix<T>& b, int64_t i, int64_t j, T c) {
    const int64_t k = a.n;
    if constexpr (std::is_same_v<T, bool>) {
        bool any = false;
        for (int64_t p = 0; p < k; ++p)
            any |= a.store[size_t(a.index(i, p))] && b.store[size_t(b.index(p, j))];
        return c == any;
    } else if constexpr (std::is_integral_v<T>) {
        uint64_t sum = 0;
        for (int64_t p = 0; p < k; ++p)
            sum += uint64_t(a.store[size_t(a.index(i, p))]) * uint64_t(b.store[size_t(b.index(p, j))]);
        return c == T(sum);
    } else {
        const Sum s = exact(a, b, i, j);
        if constexpr (is_complex<T>) {
            const long double eps = std::numeric_limits<decltype(T::re)>::epsilon();
            return std::fabs(c.re - s.re) <= k * eps * s.re_size &&
                   std::fabs(c.im - s.im) <= k * eps * s.im_size;
        } else if constexpr (is_half<T>) {
            const bool ieee = std::is_same_v<T, scalar::float16>;
            const long double unit = ieee ? 0x1p-11L : 0x1p-8L, least = ieee ? 0x1p-25L : 0x1p-134L;
            const long double sums = k * (long double)std::numeric_limits<float>::epsilon() * s.re_size;
            return std::fabs(scalar::to_float(c) - s.re) <= sums + unit * (std::fabs(s.re) + sums) + least;
        } else {
            return std::fabs(c - s.re) <= k * (long double)std::numeric_limits<T>::epsilon() * s.re_size;
        }
    }
}

// Runs product(m, n, k, a, ..., c, ...) on random matrices; every element must be right, and every byte of
// C's buffer outside the matrix unchanged. C starts as random values: a product that adds to it is wrong.
template <class T, class F>
void check_product(int64_t m, int64_t n, int64_t k, Layout la, Layout lb, Layout lc, const F& product) {
    const Matrix<T> a(m, k, la), b(k, n, lb);
    Matrix<T> c(m, n, lc);
    std::vector<char> before(c.store.size() * sizeof(T));
    const auto* bytes = reinterpret_cast<const char*>(c.store.data());
    std::copy(bytes, bytes + before.size(), before.begin());
    auto* a_data = const_cast<Matrix<T>&>(a).store.data();
    auto* b_data = const_cast<Matrix<T>&>(b).store.data();
    product(m, n, k, static_cast<const T*>(a_data) + a.origin, a.row, a.col,
            static_cast<const T*>(b_data) + b.origin, b.row, b.col, c.store.data() + c.origin, c.row, c.col);
    const std::string what = "m " + std::to_string(m) + " n " + std::to_string(n) + " k " +
                             std::to_string(k) + " layouts " + std::to_string(int(la)) +
                             std::to_string(int(lb)) + std::to_string(int(lc));
    for (int64_t i = 0; i < m; ++i) {
        for (int64_t j = 0; j < n; ++j) {
            const auto at = size_t(c.index(i, j));
            ASSERT_TRUE(right<T>(a, b, i, j, c.store[at])) << what << " at " << i << ", " << j;
            std::copy(bytes + at * sizeof(T), bytes + (at + 1) * sizeof(T), before.data() + at * sizeof(T));
        }
    }
    ASSERT_TRUE(std::equal(before.begin(), before.end(), bytes)) << what << ": wrote outside C";
}

}  // namespace lockstep::test
