// gather on the device: a thread reads its indices, then the elements that they name.
// Must not know element types beyond their bytes. Freestanding: compiled by NVRTC and the simulator's g++.
//
// Floor: the indices and the results once, and a sector of 32 bytes for every element that lies alone. What
// counts is how many loads are in flight: a thread has kGatherUnroll of them, so a multiprocessor has 8,192.
#pragma once

#include "kernels/device/gather_unroll.h"
#include "kernels/device/index_read.h"

namespace lockstep::device {

template <class T, class Index, int indices, int dims>
LS_DEVICE void gather(const GatherArguments<Index, indices, dims>& a) {
    const Index first = static_cast<Index>(blockIdx.x) * (kIndexThreads * kGatherUnroll) + threadIdx.x;
    const char* from[kGatherUnroll];
    char* to[kGatherUnroll];
    LS_UNROLL(kGatherUnroll)
    for (int u = 0; u < kGatherUnroll; ++u) {
        const Index i = first + u * kIndexThreads;
        to[u] = nullptr;
        from[u] = nullptr;
        if (i >= a.space.count) continue;
        const auto offset = offsets_at(a.space, i);
        int64_t place = offset.of[0];
        if (!add_indices(place, offset, 2, a.index, a.mode, a.errors)) continue;
        from[u] = a.array + place;
        to[u] = a.values + offset.of[1];
    }
    T item[kGatherUnroll];
    LS_UNROLL(kGatherUnroll)
    for (int u = 0; u < kGatherUnroll; ++u)
        if (to[u]) item[u] = *reinterpret_cast<const T*>(from[u]);
    LS_UNROLL(kGatherUnroll)
    for (int u = 0; u < kGatherUnroll; ++u)
        if (to[u]) *reinterpret_cast<T*>(to[u]) = item[u];
}

}  // namespace lockstep::device
