// Where a reduction's elements lie: addresses by division, steps, loads and stores of elements.
// Must not know monoids or programs. Freestanding, for the device only.
#pragma once

#include "kernels/device/reduce_arguments.h"

namespace lockstep::device::reduction {

LS_DEVICE uint32_t high_product(uint32_t a, uint32_t b) { return __umulhi(a, b); }
LS_DEVICE uint64_t high_product(uint64_t a, uint64_t b) { return __umul64hi(a, b); }

template <class Index>
LS_DEVICE Index divided(Index n, const Divider<Index>& by) {
    return (high_product(n, by.magic) + n) >> by.shift;
}

// Addresses of one element of every operand.
template <int operands>
struct Addresses {
    const char* at[operands];
};

// Calls move(dimension, position) for element `index` of the dimensions first .. last.
template <class Layout, class Move>
LS_DEVICE void decompose(const Layout& layout, int first, int last, typename Layout::Index index, Move move) {
    LS_ROLLED
    for (int d = first; d < last - 1; ++d) {
        const typename Layout::Index next = divided(index, layout.size[d]);
        move(d, static_cast<int64_t>(index - next * layout.size[d].size));
        index = next;
    }
    if (first < last) move(last - 1, static_cast<int64_t>(index));
}

template <int operands, class Layout>
LS_DEVICE Addresses<operands> origin(const Layout& layout) {
    Addresses<operands> a;
    for (int k = 0; k < operands; ++k) a.at[k] = layout.data[k];
    return a;
}

template <int operands, class Layout>
LS_DEVICE Addresses<operands> moved(const Layout& layout, int first, int last, typename Layout::Index index,
                                    Addresses<operands> a) {
    decompose(layout, first, last, index, [&](int d, int64_t position) {
        for (int k = 0; k < operands; ++k) a.at[k] += position * layout.stride[d][k];
    });
    return a;
}

template <class Layout>
LS_DEVICE char* output_address(const Layout& layout, int first, int last, typename Layout::Index index, char* out) {
    decompose(layout, first, last, index,
              [&](int d, int64_t position) { out += position * layout.stride[d][kReduceOut]; });
    return out;
}

template <class Body, class A>
LS_DEVICE typename Body::Value initial_value(const A& a) {
    return *reinterpret_cast<const typename Body::Value*>(a.initial.bytes);
}

template <class T>
struct Bytes {
    unsigned char byte[sizeof(T)];
};

template <bool aligned, class T>
LS_DEVICE T load(const char* p) {
    if constexpr (scalar::is_same<T, bool>) return *reinterpret_cast<const unsigned char*>(p) != 0;
    else if constexpr (aligned) return *reinterpret_cast<const T*>(p);
    else {
        Bytes<T> b;
        for (unsigned k = 0; k < sizeof(T); ++k) b.byte[k] = static_cast<unsigned char>(p[k]);
        return scalar::bit_cast<T>(b);
    }
}

template <class T>
LS_DEVICE void store(char* p, T x, bool aligned) {
    if (aligned) {
        *reinterpret_cast<T*>(p) = x;
        return;
    }
    const Bytes<T> b = scalar::bit_cast<Bytes<T>>(x);
    for (unsigned k = 0; k < sizeof(T); ++k) p[k] = static_cast<char>(b.byte[k]);
}

// Walks elements of the inner dimensions in equal steps. Linear: these are one dimension, so that a step is an addition.
template <int operands, class Index>
struct Cursor {
    Addresses<operands> at;  // linear: of the current element; else of element 0
    int64_t bytes[operands];
    Index index, step;
};

template <bool linear, class Layout, int operands>
LS_DEVICE auto cursor(const Layout& l, const Addresses<operands>& unit, typename Layout::Index first,
                      typename Layout::Index step) {
    Cursor<operands, typename Layout::Index> c{unit, {}, first, step};
    if constexpr (linear) {
        for (int k = 0; k < operands; ++k) {
            c.bytes[k] = static_cast<int64_t>(step) * l.stride[0][k];
            c.at.at[k] += static_cast<int64_t>(first) * l.stride[0][k];
        }
    }
    return c;
}
template <bool linear, class Layout, class C>
LS_DEVICE auto here(const Layout& l, const C& c) {
    if constexpr (linear) return c.at;
    else return moved(l, 0, l.inner, c.index, c.at);
}
template <bool linear, int operands, class Index>
LS_DEVICE void step(Cursor<operands, Index>& c) {
    if constexpr (linear) {
        for (int k = 0; k < operands; ++k) c.at.at[k] += c.bytes[k];
    }
    c.index += c.step;
}

}  // namespace lockstep::device::reduction
