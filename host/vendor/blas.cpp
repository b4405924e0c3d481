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

#include "host/vendor/blas_library.h"
#include "host/vendor/blas_product.h"

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
                             "libmkl_rt.so", "libmkl_rt.so.3", "libmkl_rt.so.2"}) {
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

}  // namespace

bool blas_loaded() { return found().library && found().library->loaded(); }

const BlasLibrary* blas_library() { return blas_loaded() ? found().library.get() : nullptr; }

std::string blas_report() {
    return found().library ? found().library->report() : "BLAS: our own product (" + found().reason + ")\n";
}

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
    blas_product<T>(blas, m, n, k, {a, a_row, a_col}, {b, b_row, b_col}, {c, c_row, c_col});
    return true;
}

template <class T>
bool blas_conjugated_dot(int64_t n, const T* x, int64_t x_step, const T* y, int64_t y_step, T& sum) {
    if (!blas_loaded() || n <= 0 || x_step == 0 || y_step == 0) return false;
    const BlasLibrary& blas = *found().library;
    if (!blas.has_conjugated_dot() || !blas.fits(std::max({n, std::abs(x_step), std::abs(y_step)})))
        return false;
    sum = long_dot<T>(blas, n, x, x_step, y, y_step, true);
    return true;
}

using scalar::complex128;
using scalar::complex64;
template bool blas_conjugated_dot<complex64>(int64_t, const complex64*, int64_t, const complex64*, int64_t,
                                             complex64&);
template bool blas_conjugated_dot<complex128>(int64_t, const complex128*, int64_t, const complex128*, int64_t,
                                              complex128&);

#define LS_INSTANTIATE(T)                                                                                \
    template bool blas_gemm<T>(int64_t, int64_t, int64_t, const T*, int64_t, int64_t, const T*, int64_t, \
                               int64_t, T*, int64_t, int64_t);
LS_INSTANTIATE(float)
LS_INSTANTIATE(double)
LS_INSTANTIATE(scalar::complex64)
LS_INSTANTIATE(scalar::complex128)
#undef LS_INSTANTIATE

}  // namespace lockstep::host::vendor
