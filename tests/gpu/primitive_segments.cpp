// Random folds of stretches against the definition: the pairwise tree of runtime/exec/pairwise.h for sums of
// floats, else one element after the other; indices that miss. Must not know how they are computed.
#include <cstdio>
#include <cstring>
#include <memory>

#include "runtime/exec/pairwise.h"
#include "runtime/exec/scan_order.h"
#include "runtime/scalar/apply.h"
#include "tests/gpu/primitives.h"

using namespace lockstep;

namespace {

// A task, and all memory that it is about.
struct Segmenting {
    SegmentTask task{};
    int64_t shape[6], in_strides[6], out_strides[6], rows = 1, in_first = 0, out_first = 0;
    std::vector<int64_t> index;
    std::unique_ptr<Block> in, out, indices;
    bool misses = false;

    Segmenting(Op op, DType type, bool odd) {
        task.op = op;
        task.type = type;
        task.n = pick({1, 2, 9, 40, 129, 130, 700, 3000});
        task.count = pick({1, 2, 5, 30});
        task.ndim = 1 + static_cast<int>(below(odd ? 6 : 3));
        for (int d = 0; d < task.ndim; ++d)
            rows *= shape[d] = task.ndim == 1 ? pick({1, 3, 70}) : pick({1, 2, 3});
        const int64_t item = type.itemsize(), off = odd ? 1 : 0;
        in = place(task.n, item, off, task.in_stride, in_strides, in_first);
        out = place(task.count, item, off, task.out_stride, out_strides, out_first);
        indices = std::make_unique<Block>(task.count * 8);
        misses = below(8) == 0;
        const int64_t wrong = misses ? below(task.count) : -1;
        for (int64_t i = 0; i < task.count; ++i) {
            index.push_back(below(3) ? below(task.n) : below(1 + task.n / 16));
            if (i == wrong) index.back() = pick({-1, task.n, task.n + 5, INT64_MIN, INT64_MAX});
        }
        std::memcpy(indices->bytes.data(), index.data(), index.size() * 8);
        task.shape = shape;
        task.in = in->device + in_first;
        task.out = out->device + out_first;
        task.in_strides = in_strides;
        task.out_strides = out_strides;
        task.indices = indices->device;
    }

    // Memory for `length` elements along the axis, the innermost or the outermost dimension, by the others.
    std::unique_ptr<Block> place(int64_t length, int64_t item, int64_t off, int64_t& along, int64_t* beside,
                                 int64_t& first) {
        int64_t packed = item * pick({1, 1, 2}) + off, low = 0, high = 0;
        const auto dimension = [&](int64_t n) {
            const int64_t stride = below(5) ? packed : -packed;
            (stride < 0 ? low : high) += (n - 1) * stride;
            packed *= n;
            return stride;
        };
        const bool inner = below(2);
        if (inner) along = dimension(length);
        for (int d = task.ndim - 1; d >= 0; --d) beside[d] = dimension(shape[d]);
        if (!inner) along = dimension(length);
        first = off - low;
        return std::make_unique<Block>(high - low + item + off);
    }

