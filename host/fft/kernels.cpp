// The FFT's kernels, compiled once per instruction set (LS_ISA names it) and entered through kernel_table().
// Must not instantiate anything shared between sets: plain pointers in, plain pointers out, all code inside
// LS_ISA.
#include "host/fft/kernels.h"

#include "host/fft/passes.h"
#include "host/fft/pointwise.h"

namespace lockstep::host::fft::LS_ISA {

// Copies `count` complex numbers.
template <class T>
LS_FFT_INLINE void copy(const T* from, T* to, int64_t count) {
    __builtin_memcpy(to, from, static_cast<size_t>(2 * count) * sizeof(T));
}

LS_FFT_INLINE int64_t first_of_block(int64_t block, int64_t width, int64_t n) {
    const int64_t start = block * width;
    return start + width <= n || n < width ? start : n - width;
}

// lanes x lanes numbers between a corner of interleaved rows and rows of scratch.
template <class T>
LS_FFT_INLINE void gather_tile(const T* in, int64_t stride, typename Lanes<T>::Bits conjugate, T* scratch) {
    constexpr int w = Lanes<T>::count;
    Vec<T> re[w], im[w];
    unroll<w>([&](auto i) LS_FFT_LAMBDA {
        const Complex<T> x = load_interleaved(in + decltype(i)::value * stride);
        re[decltype(i)::value] = x.re;
        im[decltype(i)::value] = flip<T>(x.im, conjugate);
    });
    transpose<T>(re);
    transpose<T>(im);
    unroll<w>([&](auto i) LS_FFT_LAMBDA {
        store(scratch + decltype(i)::value * row_size<T>, re[decltype(i)::value]);
        store(scratch + decltype(i)::value * row_size<T> + w, im[decltype(i)::value]);
    });
}
template <class T>
LS_FFT_INLINE void scatter_tile(const T* scratch, T* out, int64_t stride, Vec<T> scale_re, Vec<T> scale_im) {
    constexpr int w = Lanes<T>::count;
    Vec<T> re[w], im[w];
    unroll<w>([&](auto i) LS_FFT_LAMBDA {
        re[decltype(i)::value] = load(scratch + decltype(i)::value * row_size<T>) * scale_re;
        im[decltype(i)::value] = load(scratch + decltype(i)::value * row_size<T> + w) * scale_im;
    });
    transpose<T>(re);
    transpose<T>(im);
    unroll<w>([&](auto i) LS_FFT_LAMBDA {
        store_interleaved<T>(out + decltype(i)::value * stride,
                             {re[decltype(i)::value], im[decltype(i)::value]});
    });
}

template <class T>
static void gather(const Rows<T>& rows, int64_t count, int64_t n, T* scratch) {
    constexpr int64_t w = lanes<T>;
    const auto mask = sign_mask<T>(rows.conjugate);
    if (count == w && n >= w) {
        for (int64_t j = 0; j < n; j += w) {
            const int64_t at = j + w <= n ? j : n - w;
            gather_tile<T>(rows.in + 2 * at, rows.in_stride, mask, scratch + at * row_size<T>);
        }
        return;
    }
    const T sign = rows.conjugate ? T(-1) : T(1);
    for (int64_t j = 0; j < n; ++j)
        for (int64_t l = 0; l < w; ++l) {
            scratch[j * row_size<T> + l] = l < count ? rows.in[l * rows.in_stride + 2 * j] : T(0);
            scratch[j * row_size<T> + w + l] =
                l < count ? rows.in[l * rows.in_stride + 2 * j + 1] * sign : T(0);
        }
}
template <class T>
static void scatter(const T* scratch, int64_t count, int64_t n, const Rows<T>& rows) {
    constexpr int64_t w = lanes<T>;
    if (count == w && n >= w) {
        const Vec<T> scale_re = broadcast(rows.scale_re), scale_im = broadcast(rows.scale_im);
        for (int64_t j = 0; j < n; j += w) {
            const int64_t at = j + w <= n ? j : n - w;
            scatter_tile<T>(scratch + at * row_size<T>, rows.out + 2 * at, rows.out_stride, scale_re,
                            scale_im);
        }
        return;
    }
    for (int64_t l = 0; l < count; ++l)
        for (int64_t j = 0; j < n; ++j) {
            rows.out[l * rows.out_stride + 2 * j] = scratch[j * row_size<T> + l] * rows.scale_re;
            rows.out[l * rows.out_stride + 2 * j + 1] = scratch[j * row_size<T> + w + l] * rows.scale_im;
        }
}

template <class T>
static void batch(const Vertical<T>& v, const Rows<T>& rows, int64_t count, T* scratch) {
    T* const other = scratch + v.length * row_size<T>;
    gather<T>(rows, count, v.length, scratch);
    scatter<T>(middle<T>(v, 0, v.stages, scratch, scratch, other), count, v.length, rows);
}

// The twiddles of W rows of one block of columns, a vector of lanes each: from a table of their own, or
// products of a factor per lane and a factor per block where that table would not fit in the caches.
template <class T, bool Own>
struct TileTwiddles {
    const T *lane, *block;
    LS_FFT_INLINE Complex<T> get(const TileTwiddles& self, int64_t row) {
        const T* const at = self.lane + row * row_size<T>;
        const Complex<T> t = {load(at), load(at + lanes<T>)};
        if constexpr (Own) return t;
        return multiply<T>(t, broadcast(self.block[2 * row]), broadcast(self.block[2 * row + 1]));
    }
};

// Twiddles and transposes W rows of a block of columns; writes the columns begin .. end - 1 as rows of tmp.
template <class T, bool Own>
LS_FFT_INLINE void twiddle_tile(const Complex<T>* rows, const TileTwiddles<T, Own>& twiddles, T* tmp,
                                int64_t begin, int64_t end, bool past_cache) {
    constexpr int w = Lanes<T>::count;
    Vec<T> re[w], im[w];
    unroll<w>([&](auto ii) LS_FFT_LAMBDA {
        constexpr int i = decltype(ii)::value;
        const Complex<T> t = TileTwiddles<T, Own>::get(twiddles, i);
        const Complex<T> x = multiply<T>(rows[i], t.re, t.im);
        re[i] = x.re;
        im[i] = x.im;
    });
    transpose<T>(re);
    transpose<T>(im);
    const bool all = begin == 0 && end == w;
    if (can_stream && all && past_cache)
        unroll<w>([&](auto i) LS_FFT_LAMBDA {
            stream(tmp + decltype(i)::value * row_size<T>, re[decltype(i)::value]);
            stream(tmp + decltype(i)::value * row_size<T> + w, im[decltype(i)::value]);
        });
    else if (all)
        unroll<w>([&](auto i) LS_FFT_LAMBDA {
            store(tmp + decltype(i)::value * row_size<T>, re[decltype(i)::value]);
            store(tmp + decltype(i)::value * row_size<T> + w, im[decltype(i)::value]);
        });
    else
        unroll<w>([&](auto i) LS_FFT_LAMBDA {
            if (decltype(i)::value < begin || decltype(i)::value >= end) return;
            store(tmp + decltype(i)::value * row_size<T>, re[decltype(i)::value]);
            store(tmp + decltype(i)::value * row_size<T> + w, im[decltype(i)::value]);
        });
}

template <class T, bool Own>
static void columns_through_scratch(const Split<T>& split, const Rows<T>& row, T* tmp, int64_t begin,
                                    int64_t end, T* scratch) {
    constexpr int64_t w = lanes<T>;
    const Vertical<T>& v = split.first;
    const int64_t n1 = split.n1, n2 = split.n2, padded = n1 < w ? w : n1;
    T *const a = scratch, *const b = a + padded * row_size<T>, *const pack = b + padded * row_size<T>;
    const auto mask = sign_mask<T>(row.conjugate);
    for (int64_t block = begin; block < end; ++block) {
        const int64_t j = first_of_block(block, w, n2), skip = block * w - j;
        UserIn<T> in{row.in + 2 * j, 2 * n2, mask};
        if (n2 < w) {
            for (int64_t k = 0; k < n1; ++k) copy(row.in + 2 * k * n2, pack + k * row_size<T>, n2);
            in = {pack, row_size<T>, mask};
        }
        any_pass<T>(v.stage[0], in, ScratchOut<T>{a});
        const T* const done = middle<T>(v, 1, v.stages, a, a, b);
        const T* const lane_twiddle = split.lane_twiddle + (Own ? block * padded * row_size<T> : 0);
        const T* const block_twiddle = split.block_twiddle + (Own ? 0 : 2 * padded * block);
        for (int64_t kb = 0; kb * w < n1; ++kb) {
            const int64_t k = first_of_block(kb, w, n1);
            Complex<T> x[w];
            unroll<w>([&](auto i) LS_FFT_LAMBDA {
                x[decltype(i)::value] = ScratchIn<T>::get({}, done + (k + decltype(i)::value) * row_size<T>);
            });
            twiddle_tile<T, Own>(x, {lane_twiddle + k * row_size<T>, block_twiddle + (Own ? 0 : 2 * k)},
                                 tmp + (kb * n2 + j) * row_size<T>, skip, n2 < w ? n2 : w, split.past_cache);
        }
    }
}

// n1 == W: the columns of a block are one butterfly, and stay in registers up to the transposition.
template <class T>
static void columns_in_registers(const Split<T>& split, const Rows<T>& row, T* tmp, int64_t begin,
                                 int64_t end) {
    constexpr int w = Lanes<T>::count;
    const int64_t n2 = split.n2;
    const UserIn<T> in{row.in, 2 * n2, sign_mask<T>(row.conjugate)};
    for (int64_t block = begin; block < end; ++block) {
        const int64_t j = first_of_block(block, w, n2), skip = block * w - j;
        Complex<T> x[w];
        const T* at = in.p + 2 * j;
        unroll<w>([&](auto k) LS_FFT_LAMBDA {
            x[decltype(k)::value] = UserIn<T>::get(in, at);
            at += in.stride;
        });
        butterfly<w, T>(x);
        twiddle_tile<T, true>(x, {split.lane_twiddle + block * w * row_size<T>, nullptr},
                              tmp + j * row_size<T>, skip, w, false);
    }
}

template <class T>
static void columns(const Split<T>& split, const Rows<T>& row, T* tmp, int64_t begin, int64_t end,
                    T* scratch) {
    if (split.block_twiddle != nullptr)
        columns_through_scratch<T, false>(split, row, tmp, begin, end, scratch);
    else if (split.n1 == lanes<T> && split.n2 >= lanes<T>)
        columns_in_registers<T>(split, row, tmp, begin, end);
    else
        columns_through_scratch<T, true>(split, row, tmp, begin, end, scratch);
    if (split.past_cache) stream_fence();
}

template <class T>
static void finish(const Split<T>& split, const Rows<T>& row, const T* tmp, int64_t begin, int64_t end,
                   T* scratch) {
    constexpr int64_t w = lanes<T>;
    const Vertical<T>& v = split.second;
    const int64_t n1 = split.n1, n2 = split.n2;
    T *const a = scratch, *const b = a + n2 * row_size<T>, *const pack = b + n2 * row_size<T>;
    const Vec<T> scale_re = broadcast(row.scale_re), scale_im = broadcast(row.scale_im);
    const bool past_cache = split.past_cache && n1 % w == 0 && reinterpret_cast<uintptr_t>(row.out) % 64 == 0;
    for (int64_t block = begin; block < end; ++block) {
        const T* const ready = middle<T>(v, 0, v.stages - 1, tmp + block * n2 * row_size<T>, a, b);
        UserOut<T> out{row.out + 2 * first_of_block(block, w, n1), 2 * n1, scale_re, scale_im, past_cache};
        if (n1 < w) out = {pack, row_size<T>, scale_re, scale_im, false};
        any_pass<T>(v.stage[v.stages - 1], ScratchIn<T>{ready}, out);
        if (n1 < w)
            for (int64_t k = 0; k < n2; ++k) copy(pack + k * row_size<T>, row.out + 2 * k * n1, n1);
    }
    if (past_cache) stream_fence();
}

template <class T>
static const Kernels<T> table = {static_cast<int>(lanes<T>), batch<T>,     columns<T>, finish<T>,
                                 multiply_rows<T>,           real_post<T>, real_pre<T>};

const Kernels<double>& kernel_table_double() { return table<double>; }
const Kernels<float>& kernel_table_float() { return table<float>; }

}  // namespace lockstep::host::fft::LS_ISA
