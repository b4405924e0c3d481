// A plain sum over a ReduceOrder, word by word as reduce_order.h states it; slow, for tests.
// Must not know how any backend sums.
#pragma once

#include <cstring>
#include <vector>

#include "runtime/exec/pairwise.h"
#include "runtime/exec/reduce_order.h"
#include "runtime/scalar/half.h"

namespace lockstep::testing {

// How an element becomes `kParts` scalars to add, and back. A scalar is what the sum is taken in.
template <class T>
struct Element {
    using Scalar = T;
    static constexpr int kParts = 1;
    static T part(const T& x, int) { return x; }
    static T make(const T* parts) { return parts[0]; }
};
template <>
struct Element<scalar::float16> {
    using Scalar = float;
    static constexpr int kParts = 1;
    static float part(scalar::float16 x, int) { return scalar::to_float(x); }
    static scalar::float16 make(const float* parts) { return scalar::to_float16(parts[0]); }
};
template <class T, class Part>
struct ComplexElement {
    using Scalar = Part;
    static constexpr int kParts = 2;
    static Part part(const T& x, int p) { return p ? x.im : x.re; }
    static T make(const Part* parts) { return {parts[0], parts[1]}; }
};
template <>
struct Element<scalar::complex64> : ComplexElement<scalar::complex64, float> {};
template <>
struct Element<scalar::complex128> : ComplexElement<scalar::complex128, double> {};

// A position that counts through dimensions [first, last), `first` fastest.
class Walk {
  public:
    Walk(const ReduceOrder& order, int first, int last) : order_(order), first_(first), last_(last) {
        for (int d = first; d < last; ++d) done_ |= order.size[d] == 0;
    }
    bool done() const { return done_; }
    int64_t in = 0, out = 0, mask = 0;  // offsets in bytes
    void next() {
        for (int d = first_; d < last_; ++d) {
            move(d, 1);
            if (++at_[d] < order_.size[d]) return;
            move(d, -order_.size[d]);
            at_[d] = 0;
        }
        done_ = true;
    }

  private:
    void move(int d, int64_t n) {
        in += n * order_.in_stride[d];
        out += n * order_.out_stride[d];
        mask += n * order_.mask_stride[d];
    }
    const ReduceOrder& order_;
    int first_, last_;
    bool done_ = false;
    int64_t at_[kMaxDims] = {};
};

// Adds the input into `out`, which holds the initial value. `mask` may be null.
template <class In, class Out>
void reference_reduce(const ReduceOrder& order, const char* in, char* out, const char* mask) {
    using Scalar = typename Element<Out>::Scalar;
    constexpr int parts = Element<Out>::kParts;
    std::vector<Scalar> run;
    for (Walk outer(order, order.unit_dims, order.ndim); !outer.done(); outer.next()) {
        const auto add_run = [&] {
            if (run.empty()) return;
            Out total;
            Scalar sum[parts];
            std::memcpy(&total, out + outer.out, sizeof total);
            pairwise_sum<parts>(run.data(), static_cast<int64_t>(run.size()), sum);
            for (int p = 0; p < parts; ++p) sum[p] = Element<Out>::part(total, p) + sum[p];
            total = Element<Out>::make(sum);
            std::memcpy(out + outer.out, &total, sizeof total);
            run.clear();
        };
        int64_t taken = 0;
        for (Walk inner(order, 0, order.unit_dims); !inner.done(); inner.next()) {
            if (mask && !mask[outer.mask + inner.mask]) {
                add_run();
            } else {
                In x;
                std::memcpy(&x, in + outer.in + inner.in, sizeof x);
                for (int p = 0; p < parts; ++p) run.push_back(static_cast<Scalar>(Element<In>::part(x, p)));
            }
            if (++taken % order.chunk == 0) add_run();
        }
        add_run();
    }
}

}  // namespace lockstep::testing
