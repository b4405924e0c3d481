// Elements to the keys that they are sorted by, and back; what sorted numbers stand for.
// Must not know how keys are sorted. Freestanding: compiled by NVRTC and the simulator's g++.
#pragma once

#include "kernels/device/reduce_layout.h"
#include "kernels/device/sort_arguments.h"
#include "kernels/device/vector.h"
#include "runtime/scalar/sort_key.h"

namespace lockstep::device {

// values: every value has its own key; order: equal elements have equal keys; major and minor: of complex
// numbers; row: no element at all, the number of its row.
enum class KeyKind { values, order, major, minor, row };

LS_DEVICE int64_t own_number() { return static_cast<int64_t>(blockIdx.x) * blockDim.x + threadIdx.x; }

template <KeyKind kind, class T>
LS_DEVICE auto key_of(T x) {
    if constexpr (kind == KeyKind::values)
        return scalar::sort_key(x);
    else if constexpr (kind == KeyKind::order)
        return scalar::order_key(x);
    else if constexpr (kind == KeyKind::major)
        return scalar::order_key_major(x);
    else
        return scalar::order_key_minor(x);
}

template <class T, KeyKind kind, class Key, class Number>
LS_DEVICE void write_keys(const KeysArguments& a) {
    const int64_t i = own_number();
    if (i >= a.count) return;
    const int64_t from = a.order ? static_cast<int64_t>(static_cast<const Number*>(a.order)[i]) : i;
    Key* const keys = reinterpret_cast<Key*>(a.keys);
    if constexpr (kind == KeyKind::row)
        keys[i] = static_cast<Key>(reduction::divided(static_cast<uint64_t>(from), a.row));
    else {
        Key key = static_cast<Key>(key_of<kind>(reinterpret_cast<const T*>(a.in)[from]));
        if (a.row_shift)
            key |= static_cast<Key>(reduction::divided(static_cast<uint64_t>(from), a.row) << a.row_shift);
        keys[i] = key;
    }
}

template <class T, class Key>
LS_DEVICE void write_values(const ValuesArguments& a) {
    const int64_t i = own_number();
    if (i >= a.count) return;
    const Key key = reinterpret_cast<const Key*>(a.keys)[i];
    reinterpret_cast<T*>(a.values)[i] = scalar::from_sort_key<T>(static_cast<scalar::sort_key_of<T>>(key));
}

template <class Number>
LS_DEVICE void write_numbers(const NumbersArguments& a) {
    const int64_t i = own_number();
    if (i < a.count) static_cast<Number*>(a.numbers)[i] = static_cast<Number>(i);
}

template <class Unit, class Number>
LS_DEVICE void take(const TakeArguments& a) {
    const int64_t i = own_number();
    if (i >= a.count) return;
    const uint64_t from = static_cast<const Number*>(a.order)[i];
    if (a.values) reinterpret_cast<Unit*>(a.values)[i] = reinterpret_cast<const Unit*>(a.in)[from];
    if (a.positions)
        a.positions[i] = static_cast<int64_t>(from - reduction::divided(from, a.row) * a.row.size);
}

}  // namespace lockstep::device
