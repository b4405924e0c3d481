// The registers of a map kernel: loading its inputs, computing a Program element by element, storing its
// outputs. Must not know operations, nor where elements lie. Freestanding: compiled by NVRTC, nvcc and the
// simulator's g++.
//
// A Body is generated (kernels/source/map_source.cpp):
//     struct Body {
//         using Inputs = Row<Input<float, Access::moves>, Input<float, Access::fixed>>;
//         using Outputs = Row<float>;
//         static constexpr int vector = 4;  // elements of a unit: one access per moving operand
//         static constexpr int unroll = 2;  // units of a thread, all loaded before the first is computed
//         static constexpr int chunk = 4;   // elements that are computed by one pass of straight code
//         static constexpr bool rolled = false;  // long programs: one copy of that code, in a loop
//         static constexpr bool aligned = true;  // complex elements lie at multiples of their size
//         LS_DEVICE void run(const float r0, const float r1, float& y0);
//     };
#pragma once

#include "kernels/device/map_arguments.h"
#include "kernels/device/vector.h"

namespace lockstep::device {

enum class Access {
    moves,   // an element per element
    splat,   // stands still along the innermost dimension, which is read in vectors
    fixed,   // one element for the whole call
    turned,  // tile kernels: packed along the other dimension of the tile
};

template <class T, Access a>
struct Input {
    using type = T;
    static constexpr Access access = a;
};

template <class Body, int i>
using InputType = typename Entry<i, typename Body::Inputs>::type;
template <class Body, int i>
inline constexpr Access access_of = Entry<i, typename Body::Inputs>::access;
template <class Body>
inline constexpr int inputs_of = Body::Inputs::size;
template <class Body>
inline constexpr int outputs_of = Body::Outputs::size;

// One input's elements of a thread. The next ones to compute stand in front: so a loop that is not unrolled
// still finds them in registers, and in one that is, moving them up is only naming.
template <class T, Access, int vector, int unroll>
struct Held {
    Vector<T, vector> unit[unroll];
};
template <class T, int vector, int unroll>
struct Held<T, Access::splat, vector, unroll> {
    T unit[unroll];
};
template <class T, int vector, int unroll>
struct Held<T, Access::fixed, vector, unroll> {
    T value;
};

template <class T, Access access, int vector, int unroll>
LS_DEVICE T item(const Held<T, access, vector, unroll>& x, int k) {
    if constexpr (access == Access::fixed)
        return x.value;
    else if constexpr (access == Access::splat)
        return x.unit[0];
    else
        return x.unit[0].item[k];
}

// Moves up by `chunk` elements.
template <int chunk, class T, Access access, int vector, int unroll>
LS_DEVICE void next_chunk(Held<T, access, vector, unroll>& x) {
    if constexpr (access == Access::moves || access == Access::turned) {
        LS_UNROLL(vector * unroll)
        for (int k = 0; k + chunk < vector * unroll; ++k)
            x.unit[k / vector].item[k % vector] = x.unit[(k + chunk) / vector].item[(k + chunk) % vector];
    }
}
template <class T, Access access, int vector, int unroll>
LS_DEVICE void next_unit(Held<T, access, vector, unroll>& x) {
    if constexpr (access == Access::splat) {
        LS_UNROLL(unroll)
        for (int u = 0; u + 1 < unroll; ++u) x.unit[u] = x.unit[u + 1];
    }
}

template <class T, bool aligned>
LS_DEVICE T load_one(const char* from) {
    if constexpr (aligned)
        return load<T, 1>(from).item[0];
    else
        return *reinterpret_cast<const T*>(from);
}

template <class Body, int vector, int unroll, class Rows>
struct HeldOf;
template <class Body, int vector, int unroll, class... In>
struct HeldOf<Body, vector, unroll, Row<In...>> {
    using type = Row<Held<typename In::type, In::access, vector, unroll>...>;
};
// The inputs of a thread: `unroll` units of `vector` elements.
template <class Body, int vector, int unroll>
using HeldInputs = typename HeldOf<Body, vector, unroll, typename Body::Inputs>::type;

template <class T>
LS_DEVICE T value_of(const Immediate& immediate) {
    return *reinterpret_cast<const T*>(immediate.bytes);
}

// Inputs of one element: every thread loads them, once.
template <class Body, int vector, int unroll>
LS_DEVICE void load_fixed(HeldInputs<Body, vector, unroll>& in, const MapOperands& operands) {
    for_each<inputs_of<Body>>([&]<int i>() {
        if constexpr (access_of<Body, i> == Access::fixed) {
            using T = InputType<Body, i>;
            get<i>(in).value = operands.immediates >> i & 1 ? value_of<T>(operands.immediate[i])
                                                            : load_one<T, Body::aligned>(operands.data[i]);
        }
    });
}

// Unit u of input i.
template <class Body, int i, class T, Access access, int vector, int unroll>
LS_DEVICE void load_unit(Held<T, access, vector, unroll>& x, int u, const char* from) {
    if constexpr (access == Access::splat)
        x.unit[u] = load_one<T, Body::aligned>(from);
    else if constexpr (vector == 1)
        x.unit[u].item[0] = load_one<T, Body::aligned>(from);
    else
        x.unit[u] = load<T, vector>(from);
}

template <int vector, class Rows>
struct UnitOf;
template <int vector, class... Out>
struct UnitOf<vector, Row<Out...>> {
    using type = Row<Vector<Out, vector>...>;
};
// One unit of every output.
template <class Body, int vector>
using OutputUnit = typename UnitOf<vector, typename Body::Outputs>::type;

template <class Body, int o, class T, int vector>
LS_DEVICE void store_unit(char* to, const Vector<T, vector>& x) {
    if constexpr (vector == 1 && !Body::aligned)
        *reinterpret_cast<T*>(to) = x.item[0];
    else
        store(to, x);
}

template <class Body, class In, class Out, int... i, int... o>
LS_DEVICE void run_item(const In& in, int k, Out& out, int to, Indices<i...>, Indices<o...>) {
    Body::run(item(get<i>(in), k)..., get<o>(out).item[to]...);
}

// Computes the unit that stands in front, and moves the inputs up by it.
template <class Body, int vector, int unroll>
LS_DEVICE OutputUnit<Body, vector> compute_unit(HeldInputs<Body, vector, unroll>& in) {
    constexpr int chunk = Body::chunk < vector ? Body::chunk : vector;
    OutputUnit<Body, vector> out;
    LS_UNROLL(Body::rolled ? 1 : vector / chunk)
    for (int c = 0; c < vector / chunk; ++c) {
        for_each<outputs_of<Body>>([&]<int o>() {  // the last chunk's results end where they belong
            LS_UNROLL(vector)
            for (int k = 0; k + chunk < vector; ++k) get<o>(out).item[k] = get<o>(out).item[k + chunk];
        });
        LS_UNROLL(chunk)
        for (int k = 0; k < chunk; ++k)
            run_item<Body>(in, k, out, vector - chunk + k, Count<inputs_of<Body>>{},
                           Count<outputs_of<Body>>{});
        for_each<inputs_of<Body>>([&]<int i>() { next_chunk<chunk>(get<i>(in)); });
    }
    for_each<inputs_of<Body>>([&]<int i>() { next_unit(get<i>(in)); });
    return out;
}

}  // namespace lockstep::device
