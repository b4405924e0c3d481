// Several elements in one memory access, rows of values of different types, and loops over both.
// Must not know operations or layouts. Freestanding: compiled by NVRTC, nvcc and the simulator's g++.
#pragma once

#include "kernels/device/kernel.h"

// Unrolls the next loop `count` times, a constant expression; 1 keeps it a loop.
#if defined(__CUDACC__)
#define LS_PRAGMA(...) _Pragma(#__VA_ARGS__)
#define LS_UNROLL(count) LS_PRAGMA(unroll(count))
#else
#define LS_UNROLL(count)
#endif

namespace lockstep::device {

// n elements that travel in one access: n * sizeof(T) is a power of two of at most 16 bytes. The alignment
// makes the compiler emit that one access; the elements' own type lets it keep them packed in registers.
template <class T, int n>
struct alignas(n * sizeof(T)) Vector {
    T item[n];
};

template <class T, int n>
LS_DEVICE Vector<T, n> load(const char* from) {
    return *reinterpret_cast<const Vector<T, n>*>(from);
}
template <class T, int n>
LS_DEVICE void store(char* to, const Vector<T, n>& x) {
    *reinterpret_cast<Vector<T, n>*>(to) = x;
}

// Values of different types, numbered from 0.
template <class... T>
struct Row {
    static constexpr int size = 0;
};
template <class T, class... Rest>
struct Row<T, Rest...> {
    static constexpr int size = 1 + sizeof...(Rest);
    T first;
    Row<Rest...> rest;
};

template <int i, class R>
LS_DEVICE auto& get(R& row) {
    if constexpr (i == 0)
        return row.first;
    else
        return get<i - 1>(row.rest);
}

template <int i, class T, class... Rest>
struct TypeAt : TypeAt<i - 1, Rest...> {};
template <class T, class... Rest>
struct TypeAt<0, T, Rest...> {
    using type = T;
};
// The type of entry i of a Row.
template <int i, class R>
struct EntryOf;
template <int i, class... T>
struct EntryOf<i, Row<T...>> {
    using type = typename TypeAt<i, T...>::type;
};
template <int i, class R>
using Entry = typename EntryOf<i, R>::type;

template <int... i>
struct Indices {};
template <int n, int... i>
struct CountTo : CountTo<n - 1, n - 1, i...> {};
template <int... i>
struct CountTo<0, i...> {
    using type = Indices<i...>;
};
// Indices<0, 1, ..., n - 1>
template <int n>
using Count = typename CountTo<n>::type;

template <class F, int... i>
LS_DEVICE void for_indices(const F& f, Indices<i...>) {
    (f.template operator()<i>(), ...);
}
// f.template operator()<i>() for i from 0 to n - 1.
template <int n, class F>
LS_DEVICE void for_each(const F& f) {
    for_indices(f, Count<n>{});
}

}  // namespace lockstep::device
