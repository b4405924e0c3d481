// LAPACK by Fortran's interface, out of the library that the search for a BLAS found (blas.h); never linked.
// Must not know arrays or tasks.
#pragma once

#include <stdint.h>

#include <memory>
#include <string>
#include <type_traits>

#include "runtime/scalar/config.h"

namespace lockstep::host::vendor {

// False when there is no library, it has no LAPACK, or that solves a small system wrong. The outcome is final
// for the process; all functions are thread-safe.
bool lapack_loaded();
// Whether integers have 64 bits.
bool lapack_wide();
// One line: the library, or why there is no LAPACK.
std::string lapack_report();

// While it lives, calls may use up to `threads` threads of the library's own, unless others take all processors;
// one such call at a time. Others, which run meanwhile with one thread each otherwise, may then use them,
// too. On a busy machine there is one: the library's threads spin until the last has had its turn (singular
// values of 300x300 took 14 ms with one and 99 with two beside six busy processes on two processors).
class LapackThreads {
  public:
    explicit LapackThreads(int threads);
    ~LapackThreads();
    LapackThreads(const LapackThreads&) = delete;
    LapackThreads& operator=(const LapackThreads&) = delete;

  private:
    int threads_;
};

// The functions of one type, double or complex128, under their real or complex names.
struct LapackFunctions {
    void *getrf, *getri, *getrs, *potrf, *geqrf, *orgqr, *gesdd, *heevd, *geev, *gelsd;
};
template <class T>
const LapackFunctions& lapack_functions();

// Calls with integers of type I: int64_t or int32_t, as lapack_wide() says. Matrices are column-major. Those
// with a `work` of length -1 only write there how long it ought to be. All return LAPACK's info.
template <class T, class I>
struct Lapack {
    static constexpr bool is_complex = std::is_same_v<T, scalar::complex128>;
    using Real = double;

    static int64_t getrf(I m, I n, T* a, I* pivots) {
        I info = 0;
        call(lapack_functions<T>().getrf, &m, &n, a, &m, pivots, &info);
        return info;
    }
    static int64_t getri(I n, T* a, const I* pivots, T* work, I length) {
        I info = 0;
        call(lapack_functions<T>().getri, &n, a, &n, pivots, work, &length, &info);
        return info;
    }
    static int64_t getrs(I n, I k, const T* lu, const I* pivots, T* b) {
        I info = 0;
        call(lapack_functions<T>().getrs, "N", &n, &k, lu, &n, pivots, b, &n, &info, size_t{1});
        return info;
    }
    static int64_t potrf(bool upper, I n, T* a) {
        I info = 0;
        call(lapack_functions<T>().potrf, upper ? "U" : "L", &n, a, &n, &info, size_t{1});
        return info;
    }
    static int64_t geqrf(I m, I n, T* a, T* tau, T* work, I length) {
        I info = 0;
        call(lapack_functions<T>().geqrf, &m, &n, a, &m, tau, work, &length, &info);
        return info;
    }
    // q[m,n] from k reflectors in its first k columns
    static int64_t orgqr(I m, I n, I k, T* q, const T* tau, T* work, I length) {
        I info = 0;
        call(lapack_functions<T>().orgqr, &m, &n, &k, q, &m, tau, work, &length, &info);
        return info;
    }
    // job: N, S or A; u has m rows, vh has `vh_rows`. real_work is for complex matrices.
    static int64_t gesdd(const char* job, I m, I n, T* a, Real* s, T* u, T* vh, I vh_rows, T* work, I length,
                         Real* real_work, I* integers) {
        I info = 0;
        void* const f = lapack_functions<T>().gesdd;
        if constexpr (is_complex)
            call(f, job, &m, &n, a, &m, s, u, &m, vh, &vh_rows, work, &length, real_work, integers, &info,
                 size_t{1});
        else
            call(f, job, &m, &n, a, &m, s, u, &m, vh, &vh_rows, work, &length, integers, &info, size_t{1});
        return info;
    }
    static int64_t heevd(bool vectors, bool upper, I n, T* a, Real* w, T* work, I length, Real* real_work,
                         I real_length, I* integers, I integer_length) {
        I info = 0;
        void* const f = lapack_functions<T>().heevd;
        const char *job = vectors ? "V" : "N", *part = upper ? "U" : "L";
        if constexpr (is_complex)
            call(f, job, part, &n, a, &n, w, work, &length, real_work, &real_length, integers,
                 &integer_length, &info, size_t{1}, size_t{1});
        else
            call(f, job, part, &n, a, &n, w, work, &length, integers, &integer_length, &info, size_t{1},
                 size_t{1});
        return info;
    }
    // Eigenvalues of real matrices go to w[0, n) and, their imaginary parts, to w[n, 2n); of complex ones to
    // w[0, n)
    static int64_t geev(bool vectors, I n, T* a, T* w, T* v, T* work, I length, Real* real_work) {
        I info = 0;
        const I one = 1;
        void* const f = lapack_functions<T>().geev;
        const char* const job = vectors ? "V" : "N";
        T none{};
        if constexpr (is_complex)
            call(f, "N", job, &n, a, &n, w, &none, &one, v, &n, work, &length, real_work, &info, size_t{1},
                 size_t{1});
        else
            call(f, "N", job, &n, a, &n, w, w + n, &none, &one, v, &n, work, &length, &info, size_t{1},
                 size_t{1});
        return info;
    }
    static int64_t gelsd(I m, I n, I k, T* a, T* b, I b_rows, Real* s, Real rcond, I* rank, T* work, I length,
                         Real* real_work, I* integers) {
        I info = 0;
        void* const f = lapack_functions<T>().gelsd;
        if constexpr (is_complex)
            call(f, &m, &n, &k, a, &m, b, &b_rows, s, &rcond, rank, work, &length, real_work, integers,
                 &info);
        else
            call(f, &m, &n, &k, a, &m, b, &b_rows, s, &rcond, rank, work, &length, integers, &info);
        return info;
    }

  private:
    // Fortran takes everything by address, and the lengths of strings by value at the end.
    template <class... A>
    static void call(void* function, A... arguments) {
        reinterpret_cast<void (*)(A...)>(function)(arguments...);
    }
};

}  // namespace lockstep::host::vendor
