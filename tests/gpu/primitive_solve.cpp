// Random systems and factorisations: small and large matrices, alone and in batches, checked by their residuals.
// Must not know how they are computed.
#include <algorithm>
#include <cmath>
#include <complex>
#include <cstdio>
#include <cstring>

#include "tests/gpu/primitives.h"

using namespace lockstep;

namespace {

using Number = std::complex<double>;
constexpr double kEpsilon = 2.3e-16;

// A matrix in host memory, column-major.
struct Matrix {
    int64_t rows, columns;
    std::vector<Number> data;

    Matrix(int64_t m, int64_t n) : rows(m), columns(n), data(static_cast<size_t>(m * n)) {}
    Number& at(int64_t i, int64_t j) { return data[static_cast<size_t>(j * rows + i)]; }
    Number at(int64_t i, int64_t j) const { return data[static_cast<size_t>(j * rows + i)]; }
    double norm() const {
        double sum = 0;
        for (const Number x : data) sum += std::norm(x);
        return std::sqrt(sum);
    }
};

Matrix identity(int64_t n) {
    Matrix one(n, n);
    for (int64_t i = 0; i < n; ++i) one.at(i, i) = 1;
    return one;
}
Matrix operator*(const Matrix& a, const Matrix& b) {
    Matrix c(a.rows, b.columns);
    for (int64_t j = 0; j < b.columns; ++j)
        for (int64_t k = 0; k < a.columns; ++k)
            for (int64_t i = 0; i < a.rows; ++i) c.at(i, j) += a.at(i, k) * b.at(k, j);
    return c;
}
Matrix operator-(Matrix a, const Matrix& b) {
    for (size_t i = 0; i < a.data.size(); ++i) a.data[i] -= b.data[i];
    return a;
}
Matrix adjoint(const Matrix& a) {
    Matrix t(a.columns, a.rows);
    for (int64_t i = 0; i < a.rows; ++i)
        for (int64_t j = 0; j < a.columns; ++j) t.at(j, i) = std::conj(a.at(i, j));
    return t;
}
Matrix diagonal(int64_t m, int64_t n, const Matrix& values) {
    Matrix d(m, n);
    for (int64_t i = 0; i < std::min(m, n); ++i) d.at(i, i) = values.at(i, 0);
    return d;
}
Matrix top(const Matrix& a, int64_t rows) {
    Matrix t(rows, a.columns);
    for (int64_t j = 0; j < a.columns; ++j)
        for (int64_t i = 0; i < rows; ++i) t.at(i, j) = a.at(i, j);
    return t;
}

// `batch` matrices of one type on the device.
struct Stack {
    DType type;
    int64_t rows, columns, batch;
    Block block;

    Stack(DType t, int64_t m, int64_t n, int64_t count)
        : type(t), rows(m), columns(n), batch(count), block(m * n * count * t.itemsize()) {}
    char* data() const { return block.device; }
    int64_t parts() const { return type == types::complex128_ ? 2 : 1; }
    double* first(int64_t i) { return reinterpret_cast<double*>(block.bytes.data()) + i * rows * columns * parts(); }
    Matrix get(int64_t i) {
        Matrix m(rows, columns);
        for (size_t k = 0; k < m.data.size(); ++k) {
            const double* const x = first(i) + static_cast<int64_t>(k) * parts();
            m.data[k] = {x[0], parts() == 2 ? x[1] : 0.0};
        }
        return m;
    }
    void set(int64_t i, const Matrix& m) {
        for (size_t k = 0; k < m.data.size(); ++k) {
            double* const x = first(i) + static_cast<int64_t>(k) * parts();
            x[0] = m.data[k].real();
            if (parts() == 2) x[1] = m.data[k].imag();
        }
    }
    void send() { block.to_device(); }
    void fetch() { block.bytes = block.from_device(); }
};

// One task: its arrays, the matrices as they were, and what was wrong first.
struct Case {
    DType type = below(2) ? types::float64_ : types::complex128_;
    int64_t m, n, batch;
    SolveTask task{};
    std::vector<Matrix> a;
    Stack stack;
    std::string wrong;

