// A CBLAS opened at run time: its symbols, the width of its integers, its check.
// Must not know arrays, nor where libraries lie (blas.cpp does).
#pragma once

#include <stdint.h>

#include <string>
#include <vector>

#include "runtime/exec/library.h"
#include "runtime/scalar/config.h"

namespace lockstep::host::vendor {

enum class Transposed : int { no = 111, yes = 112 };  // CBLAS's own numbers

class BlasLibrary {
  public:
    // Opens the first of `paths` that is a CBLAS and computes right; without one loaded() is false. The
    // library is told to use the calling thread only; several threads may call it at once.
    explicit BlasLibrary(const std::vector<std::string>& paths);

    bool loaded() const { return functions_[0].gemm != nullptr; }
    // Every path tried with its error, the library in use, its configuration and core type.
    std::string report() const;
    // Whether sizes and leading dimensions up to `largest` can be passed.
    bool fits(int64_t largest) const { return wide_ || largest <= INT32_MAX; }
    // C[m,n] = op(A) op(B), row-major, leading dimensions in elements. Needs loaded() and fits().
    template <class T>
    void gemm(Transposed a_op, Transposed b_op, int64_t m, int64_t n, int64_t k, const T* a, int64_t lda,
              const T* b, int64_t ldb, T* c, int64_t ldc) const;
    // y = op(A) x for A of m rows and n columns as stored; increments may be negative (CBLAS's convention: x
    // and y are then the lowest addresses) but not zero.
    template <class T>
    void gemv(Transposed op, int64_t m, int64_t n, const T* a, int64_t lda, const T* x, int64_t x_step, T* y,
              int64_t y_step) const;
    // The sum of x[i] * y[i]; `conjugate`: of conj(x[i]) * y[i], for complex types where has_conjugated_dot().
    template <class T>
    T dot(int64_t n, const T* x, int64_t x_step, const T* y, int64_t y_step, bool conjugate = false) const;
    bool has_conjugated_dot() const { return functions_[2].conjugated_dot && functions_[3].conjugated_dot; }
    // A function with Fortran's interface by its plain name ("dgesv"), or null.
    void* fortran(const char* base) const;
    bool wide() const { return wide_; }  // integers of 64 bits
    const std::string& path() const { return library_.path(); }
    // How many threads its calls may use from now on, for the whole process. Only OpenBLAS has more than one.
    void set_threads(int threads) const;

  private:
    bool try_path(const std::string& path);
    void reject(const std::string& why);
    bool bind();
    void describe();
    std::string name(const char* base) const { return prefix_ + base + suffix_; }

    Library library_;
    std::string description_, prefix_, suffix_;
    bool wide_ = false;
    struct Functions {
        void *gemm, *gemv, *dot, *conjugated_dot;  // the last may be missing
    };
    Functions functions_[4] = {};  // s, d, c, z
};

}  // namespace lockstep::host::vendor
