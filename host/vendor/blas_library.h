// A CBLAS opened at run time: its symbols, the width of its integers, its check.
// Must not know arrays, nor where libraries lie (blas.cpp does).
#pragma once

#include <stdint.h>

#include <atomic>
#include <string>
#include <vector>

#include "host/vendor/library.h"
#include "runtime/scalar/config.h"

namespace lockstep::host::vendor {

enum class Transposed : int { no = 111, yes = 112 };  // CBLAS's own numbers

class BlasLibrary {
  public:
    // Opens the first of `paths` that is a CBLAS and computes right; without one loaded() is false.
    explicit BlasLibrary(const std::vector<std::string>& paths);

    bool loaded() const { return gemm_[0] != nullptr; }
    // Every path tried with its error, the library in use, its configuration and core type.
    std::string report() const;
    // Whether sizes and leading dimensions up to `largest` can be passed.
    bool fits(int64_t largest) const { return wide_ || largest <= INT32_MAX; }
    // C[m,n] = op(A) op(B), row-major, leading dimensions in elements. Needs loaded() and fits().
    template <class T>
    void gemm(Transposed a_op, Transposed b_op, int64_t m, int64_t n, int64_t k, const T* a, int64_t lda,
              const T* b, int64_t ldb, T* c, int64_t ldc) const;
    // Tells the library how many threads to use, if it does not know yet.
    void set_threads(int threads) const;

  private:
    bool try_path(const std::string& path);
    void reject(const std::string& why);
    bool bind();
    void describe();

    Library library_;
    std::string description_;
    bool wide_ = false;
    void* gemm_[4] = {};  // s, d, c, z
    void (*set_threads_)(int) = nullptr;
    mutable std::atomic<int> threads_{0};  // what the library was told last
};

}  // namespace lockstep::host::vendor