    // Offsets of a row's first element in the two blocks.
    void row(int64_t number, int64_t* from, int64_t* to) const {
        *from = in_first;
        *to = out_first;
        for (int d = task.ndim - 1; d >= 0; --d) {
            *from += number % shape[d] * in_strides[d];
            *to += number % shape[d] * out_strides[d];
            number /= shape[d];
        }
    }
};

template <class T>
T random_element() {
    if constexpr (scalar::is_complex<T>) {
        using Part = decltype(T::re);
        constexpr Part kSmall = Part(0.6);  // products of thousands stay finite
        return {kSmall * random_element<Part>(), kSmall * random_element<Part>()};
    } else if constexpr (scalar::is_same<T, float> || scalar::is_same<T, double>) {
        return static_cast<T>(static_cast<double>(below(2'000'001) - 1'000'000) / 999'983.0 + (below(2) ? 1 : -1));
    } else if constexpr (scalar::is_half<T>) {
        return scalar::round_to<T>(random_element<float>());
    } else if constexpr (scalar::is_same<T, bool>) {
        return below(2) != 0;
    } else {
        return static_cast<T>(generator());
    }
}

// x[0] + the tree of the others, which are one at least; halves in float.
template <class T>
T sum_of(const std::vector<T>& x) {
    using scalar::apply;
    const int64_t n = static_cast<int64_t>(x.size()) - 1;
    if constexpr (scalar::is_complex<T>) {
        decltype(T::re) sum[2] = {0, 0};
        pairwise_sum<2>(&x[1].re, 2 * n, sum);
        return apply<Op::add>(x[0], T{sum[0], sum[1]});
    } else if constexpr (scalar::is_half<T>) {
        std::vector<float> wide;
        for (const T value : x) wide.push_back(scalar::to_float(value));
        float sum = 0;
        pairwise_sum<1>(&wide[1], n, &sum);
        return scalar::round_to<T>(wide[0] + sum);
    } else {
        T sum = 0;
        pairwise_sum<1>(&x[1], n, &sum);
        return x[0] + sum;
    }
}

template <Op op, class T>
T fold_of(const std::vector<T>& x) {
    constexpr bool carried = scalar::is_half<T> && (op == Op::add || op == Op::multiply);
    if (x.size() == 1) return x[0];
    if constexpr (op == Op::add && (scalar::is_floating<T> || scalar::is_half<T> || scalar::is_complex<T>)) {
        return sum_of(x);
    } else if constexpr (carried) {
        float all = scalar::to_float(x[0]);
        for (size_t i = 1; i < x.size(); ++i) all = scalar::apply<op>(all, scalar::to_float(x[i]));
        return scalar::round_to<T>(all);
    } else {
        T all = x[0];
        for (size_t i = 1; i < x.size(); ++i) all = scalar::apply<op>(all, x[i]);
        return all;
    }
}

bool complain(const Segmenting& s, const char* what) {
    std::printf("%s of stretches of %s, %lld results by %lld rows of %lld: %s\n", row_of(s.task.op).name,
                s.task.type.name(), static_cast<long long>(s.task.count), static_cast<long long>(s.rows),
                static_cast<long long>(s.task.n), what);
    return false;
}

template <Op op, class T>
bool fold_stretches(DType type) {
    Segmenting s(op, type, op == Op::add && below(6) == 0);
    const auto in_row = [&](int64_t first, int64_t i) {
        return static_cast<size_t>(first + i * s.task.in_stride);
    };
    int64_t from = 0, to = 0;
    for (int64_t row = 0; row < s.rows; ++row) {
        s.row(row, &from, &to);
        for (int64_t i = 0; i < s.task.n; ++i) {
            const T x = random_element<T>();
            std::memcpy(&s.in->bytes[in_row(from, i)], &x, sizeof x);
        }
    }
    s.out->fill_random();
    for (Block* block : {s.in.get(), s.out.get(), s.indices.get()}) block->to_device();
    backend->segments(0, s.task, &stream);
    const std::string error = reported();
    if (error.empty() == s.misses) return complain(s, error.empty() ? "no error" : error.c_str());
    if (s.misses)
        return error.find("is out of bounds for an axis of size") != error.npos || complain(s, error.c_str());
    std::vector<char> expected = s.out->bytes;
    for (int64_t row = 0; row < s.rows; ++row) {
        s.row(row, &from, &to);
        for (int64_t i = 0; i < s.task.count; ++i) {
            const int64_t begin = s.index[static_cast<size_t>(i)],
                          end = i + 1 < s.task.count ? s.index[static_cast<size_t>(i + 1)] : s.task.n;
            std::vector<T> x;
            for (int64_t k = begin; k == begin || k < end; ++k) {
                T value;
                std::memcpy(&value, &s.in->bytes[in_row(from, k)], sizeof value);
                x.push_back(value);
            }
            const T result = fold_of<op, T>(x);
            std::memcpy(&expected[static_cast<size_t>(to + i * s.task.out_stride)], &result, sizeof result);
        }
    }
    return s.out->from_device() == expected || complain(s, "wrong");
}

template <Op op, class T>
bool fold_if_there_is(DType type) {
    if constexpr (has_scan(op) && (scans_truth(op) ? dtype_of<T>.is_bool() : row_of(op).has_loop(dtype_of<T>)))
        return fold_stretches<op, T>(type);
    return true;
}

template <class T>
bool fold_by_any(DType type) {
    switch (below(6)) {
        case 0: return fold_if_there_is<Op::multiply, T>(type);
        case 1: return fold_if_there_is<Op::maximum, T>(type);
        case 2: return fold_if_there_is<Op::logical_xor, T>(type);
        case 3: return fold_if_there_is<Op::bitwise_and, T>(type);
        default: return fold_if_there_is<Op::add, T>(type);
    }
}

}  // namespace

bool check_segments() {
    switch (1 + below(15)) {
#define LS_DTYPE(number, name, character, kind, bytes, ctype) \
    case number: return fold_by_any<ctype>(types::name##_);
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
        default: return true;
    }
}
