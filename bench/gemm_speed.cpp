// Speed of our own matrix product, of the product through the BLAS loader, and of an OpenBLAS called
// directly. Usage: gemm_speed [libscipy_openblas64_.so [largest size]]. Minima over interleaved repeats;
// higher is better.
#include <dlfcn.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "host/gemm/gemm.h"
#include "host/gemm/product.h"
#include "host/instruction_set.h"
#include "host/vendor/blas.h"

namespace {

using namespace lockstep;
using scalar::bfloat16, scalar::complex128, scalar::complex64, scalar::float16;

void* direct_library = nullptr;

double seconds() {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

// The least time of each alternative, taken in turn so that other work on the machine hurts all alike.
std::vector<double> times(const std::vector<std::function<void()>>& alternatives, double flops) {
    const int inner = std::max(1, int(2e7 / flops));
    std::vector<double> best(alternatives.size(), 1e9);
    const double end = seconds() + 0.4;
    for (int repeat = 0; repeat < 5 || (seconds() < end && repeat < 200); ++repeat) {
        for (size_t i = 0; i < alternatives.size(); ++i) {
            const double start = seconds();
            for (int j = 0; j < inner; ++j) alternatives[i]();
            best[i] = std::min(best[i], (seconds() - start) / inner);
        }
    }
    return best;
}

template <class T>
struct Values {
    std::unique_ptr<T[]> data;
    explicit Values(int64_t n) : data(new T[size_t(n)]) {
        std::mt19937 engine(7);
        auto* bytes = reinterpret_cast<unsigned char*>(data.get());
        if constexpr (std::is_same_v<T, float> || std::is_same_v<T, complex64>) {
            for (size_t i = 0; i < size_t(n) * sizeof(T) / 4; ++i)
                reinterpret_cast<float*>(bytes)[i] = float(engine() % 1000);
        } else if constexpr (std::is_same_v<T, double> || std::is_same_v<T, complex128>) {
            for (size_t i = 0; i < size_t(n) * sizeof(T) / 8; ++i)
                reinterpret_cast<double*>(bytes)[i] = engine() % 1000;
        } else {
            for (size_t i = 0; i < size_t(n) * sizeof(T); ++i) bytes[i] = engine() & 1;
        }
    }
    T* get() const { return data.get(); }
};

template <class T>
void direct(const char* symbol, int64_t m, int64_t n, int64_t k, const T* a, const T* b, T* c) {
    static void* const function = dlsym(direct_library, symbol);
    if constexpr (std::is_same_v<T, float> || std::is_same_v<T, double>) {
        using F = void(int, int, int, int64_t, int64_t, int64_t, T, const T*, int64_t, const T*, int64_t, T,
                       T*, int64_t);
        reinterpret_cast<F*>(function)(101, 111, 111, m, n, k, 1, a, k, b, n, 0, c, n);
    } else {
        using F = void(int, int, int, int64_t, int64_t, int64_t, const T*, const T*, int64_t, const T*,
                       int64_t, const T*, T*, int64_t);
        const T one = {1, 0}, zero = {0, 0};
        reinterpret_cast<F*>(function)(101, 111, 111, m, n, k, &one, a, k, b, n, &zero, c, n);
    }
}

// y = A x (or x A) for a square A by rows.
template <class T>
void direct_vector(const char* symbol, bool row, int64_t n, const T* a, const T* x, T* y) {
    static void* const function = dlsym(direct_library, symbol);
    using F = void(int, int, int64_t, int64_t, T, const T*, int64_t, const T*, int64_t, T, T*, int64_t);
    reinterpret_cast<F*>(function)(101, row ? 112 : 111, n, n, 1, a, n, x, 1, 0, y, 1);
}

template <class T>
void square(const char* name, const char* symbol, int64_t n) {
    const Values<T> a(n * n), b(n * n), c(n * n);
    const bool is_complex = std::is_same_v<T, complex64> || std::is_same_v<T, complex128>;
    const double flops = (is_complex ? 8.0 : 2.0) * double(n) * double(n) * double(n);
    std::vector<std::function<void()>> runs{
        [&] { host::gemm::multiply<T>(n, n, n, a.get(), n, 1, b.get(), n, 1, c.get(), n, 1); }};
    if (symbol)
        runs.push_back([&] { host::gemm::product<T>(n, n, n, a.get(), n, 1, b.get(), n, 1, c.get(), n, 1); });
    if constexpr (is_complex || std::is_same_v<T, float> || std::is_same_v<T, double>) {
        if (symbol && direct_library)
            runs.push_back([&] { direct<T>(symbol, n, n, n, a.get(), b.get(), c.get()); });
    }
    const std::vector<double> t = times(runs, flops);
    std::printf("%-10s %5lld  own %7.1f G/s", name, (long long)n, flops / t[0] * 1e-9);
    if (t.size() > 1) std::printf("  product %7.1f", flops / t[1] * 1e-9);
    if (t.size() > 2) {
        std::printf("  direct %7.1f  own/direct %.2f  product/direct %.2f", flops / t[2] * 1e-9, t[2] / t[0],
                    t[2] / t[1]);
    }
    std::printf("\n");
    std::fflush(stdout);
}

template <class T>
void vector(const char* name, const char* symbol, bool row, int64_t n) {
    const Values<T> a(n * n), x(n), y(n);
    const double flops = 2.0 * double(n) * double(n);
    const auto with = [&](auto&& product) {
        if (row) {
            product(1, n, n, x.get(), n, 1, a.get(), n, 1, y.get(), n, 1);
        } else {
            product(n, 1, n, a.get(), n, 1, x.get(), 1, 1, y.get(), 1, 1);
        }
    };
    std::vector<std::function<void()>> runs{[&] { with(host::gemm::multiply<T>); },
                                            [&] { with(host::gemm::product<T>); }};
    if constexpr (std::is_same_v<T, float> || std::is_same_v<T, double>) {
        if (direct_library)
            runs.push_back([&] { direct_vector<T>(symbol, row, n, a.get(), x.get(), y.get()); });
    }
    const std::vector<double> t = times(runs, flops);
    const double bytes = double(n) * double(n) * sizeof(T) * 1e-9;
    std::printf("%-10s %5lld %s  own %6.1f GB/s  product %6.1f", name, (long long)n, row ? "x A" : "A x",
                bytes / t[0], bytes / t[1]);
    if (t.size() > 2) {
        std::printf("  direct %6.1f  own/direct %.2f  product/direct %.2f", bytes / t[2], t[2] / t[0],
                    t[2] / t[1]);
    }
    std::printf("\n");
    std::fflush(stdout);
}

// A copy of the file is another library, with threads of its own: ours runs single-threaded.
void open_copy(const char* path) {
    const std::filesystem::path copy =
        std::filesystem::temp_directory_path() / ("gemm_speed_" + std::to_string(getpid()) + ".so");
    std::filesystem::copy_file(path, copy);
    direct_library = dlopen(copy.c_str(), RTLD_NOW | RTLD_LOCAL);
    if (direct_library == nullptr) std::fprintf(stderr, "%s\n", dlerror());
    std::filesystem::remove(copy);
}

}  // namespace

int main(int count, char** arguments) {
    if (count > 1) open_copy(arguments[1]);
    const int64_t largest = count > 2 ? std::atoll(arguments[2]) : 2048;
    std::printf("own: %s\n%s", host::name_of(host::instruction_set()), host::vendor::blas_report().c_str());
    for (int64_t n = 4; n <= largest && !std::getenv("LOCKSTEP_BENCH_VECTORS"); n *= 2) {
        square<float>("float", "scipy_cblas_sgemm64_", n);
        square<double>("double", "scipy_cblas_dgemm64_", n);
        square<complex64>("complex64", "scipy_cblas_cgemm64_", n);
        square<complex128>("complex128", "scipy_cblas_zgemm64_", n);
    }
    for (const int64_t n : {int64_t(64), largest}) {
        square<int8_t>("int8", nullptr, n);
        square<int16_t>("int16", nullptr, n);
        square<int32_t>("int32", nullptr, n);
        square<int64_t>("int64", nullptr, n);
        square<float16>("float16", nullptr, n);
        square<bfloat16>("bfloat16", nullptr, n);
        square<bool>("bool", nullptr, n);
    }
    for (const int64_t n : {int64_t(8), int64_t(64), int64_t(512), 2 * largest}) {
        for (const bool row : {false, true}) {
            vector<float>("float", "scipy_cblas_sgemv64_", row, n);
            vector<double>("double", "scipy_cblas_dgemv64_", row, n);
            vector<int32_t>("int32", nullptr, row, n);
            vector<int8_t>("int8", nullptr, row, n);
        }
    }
}
