// A CBLAS found at run time: OpenBLAS from PyPI or the system, or MKL. Opened on first use, never linked.
// Must not know arrays, nor where libraries lie (blas.cpp does).
#include "host/vendor/blas_library.h"

#include <stdlib.h>

#include <algorithm>
#include <exception>
#include <optional>
#include <type_traits>

#include "host/vendor/blas_check.h"

namespace lockstep::host::vendor {
namespace {

using scalar::complex128;
using scalar::complex64;

constexpr int row_major = 101;

// An environment variable with our value while a library is opened. It is restored, since other copies of the
// library may be opened later. (As ever with setenv, no other thread should be changing the environment at
// that moment.)
class Setting {
  public:
    Setting(const char* name, const char* value) : name_(name) {
        if (const char* before = getenv(name)) before_ = before;
        setenv(name, value, 1);
    }
    ~Setting() {
        if (before_) {
            setenv(name_, before_->c_str(), 1);
        } else {
            unsetenv(name_);
        }
    }
    Setting(const Setting&) = delete;
    Setting& operator=(const Setting&) = delete;

  private:
    const char* name_;
    std::optional<std::string> before_;
};

// OpenBLAS chooses its kernels when it is opened, and its older releases take the oldest for a processor they
// do not know (15 instead of 77 GFLOP/s, measured with 0.3.21). So it is told the class of the processor in a
// name that every release knows, unless the user has. Null: leave it to the library.
const char* core_type() {
    if (getenv("OPENBLAS_CORETYPE") != nullptr) return nullptr;
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("x86-64-v4")) return "SKYLAKEX";
    if (__builtin_cpu_supports("x86-64-v3")) return "HASWELL";
#endif
    return nullptr;
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
    // The threads are ours (blas_product.cpp says why). MKL reads its variable at the first call, inside the
    // check.
    const Setting openblas_threads("OPENBLAS_NUM_THREADS", "1"),
        mkl_threads("MKL_THREADING_LAYER", "SEQUENTIAL");
    std::optional<Setting> core;
    if (const char* type = core_type()) core.emplace("OPENBLAS_CORETYPE", type);
    if (!library_.open(path)) return false;
    if (!bind()) {
        reject("has no cblas_sgemm and its eleven fellows under a known prefix and suffix");
        return false;
    }
    describe();
    const std::string wrong = wrong_products(*this);
    if (wrong.empty()) return true;
    reject("computes wrong results (" + wrong + "; " + description_ + ")");
    return false;
}

void BlasLibrary::reject(const std::string& why) {
    library_.refuse(why);
    std::fill(functions_, functions_ + 4, Functions{});
}

// Finds the functions and the width of their integers.
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
    constexpr const char* names[4][3] = {{"cblas_sgemm", "cblas_sgemv", "cblas_sdot"},
                                         {"cblas_dgemm", "cblas_dgemv", "cblas_ddot"},
                                         {"cblas_cgemm", "cblas_cgemv", "cblas_cdotu_sub"},
                                         {"cblas_zgemm", "cblas_zgemv", "cblas_zdotu_sub"}};
    for (const Naming& naming : namings) {
        prefix_ = naming.prefix, suffix_ = naming.suffix;
        Functions found[4];
        bool complete = true;
        for (int i = 0; i < 4; ++i) {
            const auto [gemm, gemv, dot] = names[i];
            found[i] = {library_.symbol(name(gemm)), library_.symbol(name(gemv)), library_.symbol(name(dot)),
                        nullptr};
            complete &= found[i].gemm && found[i].gemv && found[i].dot;
        }
        if (!complete) continue;
        found[2].conjugated_dot = library_.symbol(name("cblas_cdotc_sub"));
        found[3].conjugated_dot = library_.symbol(name("cblas_zdotc_sub"));
        wide_ = naming.wide;
        std::copy(found, found + 4, functions_);
        // For a library that was open already, and read no variable of ours.
        for (const std::string& set :
             {name("openblas_set_num_threads"), std::string("MKL_Set_Num_Threads")}) {
            if (const auto set_threads = library_.function<void(int)>(set)) set_threads(1);
        }
        return true;
    }
    return false;
}

// Reads what the library says of itself: also the width of integers, where names do not tell.
void BlasLibrary::describe() {
    std::string config = "unknown CBLAS", core = "unknown";
    if (const auto f = library_.function<char*()>(name("openblas_get_config"))) config = f();
    if (const auto f = library_.function<char*()>(name("openblas_get_corename"))) core = f();
    if (const auto f = library_.function<void(char*, int)>("MKL_Get_Version_String")) {
        char text[256] = {};
        f(text, int(sizeof text) - 1);
        config = text;
        core = "chosen by MKL";
    }
    wide_ |= config.find("USE64BITINT") != std::string::npos;
    description_ = config + "; core type " + core + "; " + (wide_ ? "64" : "32") + "-bit sizes";
}

