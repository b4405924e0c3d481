// The CPU's solve by its task: residuals of every kind over sizes, batches, both orders and thread counts;
// which matrix failed. Must not know NumPy's functions.
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <random>
#include <vector>

#include "host/primitives.h"
#include "host/vendor/lapack.h"
#include "tests/unit/core_layouts.h"

namespace lockstep {
namespace {

using layouts::Threads;

template <class T>
constexpr bool is_real = std::is_same_v<T, double>;
template <class T>
using Matrix = std::vector<T>;  // column-major

std::mt19937_64& generator() {
    static std::mt19937_64 g(20261123);
    return g;
}

template <class T>
T number() {
    std::normal_distribution<double> normal;
    if constexpr (is_real<T>)
        return normal(generator());
    else
        return {normal(generator()), normal(generator())};
}

template <class T>
Matrix<T> random_matrix(int64_t elements) {
    Matrix<T> m(static_cast<size_t>(elements));
    for (T& x : m) x = number<T>();
    return m;
}

// The largest |a x - b| of column-major a[m,n], x[n,k], b[m,k].
template <class T>
double residual(int64_t m, int64_t n, int64_t k, const T* a, const T* x, const T* b) {
    double worst = 0;
    for (int64_t j = 0; j < k; ++j)
        for (int64_t i = 0; i < m; ++i) {
            T sum = -b[i + j * m];
            for (int64_t l = 0; l < n; ++l) sum += a[i + l * m] * x[l + j * n];
            worst = std::max(worst, std::abs(sum));
        }
    return worst;
}

template <class T>
double largest(const Matrix<T>& m) {
    double size = 0;
    for (const T& x : m) size = std::max(size, std::abs(x));
    return size;
}

template <class T>
Matrix<T> turned(int64_t rows, int64_t columns, int64_t batch, const Matrix<T>& m) {
    Matrix<T> result(m.size());
    for (int64_t b = 0; b < batch; ++b)
        for (int64_t i = 0; i < rows; ++i)
            for (int64_t j = 0; j < columns; ++j)
                result[size_t(b * rows * columns + i * columns + j)] =
                    m[size_t(b * rows * columns + i + j * rows)];
    return result;
}

template <class T>
SolveTask task_of(Solver kind, int64_t m, int64_t n, int64_t k, int64_t batch) {
    SolveTask t{};
    t.kind = kind;
    t.type = is_real<T> ? types::float64_ : types::complex128_;
    t.m = m, t.n = n, t.k = k, t.batch = batch;
    return t;
}

template <class T>
char* bytes(std::vector<T>& v) {
    return reinterpret_cast<char*>(v.data());
}

constexpr int64_t kSizes[] = {1, 2, 3, 4, 5, 8, 15, 16, 17, 40, 410};
constexpr int64_t kBatches[] = {1, 2, 8, 17};

template <class T>
void check_systems(int64_t n, int64_t batch, bool row_major) {
    const int64_t k = 1 + n % 3;
    const Matrix<T> a = random_matrix<T>(n * n * batch), b = random_matrix<T>(n * k * batch);
    Matrix<T> factors = row_major ? turned(n, n, batch, a) : a, x = row_major ? turned(n, k, batch, b) : b;
    SolveTask t = task_of<T>(Solver::solve, n, n, k, batch);
    t.a = bytes(factors), t.x = bytes(x), t.row_major = row_major;
    ASSERT_EQ(host::solve(0, t, nullptr), kSolved);
    if (row_major) x = turned(k, n, batch, x);
    Matrix<T> inverse = row_major ? turned(n, n, batch, a) : a;
    t.kind = Solver::inverse, t.k = 1, t.a = bytes(inverse), t.x = nullptr;
    ASSERT_EQ(host::solve(0, t, nullptr), kSolved);
    if (row_major) inverse = turned(n, n, batch, inverse);
    Matrix<T> unit(static_cast<size_t>(n * n));
    for (int64_t i = 0; i < n; ++i) unit[size_t(i + i * n)] = 1;
    const double eps = 2e-16 * static_cast<double>(30 * n);
    for (int64_t i = 0; i < batch; ++i) {
        EXPECT_LE(residual(n, n, k, &a[size_t(i * n * n)], &x[size_t(i * n * k)], &b[size_t(i * n * k)]),
                  eps * largest(a) * (largest(x) + largest(b)))
            << n << " " << batch << " " << i;
        EXPECT_LE(residual(n, n, n, &a[size_t(i * n * n)], &inverse[size_t(i * n * n)], unit.data()),
                  eps * largest(a) * largest(inverse))
            << n << " " << batch << " " << i;
    }
}

TEST(Solve, SystemsAndInverses) {
    for (const int threads : {1, 2, 3}) {
        const Threads scope(threads);
        for (const int64_t n : kSizes)
            for (const int64_t batch : kBatches)
                for (const bool row_major : {false, true}) {
                    if (n > host::kRowMajorSize && row_major) continue;
                    if (n > 100 && (batch > 1 || threads < 3)) continue;
                    check_systems<double>(n, batch, row_major);
                    check_systems<std::complex<double>>(n, batch, row_major);
                }
    }
}

template <class T>
void check_lu(int64_t n, int64_t batch) {
    const Matrix<T> a = random_matrix<T>(n * n * batch);
    Matrix<T> lu = a;
    std::vector<int64_t> swaps(static_cast<size_t>(n * batch));
    SolveTask t = task_of<T>(Solver::lu, n, n, 1, batch);
    t.a = bytes(lu), t.values = bytes(swaps);
    ASSERT_EQ(host::solve(0, t, nullptr), kSolved);
    for (int64_t m = 0; m < batch; ++m) {
        Matrix<T> product(static_cast<size_t>(n * n));
        const T* const f = &lu[size_t(m * n * n)];
        for (int64_t i = 0; i < n; ++i)
            for (int64_t j = 0; j < n; ++j)
                for (int64_t l = 0; l <= std::min(i, j); ++l)
                    product[size_t(i + j * n)] += (l == i ? T(1) : f[i + l * n]) * f[l + j * n];
        for (int64_t i = n - 1; i >= 0; --i) {
            const int64_t other = swaps[size_t(m * n + i)];
            ASSERT_TRUE(i <= other && other < n);
            for (int64_t j = 0; j < n; ++j)
                std::swap(product[size_t(i + j * n)], product[size_t(other + j * n)]);
        }
        double worst = 0;
        for (size_t e = 0; e < product.size(); ++e)
            worst = std::max(worst, std::abs(product[e] - a[e + size_t(m * n * n)]));
        EXPECT_LE(worst, 2e-16 * 10 * static_cast<double>(n) * largest(lu)) << n;
    }
}

TEST(Solve, Lu) {
    for (const int64_t n : kSizes)
        for (const int64_t batch : {1, 9}) {
            if (n > 100 && batch > 1) continue;
            check_lu<double>(n, batch);
            check_lu<std::complex<double>>(n, batch);
        }
}

template <class T>
void check_cholesky(int64_t n, int64_t batch, bool upper, bool row_major) {
    Matrix<T> a(static_cast<size_t>(n * n * batch));
    for (int64_t m = 0; m < batch; ++m) {
        const Matrix<T> b = random_matrix<T>(n * n);
        for (int64_t i = 0; i < n; ++i)
            for (int64_t j = 0; j < n; ++j) {
                T sum = i == j ? 1 : 0;
                for (int64_t l = 0; l < n; ++l) {
                    if constexpr (is_real<T>)
                        sum += b[size_t(i + l * n)] * b[size_t(j + l * n)];
                    else
                        sum += b[size_t(i + l * n)] * std::conj(b[size_t(j + l * n)]);
                }
                a[size_t(m * n * n + i + j * n)] = sum;
            }
    }
    Matrix<T> factor = row_major ? turned(n, n, batch, a) : a;
    SolveTask t = task_of<T>(Solver::cholesky, n, n, 1, batch);
    t.a = bytes(factor), t.upper = upper, t.row_major = row_major;
    ASSERT_EQ(host::solve(0, t, nullptr), kSolved);
    if (row_major) factor = turned(n, n, batch, factor);
    for (int64_t m = 0; m < batch; ++m) {
        Matrix<T> left(static_cast<size_t>(n * n)), right = left;
        for (int64_t i = 0; i < n; ++i)
            for (int64_t j = 0; j < n; ++j) {
                const T x = factor[size_t(m * n * n + i + j * n)];
                if (upper ? i > j : i < j) {
                    EXPECT_EQ(std::abs(x), 0);
                }
                T conjugate = x;
                if constexpr (!is_real<T>) conjugate = std::conj(x);
                (upper ? right : left)[size_t(i + j * n)] = x;
                (upper ? left : right)[size_t(j + i * n)] = conjugate;
            }
        EXPECT_LE(residual(n, n, n, left.data(), right.data(), &a[size_t(m * n * n)]),
                  2e-16 * 10 * double(n) * largest(a));
    }
}

TEST(Solve, Cholesky) {
    for (const int64_t n : {1, 2, 3, 4, 7, 16, 17, 40})
        for (const int64_t batch : {1, 3, 8})
            for (const bool upper : {false, true})
                for (const bool row_major : {false, true}) {
                    if (n > host::kRowMajorSize && row_major) continue;
                    check_cholesky<double>(n, batch, upper, row_major);
                    check_cholesky<std::complex<double>>(n, batch, upper, row_major);
                }
}

template <class T>
void check_first_failure() {
    for (const int64_t n : {1, 3, 4, 9, 16, 30})
        for (const int64_t batch : {1, 8, 30, 1000})
            for (const Solver kind : {Solver::solve, Solver::inverse, Solver::cholesky}) {
                Matrix<T> a(static_cast<size_t>(n * n * batch)), x(static_cast<size_t>(n * batch), T(1));
                for (int64_t m = 0; m < batch; ++m)
                    for (int64_t i = 0; i < n; ++i) a[size_t(m * n * n + i + i * n)] = 2;
                const int64_t bad = batch > 2 ? batch - 3 : batch - 1;
                for (const int64_t m : {bad, batch - 1}) a[size_t(m * n * n + n * n - 1)] = 0;
                SolveTask t = task_of<T>(kind, n, n, 1, batch);
                t.a = bytes(a), t.x = kind == Solver::solve ? bytes(x) : nullptr;
                EXPECT_EQ(host::solve(0, t, nullptr), bad) << n << " " << batch;
            }
}

TEST(Solve, SaysWhichFailedFirst) {
    const Threads scope(3);
    check_first_failure<double>();
    check_first_failure<std::complex<double>>();
}

// 1, 2, 3 ... by rows is singular, and LAPACK's roundings leave the last pivot at zero; others do not.
template <class T>
void check_singular(int64_t n, bool row_major) {
    Matrix<T> a(static_cast<size_t>(n * n));
    for (size_t i = 0; i < a.size(); ++i) a[i] = T(static_cast<double>(i + 1));
    SolveTask t = task_of<T>(Solver::inverse, n, n, 1, 1);
    t.a = bytes(a), t.row_major = row_major;
    EXPECT_EQ(host::solve(0, t, nullptr), 0) << n << row_major;
}

TEST(Solve, LastPivotsAreZeroWhereLapacksAre) {
    for (const bool row_major : {false, true})
        for (const int64_t n : {3, 4}) {
            check_singular<double>(n, row_major);
            check_singular<std::complex<double>>(n, row_major);
        }
}

// Quotients by a pivot below the normal numbers, whose reciprocal is infinite.
TEST(Solve, SmallestPivots) {
    for (const int64_t n : {2, 3, 16}) {
        Matrix<double> a(static_cast<size_t>(n * n));
        for (int64_t i = 0; i < n; ++i) a[size_t(i + i * n)] = 0x1p-1070, a[size_t(n - 1 + i * n)] = 0x1p-1070;
        Matrix<double> x(static_cast<size_t>(n), 0x1p-1060);
        SolveTask t = task_of<double>(Solver::solve, n, n, 1, 1);
        t.a = bytes(a), t.x = bytes(x);
        ASSERT_EQ(host::solve(0, t, nullptr), kSolved);
        for (int64_t i = 0; i < n - 1; ++i) EXPECT_EQ(x[size_t(i)], 1024) << n;
        EXPECT_EQ(x[size_t(n - 1)], 1024 * (2.0 - static_cast<double>(n))) << n;
    }
}

}  // namespace
}  // namespace lockstep
