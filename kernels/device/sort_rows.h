// Short rows sorted in a block's shared memory, several of them by one block.
// Must not know layouts. Freestanding: compiled by NVRTC and the simulator's g++.
//
// Batcher's bitonic network (1968): log2(width) (log2(width) + 1) / 2 steps, 55 for rows of 1024, each a
// barrier and two comparisons per thread. Positions make it stable, and stand behind every key in the
// comparison.
#pragma once

#include "kernels/device/sort_keys.h"

namespace lockstep::device {

template <class T, bool complex = scalar::is_complex<T>>
struct RowKey {
    scalar::sort_key_of<T> key;
};
template <class T>
struct RowKey<T, true> {
    decltype(scalar::order_key_major(T{})) key, minor;
};

// The key alone where only values are asked for: no two values share one.
template <class T, bool positions>
LS_DEVICE RowKey<T> row_key(T x) {
    if constexpr (scalar::is_complex<T>)
        return {scalar::order_key_major(x), scalar::order_key_minor(x)};
    else if constexpr (positions)
        return {scalar::order_key(x)};
    else
        return {scalar::sort_key(x)};
}

template <class T>
LS_DEVICE RowKey<T> last_key() {
    using K = decltype(RowKey<T>::key);
    if constexpr (scalar::is_complex<T>)
        return {static_cast<K>(~K(0)), static_cast<K>(~K(0))};
    else
        return {static_cast<K>(~K(0))};
}

template <class T>
LS_DEVICE bool is_before(const RowKey<T>& a, const RowKey<T>& b, unsigned at_a, unsigned at_b) {
    if (a.key != b.key) return a.key < b.key;
    if constexpr (scalar::is_complex<T>) {
        if (a.minor != b.minor) return a.minor < b.minor;
    }
    return at_a < at_b;
}

template <class T, bool positions>
LS_DEVICE void sort_rows(const RowsArguments& a) {
    constexpr bool numbered = positions || scalar::is_complex<T>;
    constexpr int each = kRowElements / kRowThreads;
    __shared__ RowKey<T> keys[kRowElements];
    __shared__ unsigned short at[kRowElements];
    const T* const in = reinterpret_cast<const T*>(a.in);
    const int64_t first_row = static_cast<int64_t>(blockIdx.x) * (kRowElements / a.width);
    const int thread = static_cast<int>(threadIdx.x);
    // Element e of the block's memory: of row first_row + e / width, e % width in it
    const auto source = [&](int e) -> int64_t {
        const int64_t row = first_row + e / a.width;
        return row < a.rows && e % a.width < a.n ? row * a.n : -1;
    };
    for (int e = thread; e < kRowElements; e += kRowThreads) {
        const int64_t row = source(e);
        keys[e] = row < 0 ? last_key<T>() : row_key<T, positions>(in[row + e % a.width]);
        if (numbered) at[e] = static_cast<unsigned short>(e % a.width);
    }
    __syncthreads();
    for (int run = 2; run <= a.width; run *= 2)
        for (int distance = run / 2; distance > 0; distance /= 2) {
            for (int pair = thread; pair < kRowElements / 2; pair += kRowThreads) {
                const int low = 2 * pair - (pair & (distance - 1)), high = low + distance;
                const bool rising = run == a.width || (low & run) == 0;
                const unsigned at_low = numbered ? at[low] : 0u, at_high = numbered ? at[high] : 0u;
                const RowKey<T> key_low = keys[low], key_high = keys[high];
                const bool wrong = rising ? is_before<T>(key_high, key_low, at_high, at_low)
                                          : is_before<T>(key_low, key_high, at_low, at_high);
                if (!wrong) continue;
                keys[low] = key_high;
                keys[high] = key_low;
                if (numbered) {
                    at[low] = static_cast<unsigned short>(at_high);
                    at[high] = static_cast<unsigned short>(at_low);
                }
            }
            __syncthreads();
        }
    T item[each];  // all read before any is written: the rows may be sorted where they lie
    for (int k = 0; k < each; ++k) {
        const int e = thread + k * kRowThreads;
        const int64_t row = source(e);
        if (row < 0 || !a.values) continue;
        if constexpr (numbered)
            item[k] = in[row + at[e]];
        else
            item[k] = scalar::from_sort_key<T>(keys[e].key);
    }
    __syncthreads();
    for (int k = 0; k < each; ++k) {
        const int e = thread + k * kRowThreads;
        const int64_t row = source(e);
        if (row < 0) continue;
        if (a.values) reinterpret_cast<T*>(a.values)[row + e % a.width] = item[k];
        if (positions && a.positions) a.positions[row + e % a.width] = at[e];
    }
}

}  // namespace lockstep::device
