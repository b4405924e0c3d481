// scan on the device, in the order of runtime/exec/scan_order.h: a thread folds a run, a block an aligned group of 4096.
// Must not know layouts beyond strides. Freestanding: compiled by NVRTC and the simulator's g++.
//
// Floor: the row twice (totals, then results), the results once. Rows that lie side by side, and short ones, are a thread's each.
#pragma once

#include "kernels/device/kernel.h"
#include "kernels/device/scan_arguments.h"
#include "runtime/scalar/apply.h"

namespace lockstep::device {

// `carried`: sums of halves go on in float.
template <Op op, class T_, class P_>
struct Scanning {
    using T = T_;
    using P = P_;
    static constexpr bool carried = !scalar::is_same<T, P>;
    LS_DEVICE P fold(P a, P b) { return scalar::apply<op>(a, b); }
    LS_DEVICE P load(const char* from) {
        const T x = *reinterpret_cast<const T*>(from);
        if constexpr (carried) return scalar::to_float(x);
        else return x;
    }
    LS_DEVICE void store(char* to, P x) {
        if constexpr (carried) *reinterpret_cast<T*>(to) = scalar::round_to<T>(x);
        else *reinterpret_cast<T*>(to) = x;
    }
};

struct ScanPlace {
    const char* in;
    char* out;
};

LS_DEVICE ScanPlace row_place(const ScanArguments& a, int64_t row) {
    ScanPlace p{a.in, a.out};
    for (int d = a.ndim - 1; d >= 0; --d) {
        const int64_t at = row % a.shape[d];
        row /= a.shape[d];
        p.in += at * a.in_strides[d];
        p.out += at * a.out_strides[d];
    }
    return p;
}

// prefix op (parts[first] op ... op parts[first + count - 1]); nothing changes where count is 0.
template <class S>
LS_DEVICE void advance_prefix(typename S::P& prefix, bool& begun, const typename S::P* parts, int count) {
    if (count == 0) return;
    typename S::P all = parts[0];
    for (int k = 1; k < count; ++k) all = S::fold(all, parts[k]);
    prefix = begun ? S::fold(prefix, all) : all;
    begun = true;
}

template <class S>
LS_DEVICE void scan_group(const ScanArguments& a, int64_t row, int64_t group, typename S::P* part, typename S::P* block) {
    using P = typename S::P;
    const int t = static_cast<int>(threadIdx.x);
    const ScanPlace place = row_place(a, row);
    const int64_t first = group * kScanGroupElements + t * 16, left = a.n - first;
    const int count = left < 0 ? 0 : left < 16 ? static_cast<int>(left) : 16;
    P local[16];
    for (int i = 0; i < 16; ++i)
        if (i < count) {
            const P x = S::load(place.in + (first + i) * a.in_stride);
            local[i] = i ? S::fold(local[i - 1], x) : x;
            if (i == count - 1) part[t] = local[i];
        }
    __syncthreads();
    const int64_t runs = (a.n - group * kScanGroupElements + 15) / 16;  // of this group and those behind it
    if (t < 16 && t * 16 < runs) {
        P all = part[t * 16];
        for (int k = 1; k < 16; ++k)
            if (t * 16 + k < runs) all = S::fold(all, part[t * 16 + k]);
        block[t] = all;
    }
    __syncthreads();
    if (a.totals) {
        if (t != 0) return;
        P all = block[0];
        for (int k = 1; k < 16; ++k)
            if (k * 16 < runs) all = S::fold(all, block[k]);
        reinterpret_cast<P*>(a.totals)[row * a.groups + group] = all;
        return;
    }
    if (count == 0) return;
    bool begun = a.prefixes && group > 0;
    P prefix = begun ? reinterpret_cast<const P*>(a.prefixes)[row * a.groups + group] : local[0];
    advance_prefix<S>(prefix, begun, block, t / 16);
    advance_prefix<S>(prefix, begun, part + t / 16 * 16, t % 16);
    for (int i = 0; i < 16; ++i)
        if (i < count) {
            char* const to = place.out + (first + i) * a.out_stride;
            if (!a.exclusive) S::store(to, begun ? S::fold(prefix, local[i]) : local[i]);
            else if (i == 0) S::store(to, prefix);
            else S::store(to, begun ? S::fold(prefix, local[i - 1]) : local[i - 1]);
        }
}

template <class S>
LS_DEVICE void scan_groups(const ScanArguments& a) {
    __shared__ typename S::P part[kScanGroupThreads], block[16];
    for (int64_t b = blockIdx.x; b < a.rows * a.groups; b += gridDim.x) {
        scan_group<S>(a, b / a.groups, b % a.groups, part, block);
        __syncthreads();
    }
}

// A row by one thread, its open groups' parts beside it.
template <class S>
LS_DEVICE void scan_row(const ScanArguments& a, const ScanPlace& place) {
    using P = typename S::P;
    constexpr int kLevels = 17;  // 16^16 runs
    P parts[kLevels], prefixes[kLevels];
    P local = S::load(place.in), prefix = local;
    bool begun = false;
    for (int64_t i = 0; i < a.n; ++i) {
        const P x = S::load(place.in + i * a.in_stride);
        local = i % 16 ? S::fold(local, x) : x;
        S::store(place.out + i * a.out_stride, begun ? S::fold(prefix, local) : local);
        if (i % 16 != 15) continue;
        P value = local;
        int level = 1;
        int64_t done = (i + 1) / 16;  // parts of this level
        for (;; ++level, done /= 16) {
            value = (done - 1) % 16 ? S::fold(parts[level], value) : value;
            parts[level] = value;
            if (done % 16) break;
        }
        prefix = done / 16 ? S::fold(prefixes[level], value) : value;
        begun = true;
        for (int l = 1; l < level; ++l) prefixes[l] = prefix;
    }
}

template <class S>
LS_DEVICE void scan_in_sequence(const ScanArguments& a, const ScanPlace& place) {
    typename S::P all = S::load(place.in);
    S::store(place.out, all);
    for (int64_t i = 1; i < a.n; ++i) {
        all = S::fold(all, S::load(place.in + i * a.in_stride));
        S::store(place.out + i * a.out_stride, all);
    }
}

template <class S, bool in_sequence>
LS_DEVICE void scan_rows(const ScanArguments& a) {
    const int64_t step = static_cast<int64_t>(gridDim.x) * kScanGroupThreads;
    for (int64_t row = static_cast<int64_t>(blockIdx.x) * kScanGroupThreads + threadIdx.x; row < a.rows; row += step) {
        const ScanPlace place = row_place(a, row);
        if constexpr (in_sequence) scan_in_sequence<S>(a, place);
        else scan_row<S>(a, place);
    }
}

}  // namespace lockstep::device
