// What calls for draws have in common: parameters cast and checked, the result's shape, `out`, the generator's lock.
// Must not know how a draw is made.
#pragma once

#include <cstdint>

#include "runtime/array/array.h"
#include "runtime/array/axes.h"
#include "runtime/exec/random.h"
#include "runtime/random/generator.h"

namespace lockstep::numpy {

// What NumPy allows a parameter to be. NaN passes unless the name says otherwise.
enum class Limit : uint8_t {
    none,
    non_negative,  // nor -0.0
    positive,
    positive_not_nan,
    probability,  // 0 to 1, no NaN
    probability_not_0,
    probability_not_1,
    above_one,  // no NaN
    poisson,    // 0 to what a draw of int64 can be, no NaN
};

inline constexpr double kLargestPoisson = 9.223372006484771e+18;  // 2^63 - 1 - 10 sqrt(2^63 - 1)

class RandomCall {
  public:
    RandomCall(random::Generator& generator, const Axes& size, const Array* out = nullptr)
        : generator_(generator), size_(size), out_(out) {}
    RandomCall(const RandomCall&) = delete;
    RandomCall& operator=(const RandomCall&) = delete;

    // The next parameter, in the order of the distribution's row; given null: the number.
    RandomCall& number(const char* name, const Array* given, double otherwise, Limit limit);
    RandomCall& number(const char* name, const Array& given, Limit limit) { return number(name, &given, 0, limit); }
    RandomCall& integer(const char* name, const Array& given);  // not negative

    // Calls check with one value of each parameter for every combination that broadcasting makes.
    void each(void (*check)(const DrawParameter* values)) const;
    // The second parameter becomes what it is above the first.
    void subtract_first();

    // A legacy generator draws what RandomState does.
    Array draw(Distribution wanted);

  private:
    Dims shape() const;
    Array target(DType type) const;
    Array host_values(const Array& given, DType type);

    random::Generator& generator_;
    const Axes& size_;
    const Array* out_;
    const Device* device_ = nullptr;  // of a parameter that is not in host memory
    int count_ = 0;
    Array held_[random::kMaxParameters];
    DrawParameter parameters_[random::kMaxParameters] = {};
};

}  // namespace lockstep::numpy
