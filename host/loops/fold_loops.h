// Reductions over packed tiles: NumPy's pairwise tree, block folds for exact monoids, row by row.
// Must not know layouts or threads. For *.isa.cpp files only: everything here has internal linkage.
#pragma once

#include "host/loops/tile_loop.h"
#include "runtime/scalar/apply.h"
#include "runtime/exec/pairwise.h"

namespace lockstep::host::LS_ISA {
namespace {

template <Monoid m, class T>
inline constexpr bool order_matters = (m == Monoid::add || m == Monoid::multiply) &&
                                      (scalar::is_floating<T> || scalar::is_half<T> || scalar::is_complex<T>);

// Sums and products of halves are carried in float.
template <Monoid m, class T, bool half = scalar::is_half<T>&& order_matters<m, T>>
struct Carried {
    using type = T;
};
template <Monoid m, class T>
struct Carried<m, T, true> {
    using type = float;
};

template <class P, class T>
inline __attribute__((always_inline)) P carry(T x) {
    if constexpr (__is_same(P, T)) return x;
    else return scalar::to_float(x);
}

template <Monoid m, class T>
inline __attribute__((always_inline)) T fold_two(T a, T b) {
    return scalar::apply<operation_of(m)>(a, b);
}

// What an empty run folds to without changing any other value: NumPy starts sums of fewer than eight at -0.
template <Monoid m, class P>
constexpr P empty_run() {
    if constexpr (scalar::is_complex<P>) {
        if constexpr (m == Monoid::add) return {-0.0f, -0.0f};
        else return {1, 0};
    } else if constexpr (m == Monoid::add) return P(-0.0);
    else return P(1);
}

// --- the pairwise tree -------------------------------------------------------------------------------------------

// A register's worth of scalars: the eight accumulators of a leaf.
template <class S>
struct Lanes {
    typedef S type __attribute__((vector_size(8 * sizeof(S)), aligned(alignof(S)), may_alias));
};

// Accumulators as one vector: real sums and products, and complex sums as interleaved reals (four of them).
template <Monoid m, class T>
inline constexpr bool lanes_fit = scalar::is_floating<T> || (scalar::is_complex<T> && m == Monoid::add);

template <class T>
struct PartOf {
    using type = T;
};
template <>
struct PartOf<scalar::complex64> {
    using type = float;
};
template <>
struct PartOf<scalar::complex128> {
    using type = double;
};

// The accumulators of n >= 8 scalars, combined; `used` of the elements are in it.
template <Monoid m, class T>
inline __attribute__((always_inline)) T leaf_lanes(const T* x, int64_t n, int64_t* used) {
    using S = typename PartOf<T>::type;
    using V = typename Lanes<S>::type;
    constexpr int64_t kLanes = scalar::is_complex<T> ? 4 : 8;
    V r = *reinterpret_cast<const V*>(x);
    int64_t k = kLanes;
    for (; k + kLanes <= n; k += kLanes) {
        if constexpr (m == Monoid::add) r += *reinterpret_cast<const V*>(x + k);
        else r *= *reinterpret_cast<const V*>(x + k);
    }
    *used = k;
    if constexpr (scalar::is_complex<T>) return {(r[0] + r[2]) + (r[4] + r[6]), (r[1] + r[3]) + (r[5] + r[7])};
    else
        return fold_two<m>(fold_two<m>(fold_two<m>(r[0], r[1]), fold_two<m>(r[2], r[3])),
                           fold_two<m>(fold_two<m>(r[4], r[5]), fold_two<m>(r[6], r[7])));
}

// The same for types whose lanes are no vector: halves carried in float, complex products.
template <Monoid m, class T, class P>
inline __attribute__((always_inline)) P leaf_scalars(const T* x, int64_t n, int64_t* used) {
    constexpr int64_t kLanes = scalar::is_complex<T> ? 4 : 8;
    P r[kLanes];
    for (int64_t j = 0; j < kLanes; ++j) r[j] = carry<P>(x[j]);
    int64_t k = kLanes;
    for (; k + kLanes <= n; k += kLanes)
        for (int64_t j = 0; j < kLanes; ++j) r[j] = fold_two<m>(r[j], carry<P>(x[k + j]));
    *used = k;
    const P s = fold_two<m>(fold_two<m>(r[0], r[1]), fold_two<m>(r[2], r[3]));
    if constexpr (kLanes == 8)
        return fold_two<m>(s, fold_two<m>(fold_two<m>(r[4], r[5]), fold_two<m>(r[6], r[7])));
    else return s;
}

template <Monoid m, class T>
inline __attribute__((always_inline)) typename Carried<m, T>::type leaf(const T* x, int64_t n) {
    using P = typename Carried<m, T>::type;
    constexpr int64_t kLanes = scalar::is_complex<T> ? 4 : 8;
    P s = empty_run<m, P>();
    int64_t k = 0;
    if (n >= kLanes) {
        if constexpr (lanes_fit<m, T>) s = leaf_lanes<m>(x, n, &k);
        else s = leaf_scalars<m, T, P>(x, n, &k);
    }
    for (; k < n; ++k) s = fold_two<m>(s, carry<P>(x[k]));
    return s;
}

template <Monoid m, class T>
typename Carried<m, T>::type pairwise(const T* x, int64_t n) {
    constexpr int64_t kParts = scalar::is_complex<T> ? 2 : 1;
    if (n * kParts <= kPairwiseLeaf) return leaf<m>(x, n);
    const int64_t h = pairwise_split(n * kParts) / kParts;
    const auto left = pairwise<m>(x, h);
    return fold_two<m>(left, pairwise<m>(x + h, n - h));
}

// --- exact monoids: any order ------------------------------------------------------------------------------------

template <Monoid m, class T>
T lanes_fold(const T* x, int64_t n) {
    constexpr int64_t kBlock = 256 / static_cast<int64_t>(sizeof(T));
    T s;
    if constexpr (is_extremum(m)) s = x[0];
    else s = T(identity_number(m));
    int64_t i = 0;
    if (n >= kBlock) {
        T r[kBlock];
        for (int64_t j = 0; j < kBlock; ++j) r[j] = x[j];
        for (i = kBlock; i + kBlock <= n; i += kBlock)
            for (int64_t j = 0; j < kBlock; ++j) r[j] = fold_two<m>(r[j], x[i + j]);
        for (int64_t half = kBlock / 2; half > 0; half /= 2)
            for (int64_t j = 0; j < half; ++j) r[j] = fold_two<m>(r[j], r[j + half]);
        s = fold_two<m>(s, r[0]);
    }
    for (; i < n; ++i) s = fold_two<m>(s, x[i]);
    return s;
}

// Whether a line of 64 bytes has a bit that is set.
template <class Line>
inline __attribute__((always_inline)) bool any_bit(const Line& line) {
#if defined(__AVX512F__)
    const __m512i bits = (__m512i)line;
    return _mm512_test_epi64_mask(bits, bits) != 0;
#else
    uint64_t word[8], any = 0;
    __builtin_memcpy(word, &line, sizeof word);
    for (int k = 0; k < 8; ++k) any |= word[k];
    return any != 0;
#endif
}

// The extremum of n numbers as they compare (-0 is +0), or a NaN where there is one: half the work of a fold that orders
// zeros and keeps the NaN's bits.
template <Monoid m, class T>
T compared_extremum(const T* x, int64_t n) {
    typedef T Line __attribute__((vector_size(64), aligned(alignof(T)), may_alias));
    constexpr int64_t kLanes = 64 / static_cast<int64_t>(sizeof(T)), kLines = 4, kStep = kLines * kLanes;
    constexpr bool largest = m == Monoid::maximum;
    if (n < kStep) return lanes_fold<m>(x, n);
    Line best[kLines];
    for (int64_t k = 0; k < kLines; ++k) best[k] = *reinterpret_cast<const Line*>(x + k * kLanes);
    auto odd = best[0] != best[0];
    for (int64_t k = 1; k < kLines; ++k) odd |= best[k] != best[k];
    for (int64_t i = kStep; i < n; i += kStep) {
        const T* const at = x + (i + kStep <= n ? i : n - kStep);  // the last step may see numbers a second time
        for (int64_t k = 0; k < kLines; ++k) {
            const Line v = *reinterpret_cast<const Line*>(at + k * kLanes);
            best[k] = (largest ? v > best[k] : v < best[k]) ? v : best[k];
            odd |= v != v;
        }
    }
    for (int64_t k = 1; k < kLines; ++k) best[0] = (largest ? best[k] > best[0] : best[k] < best[0]) ? best[k] : best[0];
    T lane[kLanes];
    __builtin_memcpy(lane, &best[0], sizeof lane);
    for (int64_t half = kLanes / 2; half > 0; half /= 2)
        for (int64_t j = 0; j < half; ++j)
            lane[j] = (largest ? lane[j + half] > lane[j] : lane[j + half] < lane[j]) ? lane[j + half] : lane[j];
    if constexpr (scalar::is_floating<T>) return any_bit(odd) ? static_cast<T>(__builtin_nan("")) : lane[0];
    else return lane[0];
}

// Whether the processor's vectors hold such numbers.
template <class T>
inline constexpr bool has_lines = !scalar::is_complex<T> && !scalar::is_half<T> && !__is_same(T, bool);

// compared_extremum where there are vectors; else the fold itself.
template <Monoid m, class T>
inline __attribute__((always_inline)) T some_extremum(const T* x, int64_t n) {
    if constexpr (has_lines<T>) return compared_extremum<m>(x, n);
    else return lanes_fold<m>(x, n);
}

template <Monoid m, class T>
T block_fold(const T* x, int64_t n) {
    if constexpr (scalar::is_floating<T> && (m == Monoid::maximum || m == Monoid::minimum)) {
        constexpr int64_t kPiece = 8192 / static_cast<int64_t>(sizeof(T));  // still in L1 when it is looked at again
        T s = x[0];
        for (int64_t i = 0; i < n; i += kPiece) {
            const int64_t size = n - i < kPiece ? n - i : kPiece;
            T extremum = compared_extremum<m>(x + i, size);
            if (!(extremum < 0) & !(extremum > 0)) extremum = lanes_fold<m>(x + i, size);  // which zero, which NaN
            s = fold_two<m>(s, extremum);
        }
        return s;
    } else if constexpr (has_lines<T> && (m == Monoid::maximum || m == Monoid::minimum)) {
        return compared_extremum<m>(x, n);
    } else {
        return lanes_fold<m>(x, n);
    }
}

// --- table entries -----------------------------------------------------------------------------------------------

template <Monoid m, class T>
void fold_tree(const char* x, int64_t n, char* partial) {
    using P = typename Carried<m, T>::type;
    const T* values = reinterpret_cast<const T*>(x);
    if constexpr (order_matters<m, T>) *reinterpret_cast<P*>(partial) = pairwise<m>(values, n);
    else *reinterpret_cast<P*>(partial) = block_fold<m>(values, n);
}

template <Monoid m, class T>
void fold_join(char* partial, const char* right) {
    using P = typename Carried<m, T>::type;
    P& left = *reinterpret_cast<P*>(partial);
    left = fold_two<m>(left, *reinterpret_cast<const P*>(right));
}

template <Monoid m, class T>
void fold_combine(char* accumulator, const char* partial) {
    using P = typename Carried<m, T>::type;
    T& a = *reinterpret_cast<T*>(accumulator);
    const P p = *reinterpret_cast<const P*>(partial);
    if constexpr (__is_same(P, T)) a = fold_two<m>(a, p);
    else a = scalar::round_to<T>(fold_two<m>(scalar::to_float(a), p));
}

template <Monoid m, class T>
void fold_rows(char* accumulators, const char* x, int64_t rows, int64_t row_bytes, int64_t width) {
    T* a = reinterpret_cast<T*>(accumulators);
    const auto row = [=](int64_t r) { return reinterpret_cast<const T*>(x + r * row_bytes); };
    int64_t r = 0;
    for (; r + 4 <= rows; r += 4) {  // four rows for one load and store of the accumulators
        const T *x0 = row(r), *x1 = row(r + 1), *x2 = row(r + 2), *x3 = row(r + 3);
#pragma GCC ivdep
        for (int64_t j = 0; j < width; ++j)
            a[j] = fold_two<m>(fold_two<m>(fold_two<m>(fold_two<m>(a[j], x0[j]), x1[j]), x2[j]), x3[j]);
    }
    for (; r < rows; ++r) {
        const T* x0 = row(r);
#pragma GCC ivdep
        for (int64_t j = 0; j < width; ++j) a[j] = fold_two<m>(a[j], x0[j]);
    }
}

template <Monoid m, class T>
constexpr Fold fold_of() {
    using P = typename Carried<m, T>::type;
    return {fold_tree<m, T>, fold_join<m, T>,          fold_combine<m, T>,
            fold_rows<m, T>, static_cast<int64_t>(sizeof(P)), order_matters<m, T>};
}

}  // namespace
}  // namespace lockstep::host::LS_ISA
