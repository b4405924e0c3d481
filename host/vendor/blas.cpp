// Matrix products through a vendor's CBLAS: where to look for one, and any strides mapped to what it can
// describe. Must not know how a library names its symbols (blas_library.cpp does).
#include "host/vendor/blas.h"

#include <algorithm>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <memory>
#include <sstream>
#include <vector>

#include <oneapi/tbb/global_control.h>

#include "host/vendor/blas_library.h"

// Environments made by the build, colon-separated: their roots, site-packages folders or library folders.
#ifndef LOCKSTEP_BLAS_HINTS
#define LOCKSTEP_BLAS_HINTS ""
#endif

namespace lockstep::host::vendor {
namespace {

namespace fs = std::filesystem;

constexpr const char* pypi_file = "scipy_openblas64/lib/libscipy_openblas64_.so";

// The file of PyPI's scipy-openblas64 in its own folder, in a site-packages folder, or in a Python
// environment.
void add_environment(const std::string& root, std::vector<std::string>& paths) {
    if (root.empty() || root[0] != '/') return;  // never the working directory
    std::error_code error;
    for (const fs::path& file :
         {fs::path(root) / fs::path(pypi_file).filename(), fs::path(root) / pypi_file}) {
        if (fs::exists(file, error)) paths.push_back(file.string());
    }
    for (fs::directory_iterator it(fs::path(root) / "lib", error), end; !error && it != end;
         it.increment(error)) {
        if (it->path().filename().string().rfind("python3", 0) != 0) continue;
        const fs::path file = it->path() / "site-packages" / pypi_file;
        std::error_code unreadable;
        if (fs::exists(file, unreadable)) paths.push_back(file.string());
    }
}

std::vector<std::string> candidates() {
    std::vector<std::string> paths;
    if (const char* chosen = getenv("LOCKSTEP_BLAS"); chosen && *chosen) paths.push_back(chosen);
    if (const char* environment = getenv("VIRTUAL_ENV")) add_environment(environment, paths);
    std::istringstream hints(LOCKSTEP_BLAS_HINTS);
    for (std::string hint; std::getline(hints, hint, ':');) add_environment(hint, paths);
    // As a Python package we lie in site-packages/lockstep/ or one folder below it.
    const fs::path own = Library::own_folder();
    if (!own.empty()) {
        add_environment(own.parent_path().string(), paths);
        add_environment(own.parent_path().parent_path().string(), paths);
    }
    for (const char* name : {"libscipy_openblas64_.so", "libopenblas64.so.0", "libopenblas.so.0",
                             "libmkl_rt.so", "libmkl_rt.so.2"}) {
        paths.push_back(name);
    }
    std::vector<std::string> distinct;
    for (const std::string& path : paths) {
        if (std::find(distinct.begin(), distinct.end(), path) == distinct.end()) distinct.push_back(path);
    }
    return distinct;
}

struct Search {
    std::unique_ptr<const BlasLibrary> library;  // null: none was looked for, or the search failed
    std::string reason;
};

Search search() noexcept {
    try {
        const char* const chosen = getenv("LOCKSTEP_BLAS");
        if (chosen && std::string(chosen) == "none") return {nullptr, "LOCKSTEP_BLAS is none"};
        return {std::make_unique<const BlasLibrary>(candidates()), ""};
    } catch (const std::exception&) {
        return {nullptr, "the search failed"};  // short enough not to allocate
    }
}

const Search& found() {
    // Never destroyed: threads of the program may still multiply while it exits.
    static const Search& search_result = *new Search(search());
    return search_result;
}

// A matrix as CBLAS wants it: rows (or columns, when transposed) of unit stride, `lead` elements apart.
template <class T>
struct Operand {
    T* data;
    Transposed op;
    int64_t lead;
    std::unique_ptr<T[]> copy;
};

// Whether the matrix needs no copy; sets op and lead. A single row or column may have any stride across it.
template <class T>
bool describe(int64_t m, int64_t n, int64_t row, int64_t col, Operand<T>& operand) {
    if ((col == 1 || n == 1) && (row >= n || m == 1)) {
        operand.op = Transposed::no;
        operand.lead = m == 1 ? n : row;
        return true;
    }
    if ((row == 1 || m == 1) && (col >= m || n == 1)) {
        operand.op = Transposed::yes;
        operand.lead = n == 1 ? m : col;
        return true;
    }
    return false;
}

// Room for a dense copy, in whichever order follows memory.
template <class T>
void make_copy(int64_t m, int64_t n, int64_t row, int64_t col, Operand<T>& operand) {
    const bool by_columns = std::abs(row) < std::abs(col);
    operand.copy = std::make_unique_for_overwrite<T[]>(size_t(m) * size_t(n));
    operand.data = operand.copy.get();
    operand.op = by_columns ? Transposed::yes : Transposed::no;
    operand.lead = by_columns ? m : n;
}

template <class T>
void copy(int64_t m, int64_t n, const T* from, int64_t from_row, int64_t from_col, T* to, int64_t to_row,
          int64_t to_col) {
    if (std::abs(from_row) < std::abs(from_col))
        return copy(n, m, from, from_col, from_row, to, to_col, to_row);
    for (int64_t i = 0; i < m; ++i) {
        for (int64_t j = 0; j < n; ++j) to[i * to_row + j * to_col] = from[i * from_row + j * from_col];
    }
}

template <class T>
Operand<const T> input(int64_t m, int64_t n, const T* data, int64_t row, int64_t col) {
    Operand<const T> operand{data, Transposed::no, 0, nullptr};
    if (describe(m, n, row, col, operand)) return operand;
    Operand<T> dense{};
    make_copy(m, n, row, col, dense);
    const bool by_columns = dense.op == Transposed::yes;
    copy(m, n, data, row, col, dense.data, by_columns ? 1 : n, by_columns ? m : 1);
    return {dense.data, dense.op, dense.lead, std::move(dense.copy)};
}

}  // namespace

bool blas_loaded() { return found().library && found().library->loaded(); }

std::string blas_report() {
    return found().library ? found().library->report() : "BLAS: our own product (" + found().reason + ")\n";
}

namespace {

template <class T>
struct Strided {
    T* data;
    int64_t row, col;
};

// Below this many multiply-adds a library computes in the calling thread, and asking TBB costs more than it.
constexpr double threaded_work = 1e4;

void pass_threads(const BlasLibrary& blas, double work) {
    if (work < threaded_work) return;
    blas.set_threads(int(tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism)));
}

// A vector of nonzero step as CBLAS has it: for negative steps the lowest address.
template <class T>
T* lowest(T* first, int64_t n, int64_t step) {
    return step < 0 ? first + (n - 1) * step : first;
}

// y = A x, when x moves and A needs no copy; false otherwise.
template <class T>
bool matrix_vector(const BlasLibrary& blas, int64_t m, int64_t k, Strided<const T> a, const T* x,
                   int64_t x_step, T* y, int64_t y_step) {
    if (k == 1) x_step = 1;
    if (m == 1) y_step = 1;
    Operand<const T> matrix{a.data, Transposed::no, 0, nullptr};
    if (x_step == 0 || y_step == 0) return false;
    if (m == 1 && a.col != 0) {
        *y = blas.dot<T>(k, lowest(a.data, k, a.col), a.col, lowest(x, k, x_step), x_step);
        return true;
    }
    if (!describe(m, k, a.row, a.col, matrix)) return false;
    // beta is 0, but some releases let a NaN in y through.
    for (int64_t i = 0; i < m; ++i) y[i * y_step] = T{};
    const bool flipped = matrix.op == Transposed::yes;
    blas.gemv<T>(matrix.op, flipped ? k : m, flipped ? m : k, matrix.data, matrix.lead, lowest(x, k, x_step),
                 x_step, lowest(y, m, y_step), y_step);
    return true;
}

template <class T>
void matrix_matrix(const BlasLibrary& blas, int64_t m, int64_t n, int64_t k, Strided<const T> a,
                   Strided<const T> b, Strided<T> c) {
    Operand<T> result{c.data, Transposed::no, 0, nullptr};
    const bool direct = describe(m, n, c.row, c.col, result);
    if (!direct) make_copy(m, n, c.row, c.col, result);
    const Operand<const T> left = input(m, k, a.data, a.row, a.col),
                           right = input(k, n, b.data, b.row, b.col);
    if (result.op == Transposed::no) {
        blas.gemm<T>(left.op, right.op, m, n, k, left.data, left.lead, right.data, right.lead, result.data,
                     result.lead);
    } else {
        // C is stored by columns: C^T = B^T A^T.
        const auto flip = [](Transposed op) {
            return op == Transposed::no ? Transposed::yes : Transposed::no;
        };
        blas.gemm<T>(flip(right.op), flip(left.op), n, m, k, right.data, right.lead, left.data, left.lead,
                     result.data, result.lead);
    }
    if (direct) return;
    const bool by_columns = result.op == Transposed::yes;
    copy<T>(m, n, result.data, by_columns ? 1 : n, by_columns ? m : 1, c.data, c.row, c.col);
}

}  // namespace

