// LAPACK's symbols in the library that the search for a BLAS found, and whether they solve a small system.
// Must not know where libraries lie, nor tasks.
#include "host/vendor/lapack.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <iterator>
#include <mutex>
#include <thread>

#include "host/vendor/blas.h"
#include "host/vendor/blas_library.h"

namespace lockstep::host::vendor {
namespace {

using scalar::complex128;

struct Found {
    LapackFunctions functions[2] = {};  // d, z
    bool complete = false, wide = false;
    std::string report;
};

constexpr const char* kNames[2][10] = {
    {"dgetrf", "dgetri", "dgetrs", "dpotrf", "dgeqrf", "dorgqr", "dgesdd", "dsyevd", "dgeev", "dgelsd"},
    {"zgetrf", "zgetri", "zgetrs", "zpotrf", "zgeqrf", "zungqr", "zgesdd", "zheevd", "zgeev", "zgelsd"}};

// The first name that is missing, or null.
const char* bind(const BlasLibrary& blas, LapackFunctions* functions) {
    for (int i = 0; i < 2; ++i) {
        LapackFunctions& f = functions[i];
        void** const slots[] = {&f.getrf, &f.getri, &f.getrs, &f.potrf, &f.geqrf,
                                &f.orgqr, &f.gesdd, &f.heevd, &f.geev,  &f.gelsd};
        for (size_t k = 0; k < std::size(slots); ++k)
            if (!(*slots[k] = blas.fortran(kNames[i][k]))) return kNames[i][k];
    }
    return nullptr;
}

// Whether x, y of 2 x + y = 5, x + 3 y = 10 come out as 1 and 3: not so when sizes have another width than
// thought.
template <class T, class I>
bool solves(const LapackFunctions& f) {
    T a[4] = {}, b[2] = {};
    const auto set = [](T& to, double value) {
        if constexpr (std::is_same_v<T, complex128>)
            to = {value, 0};
        else
            to = value;
    };
    const double coefficients[] = {2, 1, 1, 3}, right[] = {5, 10}, expected[] = {1, 3};
    for (int i = 0; i < 4; ++i) set(a[i], coefficients[i]);
    for (int i = 0; i < 2; ++i) set(b[i], right[i]);
    I pivots[2] = {}, info = 0;
    const I n = 2, one = 1;
    using Factor = void(const I*, const I*, T*, const I*, I*, I*);
    using Solve =
        void(const char*, const I*, const I*, const T*, const I*, const I*, T*, const I*, I*, size_t);
    reinterpret_cast<Factor*>(f.getrf)(&n, &n, a, &n, pivots, &info);
    if (info != 0) return false;
    reinterpret_cast<Solve*>(f.getrs)("N", &n, &one, a, &n, pivots, b, &n, &info, 1);
    const auto near = [](T x, double value) {
        if constexpr (std::is_same_v<T, complex128>)
            return std::fabs(x.re - value) < 1e-14 && x.im == 0;
        else
            return std::fabs(x - value) < 1e-14;
    };
    return info == 0 && near(b[0], expected[0]) && near(b[1], expected[1]);
}

template <class I>
bool solves_all(const LapackFunctions* functions) {
    return solves<double, I>(functions[0]) && solves<complex128, I>(functions[1]);
}

Found find() {
    Found found;
    const BlasLibrary* const blas = blas_library();
    if (!blas) {
        found.report = "LAPACK: none, as there is no BLAS library";
        return found;
    }
    const char* const missing = bind(*blas, found.functions);
    found.wide = blas->wide();
    if (missing) {
        found.report = "LAPACK: none: " + blas->path() + " has no " + missing;
    } else if (!(found.wide ? solves_all<int64_t>(found.functions) : solves_all<int32_t>(found.functions))) {
        found.report = "LAPACK: none: " + blas->path() + " solves a system of 2 equations wrong";
    } else {
        found.complete = true;
        found.report = "LAPACK: " + blas->path();
    }
    return found;
}

const Found& found() {
    static const Found& result = *new Found(find());  // never destroyed, as the library itself
    return result;
}

std::mutex& several_threads() {
    static std::mutex& mutex = *new std::mutex;
    return mutex;
}

int running_threads() {  // of the whole machine, this one included
    int running = 1;
    if (std::FILE* const file = std::fopen("/proc/loadavg", "r")) {
        if (std::fscanf(file, "%*f %*f %*f %d/", &running) != 1) running = 1;
        std::fclose(file);
    }
    return running;
}

// Whether others leave no processor idle: the library's threads spin, and beside as many others as there are processors
// singular values of 300x300 took 99 ms instead of 14. Our own threads that have just become idle spin, too, for less than
// half a millisecond: eigh of 1000x1000, after a copy by all threads, took 139 ms instead of 87 every second time.
bool processors_are_taken() {
    const int processors = static_cast<int>(std::thread::hardware_concurrency());
    for (int looks = 0; looks < 8; ++looks) {
        if (running_threads() <= processors) return false;
        std::this_thread::sleep_for(std::chrono::microseconds(50));
    }
    return true;
}

}  // namespace

bool lapack_loaded() { return found().complete; }
bool lapack_wide() { return found().wide; }
std::string lapack_report() { return found().report; }

template <>
const LapackFunctions& lapack_functions<double>() {
    return found().functions[0];
}
template <>
const LapackFunctions& lapack_functions<complex128>() {
    return found().functions[1];
}

LapackThreads::LapackThreads(int threads) : threads_(threads > 1 && processors_are_taken() ? 1 : threads) {
    if (threads_ < 2) return;
    several_threads().lock();
    blas_library()->set_threads(threads_);
}

LapackThreads::~LapackThreads() {
    if (threads_ < 2) return;
    blas_library()->set_threads(1);
    several_threads().unlock();
}

}  // namespace lockstep::host::vendor
