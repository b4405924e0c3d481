// Random draws that take the same number of words each: every thread starts the generator where its draws begin.
// Must not know distributions. Freestanding: compiled by NVRTC and the simulator's g++.
#pragma once

#include "kernels/device/kernel.h"
#include "kernels/device/random_arguments.h"
#include "kernels/device/random_units.h"

namespace lockstep::device {

template <class T>
LS_DEVICE T parameter(const RandomParameter& p, int64_t draw) {
    if (p.data) return reinterpret_cast<const T*>(p.data)[draw];
    if constexpr (scalar::is_same<T, double>) return p.value.real;
    else return p.value.whole;
}

// draw(g, number)
template <class T, int unit, int words, class G, class Draw>
LS_DEVICE void fill_random(const FillArguments<G>& a, const Draw& draw) {
    const int64_t first = (int64_t(blockIdx.x) * kRandomThreads + threadIdx.x) * a.run;
    if (first >= a.count) return;
    const int64_t last = first + a.run < a.count ? first + a.run : a.count;
    G g = a.start;
    skip_units<unit>(g, static_cast<uint64_t>(first) * words);
    T* const out = reinterpret_cast<T*>(a.out);
    for (int64_t i = first; i < last; ++i) out[i] = draw(g, i);
}

}  // namespace lockstep::device
