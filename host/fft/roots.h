// Roots of unity exp(-2 pi i k / n), rounded once from long double: at most 0.51 ULP where long double has 64
// bits or more. Must not know plans or layouts.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace lockstep::host::fft {

// The n-th roots, made of two tables of about sqrt(n) factors each, so that a root costs one complex product.
class Roots {
  public:
    explicit Roots(int64_t n);

    // exp(-2 pi i k / n) for 0 <= k < n, as (re, im) to out[0], out[1].
    template <class T>
    void store(int64_t k, T* out) const {
        const Value a = coarse_[static_cast<size_t>(k >> shift_)], b = fine_[static_cast<size_t>(k & mask_)];
        out[0] = static_cast<T>(a.re * b.re - a.im * b.im);
        out[1] = static_cast<T>(a.re * b.im + a.im * b.re);
    }

  private:
    struct Value {
        long double re, im;
    };
    static Value exact(int64_t k, int64_t n);

    int shift_;
    int64_t mask_;
    std::vector<Value> fine_, coarse_;
};

}  // namespace lockstep::host::fft