    Case(Solver kind, int64_t rows, int64_t columns, int64_t count)
        : m(rows), n(columns), batch(count), stack(type, rows, columns, count) {
        for (int64_t i = 0; i < batch; ++i) a.push_back(random(m, n));
        task.kind = kind;
        task.type = type;
        task.m = m;
        task.n = n;
        task.k = 1;
        task.batch = batch;
        task.a = stack.data();
    }
    Matrix random(int64_t rows, int64_t columns) const {
        std::normal_distribution<double> normal;
        Matrix x(rows, columns);
        for (Number& e : x.data) e = {normal(generator), type == types::complex128_ ? normal(generator) : 0.0};
        return x;
    }
    void run(int64_t expected = kSolved) {
        for (int64_t i = 0; i < batch; ++i) stack.set(i, a[static_cast<size_t>(i)]);
        stack.send();
        const int64_t failed = backend->solve(0, task, &stream);
        if (failed != expected) wrong = "the matrix that failed: " + std::to_string(failed);
        stack.fetch();
    }
    void near(const Matrix& error, double size, const char* what) {
        const double limit = 40 * static_cast<double>(std::max(m, n) + 4) * kEpsilon * size;
        if (wrong.empty() && !(error.norm() <= limit)) wrong = std::string(what) + ": " + std::to_string(error.norm() / limit);
    }
    void unitary(const Matrix& q, const char* what) {
        near(adjoint(q) * q - identity(q.columns), std::sqrt(static_cast<double>(q.columns)), what);
    }
    void triangular(const Matrix& r, bool upper) {
        for (int64_t j = 0; j < r.columns; ++j)
            for (int64_t i = 0; i < r.rows; ++i)
                if ((upper ? i > j : i < j) && r.at(i, j) != 0.0) wrong = "not a triangle";
    }
    bool right() const {
        if (!wrong.empty())
            std::printf("solve kind %d of %s, %lld x %lld, batch %lld: %s\n", static_cast<int>(task.kind), type.name(),
                        static_cast<long long>(m), static_cast<long long>(n), static_cast<long long>(batch), wrong.c_str());
        return wrong.empty();
    }
};

// Now and then matrices beyond what batched functions take.
int64_t some_batch() { return pick({1, 1, 2, 5}); }
int64_t some_size() { return below(80) == 0 ? 260 : pick({1, 2, 3, 4, 7, 16, 33, 40}); }

bool check_lu() {
    const int64_t n = some_size();
    Case x(Solver::lu, n, n, some_batch());
    Stack pivots(types::float64_, n, 1, x.batch);
    x.task.values = pivots.data();
    x.run();
    pivots.fetch();
    for (int64_t b = 0; b < x.batch; ++b) {
        const Matrix f = x.stack.get(b);
        Matrix l = identity(n), u(n, n);
        for (int64_t j = 0; j < n; ++j)
            for (int64_t i = 0; i < n; ++i) (i > j ? l : u).at(i, j) = f.at(i, j);
        Matrix product = l * u;
        for (int64_t i = n - 1; i >= 0; --i) {
            int64_t other = 0;
            std::memcpy(&other, pivots.first(b) + i, 8);
            if (other < i || other >= n) return x.wrong = "pivots", x.right();
            for (int64_t j = 0; j < n; ++j) std::swap(product.at(i, j), product.at(other, j));
        }
        x.near(product - x.a[static_cast<size_t>(b)], l.norm() * u.norm(), "P L U");
    }
    return x.right();
}

bool check_systems() {
    const int64_t n = some_size(), columns = pick({1, 2, 5});
    const bool inverse = below(2), singular = below(4) == 0;
    Case x(inverse ? Solver::inverse : Solver::solve, n, n, some_batch());
    x.task.k = columns;
    Stack sides(x.type, n, columns, x.batch);
    std::vector<Matrix> b;
    for (int64_t i = 0; i < x.batch; ++i) {
        b.push_back(x.random(n, columns));
        sides.set(i, b.back());
    }
    sides.send();
    x.task.x = sides.data();
    const int64_t bad = below(x.batch);
    if (singular)
        for (int64_t i = 0; i < n; ++i) x.a[static_cast<size_t>(bad)].at(i, 0) = 0;
    x.run(singular ? bad : kSolved);
    if (singular) return x.right();
    sides.fetch();
    for (int64_t i = 0; i < x.batch; ++i) {
        const Matrix& a = x.a[static_cast<size_t>(i)];
        const Matrix found = inverse ? x.stack.get(i) : sides.get(i);
        x.near(a * found - (inverse ? identity(n) : b[static_cast<size_t>(i)]), a.norm() * found.norm(), "a x - b");
    }
    return x.right();
}

bool check_cholesky() {
    const int64_t n = some_size();
    Case x(Solver::cholesky, n, n, some_batch());
    x.task.upper = below(2);
    const int64_t bad = below(4) ? kSolved : below(x.batch);
    std::vector<Matrix> whole;
    for (Matrix& a : x.a) {
        a = a * adjoint(a);
        for (int64_t i = 0; i < n; ++i) a.at(i, i) += 1;
        whole.push_back(a);
        for (int64_t j = 0; j < n; ++j)
            for (int64_t i = 0; i < n; ++i)
                if (x.task.upper ? i > j : i < j) a.at(i, j) = 77;  // not to be read
    }
    if (bad >= 0) x.a[static_cast<size_t>(bad)].at(n - 1, n - 1) = -1e6;
    x.run(bad);
    for (int64_t i = 0; bad < 0 && i < x.batch; ++i) {
        const Matrix f = x.stack.get(i);
        x.triangular(f, x.task.upper);
        x.near((x.task.upper ? adjoint(f) * f : f * adjoint(f)) - whole[static_cast<size_t>(i)], f.norm() * f.norm(), "L L^H");
    }
    return x.right();
}

bool check_qr() {
    const int64_t m = some_size(), n = m == 260 ? 3 : some_size() % 64 + 1, p = std::min(m, n);
    Case x(below(4) ? Solver::qr : Solver::qr_raw, m, n, some_batch());
    x.task.full = below(2);
    const int64_t kept = x.task.full ? m : p;
    Stack q(x.type, m, kept, x.batch), r(x.type, kept, n, x.batch), tau(x.type, p, 1, x.batch);
    const bool raw = x.task.kind == Solver::qr_raw, alone = !raw && below(3) == 0;
    x.task.x = alone ? nullptr : q.data();
    x.task.y = r.data();
    x.task.values = raw ? tau.data() : nullptr;
    x.run();
    q.fetch();
    r.fetch();
    for (int64_t i = 0; i < x.batch; ++i) {
        const Matrix& a = x.a[static_cast<size_t>(i)];
        Matrix upper = raw ? x.stack.get(i) : r.get(i);
        if (raw)
            for (int64_t j = 0; j < n; ++j)
                for (int64_t k = j + 1; k < m; ++k) upper.at(k, j) = 0;
        x.triangular(upper, true);
        if (raw || alone) {
            x.near(adjoint(upper) * upper - adjoint(a) * a, a.norm() * a.norm(), "r^H r");
            continue;
        }
        x.near(q.get(i) * upper - a, a.norm(), "q r");
        x.unitary(q.get(i), "q");
    }
    return x.right();
}

bool check_svd() {
    const int64_t m = some_size() % 64 + 1, n = some_size() % 64 + 1, p = std::min(m, n);
    Case x(Solver::svd, m, n, some_batch());
    x.task.full = below(2);
    const bool vectors = below(4) != 0;
    Stack u(x.type, m, x.task.full ? m : p, x.batch), vh(x.type, x.task.full ? n : p, n, x.batch);
    Stack s(types::float64_, p, 1, x.batch);
    x.task.values = s.data();
    x.task.x = vectors ? u.data() : nullptr;
    x.task.y = vectors ? vh.data() : nullptr;
    x.run();
    u.fetch();
    vh.fetch();
    s.fetch();
    for (int64_t i = 0; i < x.batch; ++i) {
        const Matrix& a = x.a[static_cast<size_t>(i)];
        const Matrix values = s.get(i);
        for (int64_t k = 1; k < p; ++k)
            if (!(values.at(k - 1, 0).real() >= values.at(k, 0).real())) x.wrong = "singular values out of order";
        if (std::abs(values.norm() - a.norm()) > 1e-12 * a.norm()) x.wrong = "singular values";
        if (!vectors) continue;
        const int64_t rows = x.task.full ? m : p, columns = x.task.full ? n : p;
        x.near(u.get(i) * diagonal(rows, columns, values) * vh.get(i) - a, a.norm(), "u s vh");
        x.unitary(u.get(i), "u");
        x.unitary(adjoint(vh.get(i)), "vh");
    }
    return x.right();
}

bool check_eigen() {
    const bool hermitian = below(2);
    const int64_t n = some_size() % 64 + 1;
    Case x(hermitian ? Solver::eigh : Solver::eig, n, n, some_batch());
    x.task.vectors = below(4) != 0;
    x.task.upper = below(2);
    if (hermitian)
        for (Matrix& a : x.a) {
            a = a - adjoint(a);
            if (x.type == types::float64_) a = a * a;
            else for (Number& e : a.data) e *= Number(0, 1);
        }
    Stack values(hermitian ? types::float64_ : types::complex128_, n, 1, x.batch), vectors(types::complex128_, n, n, x.batch);
    x.task.values = values.data();
    x.task.x = vectors.data();
    x.run();
    values.fetch();
    vectors.fetch();
    for (int64_t i = 0; i < x.batch; ++i) {
        const Matrix& a = x.a[static_cast<size_t>(i)];
        const Matrix w = values.get(i);
        Number trace = 0, sum = 0;
        for (int64_t k = 0; k < n; ++k) trace += a.at(k, k), sum += w.at(k, 0);
        if (!(std::abs(trace - sum) <= 1e-12 * static_cast<double>(n) * (a.norm() + 1))) x.wrong = "eigenvalues";
        for (int64_t k = 1; hermitian && k < n; ++k)
            if (!(w.at(k - 1, 0).real() <= w.at(k, 0).real())) x.wrong = "eigenvalues out of order";
        if (!x.task.vectors) continue;
        const Matrix v = hermitian ? x.stack.get(i) : vectors.get(i);
        x.near(a * v - v * diagonal(n, n, w), a.norm() * v.norm(), "a v - v w");
        if (hermitian) x.unitary(v, "vectors");
    }
    return x.right();
}

bool check_least_squares() {
    const int64_t m = some_size() % 64 + 1, n = some_size() % 64 + 1, p = std::min(m, n), rows = std::max(m, n);
    const int64_t columns = pick({1, 3});
    Case x(Solver::lstsq, m, n, pick({1, 1, 2}));
    x.task.k = columns;
    x.task.rcond = 1e-13;
    const bool deficient = p > 1 && below(3) == 0;
    Stack sides(x.type, rows, columns, x.batch), s(types::float64_, p, 1, x.batch), ranks(types::float64_, 1, 1, x.batch);
    std::vector<Matrix> b;
    for (int64_t i = 0; i < x.batch; ++i) {
        Matrix& a = x.a[static_cast<size_t>(i)];
        for (int64_t k = 0; deficient && k < m; ++k) a.at(k, n - 1) = a.at(k, 0);
        if (deficient && m < n)
            for (int64_t k = 0; k < n; ++k) a.at(m - 1, k) = a.at(0, k);
        b.push_back(x.random(rows, columns));
        sides.set(i, b.back());
    }
    sides.send();
    x.task.x = sides.data();
    x.task.values = s.data();
    x.task.y = ranks.data();
    x.run();
    sides.fetch();
    s.fetch();
    ranks.fetch();
    for (int64_t i = 0; i < x.batch; ++i) {
        const Matrix& a = x.a[static_cast<size_t>(i)];
        int64_t rank = 0;
        std::memcpy(&rank, ranks.first(i), 8);
        if (rank != p - deficient) x.wrong = "rank " + std::to_string(rank);
        const double smallest = s.get(i).at(rank - 1, 0).real(), largest = s.get(i).at(0, 0).real();
        const Matrix found = top(sides.get(i), n), rest = a * found - top(b[static_cast<size_t>(i)], m);
        x.near(adjoint(a) * rest, a.norm() * b[static_cast<size_t>(i)].norm() * largest / smallest, "a^H (a x - b)");
        double below_solution = 0;
        for (int64_t j = 0; j < columns; ++j)
            for (int64_t k = n; k < m; ++k) below_solution += std::norm(sides.get(i).at(k, j));
        if (m > n && !deficient && std::abs(std::sqrt(below_solution) - rest.norm()) > 1e-9 * b[0].norm() * largest / smallest)
            x.wrong = "the rows below the solution";
    }
    return x.right();
}

}  // namespace

bool check_solve() {
    bool (*const all[])() = {check_lu, check_systems, check_cholesky, check_qr, check_svd, check_eigen, check_least_squares};
    return all[below(7)]();
}