template <class T>
bool blas_gemm(int64_t m, int64_t n, int64_t k, const T* a, int64_t a_row, int64_t a_col, const T* b,
               int64_t b_row, int64_t b_col, T* c, int64_t c_row, int64_t c_col) {
    if (!blas_loaded() || k <= 0) return false;
    if (m <= 0 || n <= 0) return true;
    const BlasLibrary& blas = *found().library;
    const auto size = [](int64_t x) { return std::abs(x); };
    if (!blas.fits(std::max(
            {m, n, k, size(a_row), size(a_col), size(b_row), size(b_col), size(c_row), size(c_col)}))) {
        return false;
    }
    pass_threads(blas, double(m) * double(n) * double(k));
    if (n == 1 && matrix_vector<T>(blas, m, k, {a, a_row, a_col}, b, b_row, c, c_row)) return true;
    if (m == 1 && matrix_vector<T>(blas, n, k, {b, b_col, b_row}, a, a_col, c, c_col)) return true;
    matrix_matrix<T>(blas, m, n, k, {a, a_row, a_col}, {b, b_row, b_col}, {c, c_row, c_col});
    return true;
}

#define LS_INSTANTIATE(T)                                                                                \
    template bool blas_gemm<T>(int64_t, int64_t, int64_t, const T*, int64_t, int64_t, const T*, int64_t, \
                               int64_t, T*, int64_t, int64_t);
LS_INSTANTIATE(float)
LS_INSTANTIATE(double)
LS_INSTANTIATE(scalar::complex64)
LS_INSTANTIATE(scalar::complex128)
#undef LS_INSTANTIATE

}  // namespace lockstep::host::vendor
