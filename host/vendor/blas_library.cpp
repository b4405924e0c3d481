// A CBLAS found at run time: OpenBLAS from PyPI or the system, or MKL. Opened on first use, never linked.
// Must not know arrays, nor where libraries lie (blas.cpp does).
#include "host/vendor/blas_library.h"

#include <stdlib.h>

#include <algorithm>
#include <exception>
#include <type_traits>

#include <oneapi/tbb/global_control.h>

#include "host/vendor/blas_check.h"

namespace lockstep::host::vendor {
namespace {

using scalar::complex128;
using scalar::complex64;

constexpr int row_major = 101;

// OpenBLAS chooses its kernels when it is opened, and its older releases take the oldest for a processor they
// do not know (15 instead of 77 GFLOP/s, measured with 0.3.21). So it is told the class of the processor in a
// name that every release knows, unless the user has; the variable is removed again, since other copies may
// be opened later.
class CoreType {
  public:
    CoreType() {
#if defined(__x86_64__)
        if (getenv("OPENBLAS_CORETYPE") != nullptr) return;
        __builtin_cpu_init();
        const char* name = __builtin_cpu_supports("x86-64-v4")   ? "SKYLAKEX"
                           : __builtin_cpu_supports("x86-64-v3") ? "HASWELL"
                                                                 : nullptr;
        set_ = name && setenv("OPENBLAS_CORETYPE", name, 1) == 0;
#endif
    }
    ~CoreType() {
        if (set_) unsetenv("OPENBLAS_CORETYPE");
    }
    CoreType(const CoreType&) = delete;
    CoreType& operator=(const CoreType&) = delete;

  private:
    bool set_ = false;
};

int our_threads() {
    return int(tbb::global_control::active_value(tbb::global_control::max_allowed_parallelism));
}

}  // namespace

BlasLibrary::BlasLibrary(const std::vector<std::string>& paths) {
    for (const std::string& path : paths) {
        try {
            if (try_path(path)) return;
        } catch (const std::exception& error) {
            reject(std::string("failed: ") + error.what());
        }
    }
}

bool BlasLibrary::try_path(const std::string& path) {
    {
        const CoreType core;
        if (!library_.open(path)) return false;
    }
    if (!bind()) {
        reject(
            "has no cblas_sgemm, cblas_dgemm, cblas_cgemm and cblas_zgemm under a known prefix and suffix");
        return false;
    }
    set_threads(our_threads());
    describe();
    const std::string wrong = wrong_product(*this);
    if (wrong.empty()) return true;
    reject("computes wrong results (" + wrong + "; " + description_ + ")");
    return false;
}

void BlasLibrary::reject(const std::string& why) {
    library_.refuse(why);
    std::fill(gemm_, gemm_ + 4, nullptr);
    set_threads_ = nullptr;
    threads_ = 0;
}

// Finds the four products and the width of their integers.
bool BlasLibrary::bind() {
    struct Naming {
        const char *prefix, *suffix;
        bool wide;
    };
    // PyPI's builds, OpenBLAS with 64-bit suffix, MKL's 64-bit interface, and plain names of either width.
    constexpr Naming namings[] = {{"scipy_", "64_", true},
                                  {"scipy_", "", false},
                                  {"", "64_", true},
                                  {"", "_64", true},
                                  {"", "", false}};
    for (const Naming& naming : namings) {
        const auto name = [&](const char* base) { return std::string(naming.prefix) + base + naming.suffix; };
        constexpr const char* products[] = {"cblas_sgemm", "cblas_dgemm", "cblas_cgemm", "cblas_zgemm"};
        void* found[4];
        for (int i = 0; i < 4; ++i) found[i] = library_.symbol(name(products[i]));
        if (std::find(found, found + 4, nullptr) != found + 4) continue;
        wide_ = naming.wide;
        if (const auto config = library_.function<char*()>(name("openblas_get_config")); config && !wide_) {
            wide_ = std::string(config()).find("USE64BITINT") != std::string::npos;
        }
        set_threads_ = library_.function<void(int)>(name("openblas_set_num_threads"));
        if (!set_threads_) set_threads_ = library_.function<void(int)>("MKL_Set_Num_Threads");
        std::copy(found, found + 4, gemm_);
        return true;
    }
    return false;
}

void BlasLibrary::describe() {
    std::string config = "unknown CBLAS", core = "unknown";
    for (const char* affixes : {"scipy_%64_", "scipy_%", "%64_", "%"}) {
        const auto name = [&](const char* base) {
            return std::string(affixes).replace(std::string(affixes).find('%'), 1, base);
        };
        if (const auto f = library_.function<char*()>(name("openblas_get_config"))) config = f();
        if (const auto f = library_.function<char*()>(name("openblas_get_corename"))) core = f();
    }
    if (const auto f = library_.function<void(char*, int)>("MKL_Get_Version_String")) {
        char text[256] = {};
        f(text, int(sizeof text) - 1);
        config = text;
        core = "chosen by MKL";
    }
    description_ = config + "; core type " + core + "; " + (wide_ ? "64" : "32") + "-bit sizes";
}

std::string BlasLibrary::report() const {
    std::string text =
        loaded() ? "BLAS: " + library_.path() + " (" + description_ + ")\n" : "BLAS: our own product\n";
    for (const Library::Attempt& attempt : library_.attempts()) {
        text += "  tried " + attempt.path + ": " + (attempt.error.empty() ? "in use" : attempt.error) + "\n";
    }
    return text;
}

void BlasLibrary::set_threads(int threads) const {
    if (set_threads_ && threads_.exchange(threads) != threads) set_threads_(threads);
}

template <class T>
void BlasLibrary::gemm(Transposed a_op, Transposed b_op, int64_t m, int64_t n, int64_t k, const T* a,
                       int64_t lda, const T* b, int64_t ldb, T* c, int64_t ldc) const {
    constexpr bool is_complex = std::is_same_v<T, complex64> || std::is_same_v<T, complex128>;
    constexpr int which = (is_complex ? 2 : 0) + (std::is_same_v<T, double> || std::is_same_v<T, complex128>);
    const auto call = [&](auto width) {
        using I = decltype(width);
        const auto pass = [&](auto one, auto zero) {
            using Scale = decltype(one);
            using Product = void(int, int, int, I, I, I, Scale, const T*, I, const T*, I, Scale, T*, I);
            reinterpret_cast<Product*>(gemm_[which])(row_major, int(a_op), int(b_op), I(m), I(n), I(k), one,
                                                     a, I(lda), b, I(ldb), zero, c, I(ldc));
        };
        if constexpr (is_complex) {
            const T one = {1, 0}, zero = {0, 0};
            pass(&one, &zero);
        } else {
            pass(T(1), T(0));
        }
    };
    wide_ ? call(int64_t()) : call(int32_t());
}

#define LS_INSTANTIATE(T)                                                                                    \
    template void BlasLibrary::gemm<T>(Transposed, Transposed, int64_t, int64_t, int64_t, const T*, int64_t, \
                                       const T*, int64_t, T*, int64_t) const;
LS_INSTANTIATE(float)
LS_INSTANTIATE(double)
LS_INSTANTIATE(complex64)
LS_INSTANTIATE(complex128)
#undef LS_INSTANTIATE

}  // namespace lockstep::host::vendor
