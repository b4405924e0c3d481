// From a generator's raw words to the draws that every distribution is made of, in NumPy's order and with its bits.
// Must not know any generator: a source is what README.md says.
#pragma once

#include "runtime/scalar/config.h"

// A function that is called, where a copy in every distribution would cost more to compile than the call costs to run; and a
// table of constants outside functions.
#if defined(__CUDACC__)
#define LS_SCALAR_CALL static __host__ __device__ __noinline__
#define LS_CONSTANT_TABLE static __device__ const
#else
#define LS_SCALAR_CALL [[maybe_unused]] static __attribute__((noinline))
#define LS_CONSTANT_TABLE [[maybe_unused]] static constexpr
#endif

namespace lockstep::scalar::random {

// 32 bits. Of a 64-bit word the low half comes first, and the high half waits for the next call.
template <class G>
LS_SCALAR uint32_t next32(G& g) {
    if constexpr (G::word_bits == 32) {
        return word(g);
    } else {
        if (g.has_uint32) {
            g.has_uint32 = false;
            return g.uinteger;
        }
        const uint64_t both = word(g);
        g.has_uint32 = true;
        g.uinteger = (uint32_t)(both >> 32);
        return (uint32_t)both;
    }
}

// 64 bits; of two 32-bit words the first is the high half. A waiting half is left alone.
template <class G>
LS_SCALAR uint64_t next64(G& g) {
    if constexpr (G::word_bits == 32) {
        const uint64_t high = word(g);
        return high << 32 | word(g);
    } else {
        return word(g);
    }
}

// Uniform in [0, 1), a multiple of 2**-53.
template <class G>
LS_SCALAR double next_double(G& g) {
    if constexpr (G::word_bits == 32) {
        const uint64_t high = word(g) >> 5;
        return (double)(int64_t)(high << 26 | word(g) >> 6) * 0x1p-53;
    } else {
        return (double)(int64_t)(word(g) >> 11) * 0x1p-53;
    }
}

// Uniform in [0, 1), a multiple of 2**-24.
template <class G>
LS_SCALAR float next_float(G& g) {
    return (float)(int32_t)(next32(g) >> 8) * 0x1p-24f;
}

}  // namespace lockstep::scalar::random
