// Exact conversions between the half types and float/double: one rounding, to nearest even, without branches.
// Knows nothing of arrays or of other operations; a half type has no arithmetic here.
#pragma once

#include "runtime/scalar/config.h"

namespace lockstep::scalar {

// float16 -> float is exact. A subnormal half is an integer times 2^-24; converting the integer avoids arithmetic on
// subnormal floats, which is slow on some processors. NaNs come out quiet with their payload.
// The GPU converts in hardware, with the same values (its NaNs have a sign and payload of their own).
#if defined(__CUDA_ARCH__)
LS_SCALAR float to_float(float16 x) {
    float wide;
    asm("cvt.f32.f16 %0, %1;" : "=f"(wide) : "h"(x.bits));
    return wide;
}
#else
LS_SCALAR float to_float(float16 x) {
    const uint32_t bits = x.bits;
    const uint32_t magnitude = bits & 0x7fffu;
    const uint32_t subnormal = bit_cast<uint32_t>((float)(int32_t)magnitude * 0x1p-24f);
    const uint32_t special = magnitude >= 0x7c00u ? 112u << 23 : 0u;
    const uint32_t quiet = magnitude > 0x7c00u ? 0x400000u : 0u;
    const uint32_t normal = ((magnitude << 13) + (112u << 23) + special) | quiet;
    // A select of two masks: g++ turns the plain one into a branch here.
    const uint32_t small = 0u - (uint32_t)(magnitude < 0x400u);
    return bit_cast<float>(((bits & 0x8000u) << 16) | (subnormal & small) | (normal & ~small));
}
#endif

LS_SCALAR float to_float(bfloat16 x) {
    const uint32_t bits = (uint32_t)x.bits << 16;
    const uint32_t quiet = (bits & 0x7fffffffu) > 0x7f800000u ? 0x400000u : 0u;
    return bit_cast<float>(bits | quiet);
}

LS_SCALAR double to_double(float16 x) { return (double)to_float(x); }
LS_SCALAR double to_double(bfloat16 x) { return (double)to_float(x); }

// Adding half of the last kept place (less one when that place is even) and truncating rounds to nearest even; the
// carry walks into the exponent as it must. Below 2^-14 the sum |x| + 0.5 has the spacing 2^-24 of half subnormals,
// so the hardware's own addition rounds. From 65520 on the result is infinity.
#if defined(__CUDA_ARCH__)
LS_SCALAR float16 to_float16(float x) {
    float16 narrow;
    asm("cvt.rn.f16.f32 %0, %1;" : "=h"(narrow.bits) : "f"(x));
    return narrow;
}
#else
LS_SCALAR float16 to_float16(float x) {
    const uint32_t bits = bit_cast<uint32_t>(x);
    const uint32_t magnitude = bits & 0x7fffffffu;
    const uint32_t sign = (bits >> 16) & 0x8000u;
    const uint32_t normal = ((magnitude + 0xfffu + ((magnitude >> 13) & 1u)) >> 13) - (112u << 10);
    const uint32_t subnormal = bit_cast<uint32_t>(bit_cast<float>(magnitude) + 0.5f) - 0x3f000000u;
    uint32_t result = magnitude < 0x38800000u ? subnormal : normal;
    result = magnitude >= 0x477ff000u ? 0x7c00u : result;
    result = magnitude > 0x7f800000u ? 0x7e00u : result;
    return {(uint16_t)(sign | result)};
}
#endif

// Directly from the 53-bit value: going through float would round twice.
LS_SCALAR float16 to_float16(double x) {
    const uint64_t bits = bit_cast<uint64_t>(x);
    const uint64_t magnitude = bits & 0x7fffffffffffffffull;
    const uint64_t sign = (bits >> 48) & 0x8000u;
    const uint64_t normal =
        ((magnitude + 0x1ffffffffffull + ((magnitude >> 42) & 1u)) >> 42) - (1008ull << 10);
    const uint64_t subnormal = bit_cast<uint64_t>(bit_cast<double>(magnitude) + 0x1p28) - 0x41b0000000000000ull;
    uint64_t result = magnitude < 0x3f10000000000000ull ? subnormal : normal;
    result = magnitude >= 0x40effe0000000000ull ? 0x7c00u : result;
    result = magnitude > 0x7ff0000000000000ull ? 0x7e00u : result;
    return {(uint16_t)(sign | result)};
}

LS_SCALAR bfloat16 to_bfloat16(float x) {
    const uint32_t bits = bit_cast<uint32_t>(x);
    const uint32_t rounded = (bits + 0x7fffu + ((bits >> 16) & 1u)) >> 16;
    const uint32_t nan = ((bits >> 16) & 0x8000u) | 0x7fc0u;
    return {(uint16_t)((bits & 0x7fffffffu) > 0x7f800000u ? nan : rounded)};
}

// Through float, so rounded twice: that is what ml_dtypes does (1 + 2^-8 + 2^-40 gives 1, not 1 + 2^-7), and arrays
// exchanged with it must agree.
LS_SCALAR bfloat16 to_bfloat16(double x) { return to_bfloat16((float)x); }

// Halves are computed in float and rounded once, so they have the rare inputs of float. A header that gives a float function a
// rare lane gives it to both halves with these.
#define LS_RARE_LANE_OF_HALVES_1(name)                                                              \
    LS_SCALAR bool name##_is_rare(float16 x) { return name##_is_rare(to_float(x)); }                \
    LS_SCALAR bool name##_is_rare(bfloat16 x) { return name##_is_rare(to_float(x)); }               \
    LS_SCALAR float16 name##_rare(float16 x) { return to_float16(name##_rare(to_float(x))); }       \
    LS_SCALAR bfloat16 name##_rare(bfloat16 x) { return to_bfloat16(name##_rare(to_float(x))); }
#define LS_RARE_LANE_OF_HALVES_2(name)                                                                             \
    LS_SCALAR bool name##_is_rare(float16 x, float16 y) { return name##_is_rare(to_float(x), to_float(y)); }       \
    LS_SCALAR bool name##_is_rare(bfloat16 x, bfloat16 y) { return name##_is_rare(to_float(x), to_float(y)); }     \
    LS_SCALAR float16 name##_rare(float16 x, float16 y) { return to_float16(name##_rare(to_float(x), to_float(y))); } \
    LS_SCALAR bfloat16 name##_rare(bfloat16 x, bfloat16 y) { return to_bfloat16(name##_rare(to_float(x), to_float(y))); }

}  // namespace lockstep::scalar