void* BlasLibrary::fortran(const char* base) const {
    // Fortran's underscore comes before OpenBLAS's suffix "64_" and is the first of MKL's "_64".
    return library_.symbol(prefix_ + base + (suffix_ == "_64" ? "" : "_") + suffix_);
}

void BlasLibrary::set_threads(int threads) const {
    if (const auto set = library_.function<void(int)>(name("openblas_set_num_threads"))) set(threads);
}

std::string BlasLibrary::report() const {
    std::string text =
        loaded() ? "BLAS: " + library_.path() + " (" + description_ + ")\n" : "BLAS: our own product\n";
    for (const Library::Attempt& attempt : library_.attempts()) {
        text += "  tried " + attempt.path + ": " + (attempt.error.empty() ? "in use" : attempt.error) + "\n";
    }
    return text;
}

namespace {

template <class T>
constexpr bool is_complex = std::is_same_v<T, complex64> || std::is_same_v<T, complex128>;
template <class T>
constexpr int type_number = (is_complex<T> ? 2 : 0) +
                            (std::is_same_v<T, double> || std::is_same_v<T, complex128>);

// Calls f with an integer of the library's width and with alpha = 1 and beta = 0 as CBLAS takes them: complex
// ones by address.
template <class T, class F>
void with_types(bool wide, const F& f) {
    const auto call = [&](auto one, auto zero) { wide ? f(int64_t(), one, zero) : f(int32_t(), one, zero); };
    if constexpr (is_complex<T>) {
        const T one = {1, 0}, zero = {0, 0};
        call(&one, &zero);
    } else {
        call(T(1), T(0));
    }
}

}  // namespace

template <class T>
void BlasLibrary::gemm(Transposed a_op, Transposed b_op, int64_t m, int64_t n, int64_t k, const T* a,
                       int64_t lda, const T* b, int64_t ldb, T* c, int64_t ldc) const {
    with_types<T>(wide_, [&](auto width, auto one, auto zero) {
        using I = decltype(width);
        using S = decltype(one);
        using F = void(int, int, int, I, I, I, S, const T*, I, const T*, I, S, T*, I);
        reinterpret_cast<F*>(functions_[type_number<T>].gemm)(
            row_major, int(a_op), int(b_op), I(m), I(n), I(k), one, a, I(lda), b, I(ldb), zero, c, I(ldc));
    });
}

template <class T>
void BlasLibrary::gemv(Transposed op, int64_t m, int64_t n, const T* a, int64_t lda, const T* x,
                       int64_t x_step, T* y, int64_t y_step) const {
    with_types<T>(wide_, [&](auto width, auto one, auto zero) {
        using I = decltype(width);
        using S = decltype(one);
        using F = void(int, int, I, I, S, const T*, I, const T*, I, S, T*, I);
        reinterpret_cast<F*>(functions_[type_number<T>].gemv)(row_major, int(op), I(m), I(n), one, a, I(lda),
                                                              x, I(x_step), zero, y, I(y_step));
    });
}

template <class T>
T BlasLibrary::dot(int64_t n, const T* x, int64_t x_step, const T* y, int64_t y_step, bool conjugate) const {
    T sum{};
    with_types<T>(wide_, [&](auto width, auto, auto) {
        using I = decltype(width);
        const Functions& functions = functions_[type_number<T>];
        void* const function = conjugate ? functions.conjugated_dot : functions.dot;
        if constexpr (is_complex<T>) {
            using F = void(I, const T*, I, const T*, I, T*);
            reinterpret_cast<F*>(function)(I(n), x, I(x_step), y, I(y_step), &sum);
        } else {
            using F = T(I, const T*, I, const T*, I);
            sum = reinterpret_cast<F*>(function)(I(n), x, I(x_step), y, I(y_step));
        }
    });
    return sum;
}

#define LS_INSTANTIATE(T)                                                                                    \
    template void BlasLibrary::gemm<T>(Transposed, Transposed, int64_t, int64_t, int64_t, const T*, int64_t, \
                                       const T*, int64_t, T*, int64_t) const;                                \
    template void BlasLibrary::gemv<T>(Transposed, int64_t, int64_t, const T*, int64_t, const T*, int64_t,   \
                                       T*, int64_t) const;                                                   \
    template T BlasLibrary::dot<T>(int64_t, const T*, int64_t, const T*, int64_t, bool) const;
LS_INSTANTIATE(float)
LS_INSTANTIATE(double)
LS_INSTANTIATE(complex64)
LS_INSTANTIATE(complex128)
#undef LS_INSTANTIATE

}  // namespace lockstep::host::vendor
