// The definition of the transforms, in long double, for the tests of the fast ones; with the bound of
// host/fft/fft.h. Must not know how the fast ones work.
#pragma once

#include <cmath>
#include <complex>
#include <cstdint>
#include <limits>
#include <random>
#include <vector>

#include "host/fft/fft.h"

namespace lockstep::test {

using host::fft::Kind;
using Wide = std::complex<long double>;

inline constexpr Kind all_kinds[] = {Kind::c2c_forward, Kind::c2c_backward, Kind::r2c, Kind::c2r};

inline int64_t in_elements(Kind kind, int64_t n) { return kind == Kind::c2r ? n / 2 + 1 : n; }
inline int64_t out_elements(Kind kind, int64_t n) { return kind == Kind::r2c ? n / 2 + 1 : n; }
inline int64_t in_parts(Kind kind) { return kind == Kind::r2c ? 1 : 2; }
inline int64_t out_parts(Kind kind) { return kind == Kind::c2r ? 1 : 2; }

// The row of n complex values a kind's input row stands for.
template <class T>
std::vector<Wide> widen(Kind kind, int64_t n, const T* in) {
    std::vector<Wide> x(static_cast<size_t>(n));
    const auto at = [&](int64_t j) { return Wide(in[2 * j], in[2 * j + 1]); };
    for (int64_t j = 0; j < n; ++j) {
        Wide& to = x[static_cast<size_t>(j)];
        if (kind == Kind::r2c)
            to = in[j];
        else if (kind != Kind::c2r)
            to = at(j);
        else if (j == 0 || 2 * j == n)
            to = at(j).real();
        else
            to = 2 * j < n ? at(j) : std::conj(at(n - j));
    }
    return x;
}

class Definition {
  public:
    Definition(Kind kind, int64_t n) : n_(n) {
        const bool backward = kind == Kind::c2c_backward || kind == Kind::c2r;
        const long double turn = 2 * std::acos(-1.0L);
        for (int64_t k = 0; k < n; ++k) {
            const long double angle = turn * static_cast<long double>(k) / static_cast<long double>(n);
            roots_.emplace_back(std::cos(angle), backward ? std::sin(angle) : -std::sin(angle));
        }
    }
    Wide result(const std::vector<Wide>& x, int64_t k) const {
        Wide sum = 0;
        for (int64_t j = 0, e = 0; j < n_; ++j) {
            sum += x[static_cast<size_t>(j)] * roots_[static_cast<size_t>(e)];
            e += k;
            if (e >= n_) e -= n_;
        }
        return sum;
    }

  private:
    int64_t n_;
    std::vector<Wide> roots_;
};

// The promise of fft.h, with one more rounding for `scale`.
template <class T>
long double error_bound(int64_t n) {
    return 0.5L * std::numeric_limits<T>::epsilon() * (1 + std::log2(static_cast<long double>(n)));
}

template <class T>
std::vector<T> random_reals(int64_t count, std::mt19937_64& bits) {
    std::normal_distribution<T> normal;
    std::vector<T> x(static_cast<size_t>(count));
    for (T& v : x) v = normal(bits);
    return x;
}

inline std::mt19937_64& bits() {
    static std::mt19937_64 generator(std::random_device{}());
    return generator;
}
inline int64_t random_below(int64_t n) { return static_cast<int64_t>(bits()() % static_cast<uint64_t>(n)); }

inline constexpr int sentinel = 12345;

// A batch of rows with gaps between them, what the transform made of it, and room before and after.
template <class T>
struct Batch {
    Kind kind;
    int64_t n, howmany, in_stride, out_stride;
    T scale;
    std::vector<T> in, out;

    Batch(Kind k, int64_t length, int64_t rows, int64_t in_gap, int64_t out_gap, T factor)
        : kind(k),
          n(length),
          howmany(rows),
          in_stride(in_elements(k, n) + in_gap),
          out_stride(out_elements(k, n) + out_gap),
          scale(factor),
          in(random_reals<T>(in_stride * howmany * in_parts(k), bits())),
          out(static_cast<size_t>(out_stride * howmany * out_parts(k)), T(sentinel)) {}

    const T* in_row(int64_t i) const { return in.data() + i * in_stride * in_parts(kind); }
    T* out_row(int64_t i) { return out.data() + i * out_stride * out_parts(kind); }
    void run() {
        host::fft::transform(kind, n, howmany, in.data(), in_stride, out.data(), out_stride, scale);
    }
};

}  // namespace lockstep::test
