// Binary search on the device: a thread for each value.
// Must not know layouts. Freestanding: compiled by NVRTC and the simulator's g++.
#pragma once

#include "kernels/device/sort_rows.h"

namespace lockstep::device {

inline constexpr unsigned kSorterError = 200;  // value_error of errors.def, which NumPy raises

template <class T>
LS_DEVICE void search(const SearchArguments& a) {
    const int64_t i = own_number();
    if (i >= a.count) return;
    const T* const sorted = reinterpret_cast<const T*>(a.sorted);
    const RowKey<T> value = row_key<T, true>(reinterpret_cast<const T*>(a.values)[i]);
    int64_t low = 0, high = a.n;
    while (low < high) {
        const int64_t middle = low + (high - low) / 2;
        int64_t at = middle;
        if (a.sorter) {
            at = a.sorter[middle];
            if (at < 0 || at >= a.n) return report(a.word, kSorterError, 0u, 0, at, a.n);
        }
        const RowKey<T> there = row_key<T, true>(sorted[at]);
        // before the value, or its equal where the place behind is asked for
        if (is_before<T>(there, value, 0u, a.right ? 1u : 0u))
            low = middle + 1;
        else
            high = middle;
    }
    a.out[i] = low;
}

}  // namespace lockstep::device
