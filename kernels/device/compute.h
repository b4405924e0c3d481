// One element of an operation on the device: scalar/ with the rare inputs branched to their second function.
// Must not know layouts. Freestanding: compiled by NVRTC, nvcc and the simulator's g++.
#pragma once

#include "kernels/device/kernel.h"
#include "runtime/scalar/apply.h"
#include "runtime/scalar/cast.h"

namespace lockstep::device {

template <Op op, class T, class... U>
LS_DEVICE auto compute(T a, U... rest) {
    if constexpr (scalar::Function<op>::template has_rare<T, U...>) {
        if (scalar::Function<op>::is_rare(a, rest...)) return scalar::Function<op>::rare(a, rest...);
    }
    return scalar::apply<op>(a, rest...);
}

}  // namespace lockstep::device
