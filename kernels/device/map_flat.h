// The map kernel of packed operands: every one a single run, read and written 16 bytes at a time.
// Must not know operations. Freestanding: compiled by NVRTC, nvcc and the simulator's g++.
//
// Floor: every moving operand's bytes once. A block takes one stretch of 256 * unroll * vector elements,
// neighbouring threads neighbouring vectors: each access of a warp covers whole lines. A thread has some 64
// bytes of loads in flight before it computes, and 1,024 to 2,048 threads fit a multiprocessor: 64 to 128 KB,
// where an H100 needs about 40 KB to cover its latency (3.35 TB/s * 1.5 us / 132). One block per stretch
// rather than a loop over them: the hardware's own scheduler replaces finished blocks one by one, so loads of
// some always overlap the stores of others, and there is no last wave in which most multiprocessors wait. The
// stretch that the size cuts short is done element by element; long programs, whose code should stand in the
// kernel once, do it on the way of the others.
#pragma once

#include "kernels/device/map_body.h"

namespace lockstep::device {

// Units of input i: whole vectors, or, past the end of the arrays, their last element again.
template <class Body, int i, bool whole, class Inputs>
LS_DEVICE void load_units(Inputs& in, const FlatArguments& a, int64_t first) {
    if constexpr (access_of<Body, i> == Access::moves) {
        constexpr int vector = Body::vector, unroll = Body::unroll, step = kMapThreads * vector;
        using T = InputType<Body, i>;
        const char* data = a.operands.data[i];
        LS_UNROLL(unroll)
        for (int u = 0; u < unroll; ++u) {
            if constexpr (whole) {
                load_unit<Body, i>(get<i>(in), u,
                                   data + first * int64_t(sizeof(T)) + u * (step * int(sizeof(T))));
            } else {
                LS_UNROLL(vector)
                for (int k = 0; k < vector; ++k) {
                    const int64_t at = first + u * step + k;
                    get<i>(in).unit[u].item[k] =
                        load_one<T, true>(data + (at < a.size ? at : a.size - 1) * int64_t(sizeof(T)));
                }
            }
        }
    }
}

template <class Body, int o, bool whole, class T, int vector>
LS_DEVICE void store_units(const Vector<T, vector>& out, const FlatArguments& a, int64_t at) {
    char* to = a.operands.data[inputs_of<Body> + o] + at * int64_t(sizeof(T));
    if constexpr (whole) {
        store(to, out);
    } else {
        LS_UNROLL(vector)
        for (int k = 0; k < vector; ++k)
            if (at + k < a.size) store(to + k * int(sizeof(T)), Vector<T, 1>{{out.item[k]}});
    }
}

// The stretch that the arrays' end cuts short, element by element.
template <class Body>
LS_DEVICE void flat_tail(const FlatArguments& a, int64_t begin) {
    HeldInputs<Body, 1, 1> in;
    load_fixed<Body, 1, 1>(in, a.operands);
    LS_UNROLL(1)
    for (int64_t k = begin + threadIdx.x; k < a.size; k += kMapThreads) {
        for_each<inputs_of<Body>>([&]<int i>() {
            if constexpr (access_of<Body, i> == Access::moves)
                load_unit<Body, i>(get<i>(in), 0,
                                   a.operands.data[i] + k * int64_t(sizeof(InputType<Body, i>)));
        });
        const OutputUnit<Body, 1> out = compute_unit<Body, 1, 1>(in);
        for_each<outputs_of<Body>>([&]<int o>() { store_units<Body, o, true>(get<o>(out), a, k); });
    }
}

template <class Body>
LS_DEVICE void flat(const FlatArguments& a) {
    constexpr int vector = Body::vector, unroll = Body::unroll, step = kMapThreads * vector;
    const int64_t begin = int64_t(blockIdx.x) * (step * unroll);
    const bool whole = begin + step * unroll <= a.size;
    if constexpr (!Body::rolled) {
        if (!whole) return flat_tail<Body>(a, begin);
    }
    const int64_t first = begin + int(threadIdx.x) * vector;
    HeldInputs<Body, vector, unroll> in;
    load_fixed<Body, vector, unroll>(in, a.operands);
    for_each<inputs_of<Body>>([&]<int i>() {
        if (!Body::rolled || whole)
            load_units<Body, i, true>(in, a, first);
        else
            load_units<Body, i, false>(in, a, first);
    });
    LS_UNROLL(Body::rolled ? 1 : unroll)
    for (int u = 0; u < unroll; ++u) {
        const OutputUnit<Body, vector> out = compute_unit<Body, vector, unroll>(in);
        for_each<outputs_of<Body>>([&]<int o>() {
            if (!Body::rolled || whole)
                store_units<Body, o, true>(get<o>(out), a, first + u * step);
            else
                store_units<Body, o, false>(get<o>(out), a, first + u * step);
        });
    }
}

}  // namespace lockstep::device
