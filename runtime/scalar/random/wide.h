// 128-bit integers as two words: NVRTC has no __int128 unless asked for it.
// Must not know generators.
#pragma once

#include "runtime/scalar/config.h"

namespace lockstep::scalar::random {

struct Wide {
    uint64_t low, high;
};

#if defined(__CUDA_ARCH__) || defined(__CUDACC_RTC__)
LS_SCALAR Wide product(uint64_t a, uint64_t b) { return {a * b, __umul64hi(a, b)}; }

LS_SCALAR Wide sum(Wide a, Wide b) {
    const uint64_t low = a.low + b.low;
    return {low, a.high + b.high + (low < a.low)};
}

LS_SCALAR Wide product(Wide a, Wide b) {
    const Wide low = product(a.low, b.low);
    return {low.low, low.high + a.low * b.high + a.high * b.low};
}
#else
__extension__ typedef unsigned __int128 HostWide;

LS_SCALAR HostWide host(Wide a) { return (HostWide)a.high << 64 | a.low; }
LS_SCALAR Wide wide(HostWide a) { return {(uint64_t)a, (uint64_t)(a >> 64)}; }
LS_SCALAR Wide product(uint64_t a, uint64_t b) { return wide((HostWide)a * b); }
LS_SCALAR Wide sum(Wide a, Wide b) { return wide(host(a) + host(b)); }
LS_SCALAR Wide product(Wide a, Wide b) { return wide(host(a) * host(b)); }
#endif

}  // namespace lockstep::scalar::random
