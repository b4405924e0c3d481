// The keys by which the CPU sorts elements.
// Must not know how keys are sorted.
#pragma once

#include <cstdint>

#include "runtime/scalar/sort_key.h"

namespace lockstep::host {

template <class T>
using Key = scalar::sort_key_of<T>;

// The key that orders equal elements alike; of a complex number, all of it (complex64) or its major one.
template <class T>
auto key_for_positions(const T& x) {
    if constexpr (scalar::is_same<T, scalar::complex64>)
        return static_cast<uint64_t>(scalar::order_key_major(x)) << 32 | scalar::order_key_minor(x);
    else if constexpr (scalar::is_complex<T>) return scalar::order_key_major(x);
    else if constexpr (sizeof(T) == 8) return static_cast<uint64_t>(scalar::order_key(x));
    else return static_cast<uint32_t>(scalar::order_key(x));
}

}  // namespace lockstep::host
