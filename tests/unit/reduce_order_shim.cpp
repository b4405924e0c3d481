// Shared library behind tests/oracle/reduce_order_fuzz.py: the reference sum on raw pointers and strides.
// Must not know NumPy.
#include <cstdint>

#include "tests/unit/reduce_order_reference.h"

using namespace lockstep;
using testing::reference_reduce;

namespace {

using Sum = void (*)(const ReduceOrder&, const char*, char*, const char*);

// The pairs of NumPy type characters that the fuzz draws: stored as `in`, summed as `out`.
Sum find_sum(char in, char out) {
    static constexpr struct {
        char in, out;
        Sum sum;
    } kSums[] = {{'d', 'd', reference_reduce<double, double>},
                 {'f', 'f', reference_reduce<float, float>},
                 {'F', 'F', reference_reduce<scalar::complex64, scalar::complex64>},
                 {'D', 'D', reference_reduce<scalar::complex128, scalar::complex128>},
                 {'e', 'e', reference_reduce<scalar::float16, scalar::float16>},
                 {'f', 'd', reference_reduce<float, double>},
                 {'e', 'f', reference_reduce<scalar::float16, float>},
                 {'e', 'd', reference_reduce<scalar::float16, double>},
                 {'l', 'd', reference_reduce<int64_t, double>},
                 {'i', 'd', reference_reduce<int32_t, double>},
                 {'B', 'd', reference_reduce<uint8_t, double>},
                 {'?', 'd', reference_reduce<bool, double>},
                 {'F', 'D', reference_reduce<scalar::complex64, scalar::complex128>}};
    for (const auto& row : kSums)
        if (row.in == in && row.out == out) return row.sum;
    return nullptr;
}

}  // namespace

extern "C" {

// Adds `in` into `out`; mask and mask_strides may both be null. Returns 0, or 1 for a pair of types not known
// here.
int ls_test_reduce(char in_type, char out_type, int cast, int ndim, const int64_t* shape, const char* in,
                   const int64_t* in_strides, char* out, const int64_t* out_strides, const char* mask,
                   const int64_t* mask_strides) {
    const Sum sum = find_sum(in_type, out_type);
    if (!sum) return 1;
    const auto n = static_cast<size_t>(ndim), masked = mask ? n : 0;
    sum(reduce_order({shape, n}, {in_strides, n}, {out_strides, n}, {mask_strides, masked}, cast != 0), in,
        out, mask);
    return 0;
}

void ls_test_fresh_strides(int ndim, const int64_t* shape, const int64_t* in_strides,
                           const int64_t* mask_strides, uint64_t reduced, int64_t itemsize,
                           int64_t* strides) {
    const auto n = static_cast<size_t>(ndim), masked = mask_strides ? n : 0;
    fresh_strides({shape, n}, {in_strides, n}, {mask_strides, masked}, reduced, itemsize, {strides, n});
}
}
