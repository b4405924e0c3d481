// Where quantiles lie among n sorted elements: NumPy's 13 methods, in its order of operations and in q's precision.
// Must not know the elements, nor where they are.
#pragma once

#include <cstdint>
#include <vector>

#include "runtime/array/array.h"

namespace lockstep {

enum class QuantileMethod {
    inverted_cdf,
    averaged_inverted_cdf,
    closest_observation,
    interpolated_inverted_cdf,
    hazen,
    weibull,
    linear,
    median_unbiased,
    normal_unbiased,
    lower,
    higher,
    midpoint,
    nearest,
};
QuantileMethod quantile_method(const char* name);  // throws value_error

// The numbers q, from 0 to 1, in host memory.
struct Quantiles {
    std::vector<double> value;
    DType type;        // in which NumPy holds them: bool, an integer or a float
    bool weak = false;  // a Python number, which has no say in the result's type
    Dims shape;
    // q, or q / 100 for `percent`. Throws type_error for complex numbers, value_error outside of the range.
    Quantiles(const Array& q, bool percent);
};

// One quantile among n elements: lies `gamma` of the way from rank `previous` to `next`.
struct QuantilePoint {
    int64_t previous, next;
    double gamma, rest;  // rest: 1 - gamma, rounded as NumPy's
};

class QuantilePoints {
  public:
    QuantilePoints(QuantileMethod method, const Quantiles& q);
    bool interpolates() const { return interpolates_; }  // else the answer is the element of rank `previous`
    DType type() const { return type_; }                 // of gamma
    QuantilePoint at(double q, int64_t n) const;         // n > 0

  private:
    double rounded(double v) const;
    double virtual_index(double q, int64_t n) const;
    int64_t discrete(double q, int64_t n) const;

    QuantileMethod method_;
    bool integers_;  // q is 0 or 1, and NumPy computes with integers
    bool interpolates_;
    DType type_;
};

}  // namespace lockstep
