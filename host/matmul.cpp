// The CPU's matmul: one product per batch element, by BLAS or our own GEMM; of many tiny ones, right here.
// Must not know which of the two: host/gemm/product.h decides.
#include "host/gemm/product.h"
#include "host/parallel.h"
#include "host/primitives.h"
#include "runtime/array/error.h"
#include "runtime/scalar/apply.h"

namespace lockstep::host {
namespace {

// Up to here the calls on the way to a kernel cost more than the products: 10^5 dot products of 3 took 9.6
// ms.
constexpr int64_t kTiny = 64;

// The batch elements from number `first` on.
struct Batch {
    const MatmulTask& t;
    const char *a = t.a, *b = t.b;
    char* c = t.c;
    int64_t at[kMaxDims];

    Batch(const MatmulTask& task, int64_t first) : t(task) {
        for (int d = t.batch_ndim - 1; d >= 0; --d) {
            at[d] = first % t.batch_shape[d];
            first /= t.batch_shape[d];
            move(d, at[d]);
        }
    }
    void move(int d, int64_t steps) {
        a += steps * t.a_strides[d];
        b += steps * t.b_strides[d];
        c += steps * t.c_strides[d];
    }
    void next() {
        for (int d = t.batch_ndim - 1; d >= 0; --d) {
            move(d, 1);
            if (++at[d] < t.batch_shape[d]) return;
            move(d, -at[d]);
            at[d] = 0;
        }
    }
};

template <class T>
T tiny_dot(const char* a, int64_t a_step, const char* b, int64_t b_step, int64_t k, bool conjugate) {
    const auto product = [&](int64_t i) {
        T x = *reinterpret_cast<const T*>(a + i * a_step), y = *reinterpret_cast<const T*>(b + i * b_step);
        if constexpr (scalar::is_complex<T>) x.im = conjugate ? -x.im : x.im;
        if constexpr (scalar::is_half<T>)
            return scalar::to_float(x) * scalar::to_float(y);
        else
            return scalar::multiply(x, y);
    };
    if (k == 0) return T{};
    auto sum = product(0);
    for (int64_t i = 1; i < k; ++i) sum = scalar::add(sum, product(i));
    if constexpr (scalar::is_half<T>)
        return scalar::round_to<T>(sum);
    else
        return sum;
}

template <class T>
void multiply_tiny(const MatmulTask& t, int64_t first, int64_t last) {
    const int row = t.batch_ndim, column = t.batch_ndim + 1;
    Batch batch(t, first);
    for (int64_t i = first; i < last; ++i, batch.next())
        for (int64_t r = 0; r < t.m; ++r)
            for (int64_t q = 0; q < t.n; ++q)
                *reinterpret_cast<T*>(batch.c + r * t.c_strides[row] + q * t.c_strides[column]) =
                    tiny_dot<T>(batch.a + r * t.a_strides[row], t.a_strides[column],
                                batch.b + q * t.b_strides[column], t.b_strides[row], t.k, t.conjugate);
}

template <class T>
void multiply_batch(const MatmulTask& t, int64_t first, int64_t last) {
    constexpr int64_t kItem = sizeof(T);
    const int rows = t.batch_ndim, columns = t.batch_ndim + 1;
    Batch batch(t, first);
    if constexpr (scalar::is_complex<T>) {
        if (t.conjugate) {
            for (int64_t i = first; i < last; ++i, batch.next())
                *reinterpret_cast<T*>(batch.c) = gemm::conjugated_dot<T>(
                    t.k, reinterpret_cast<const T*>(batch.a), t.a_strides[columns] / kItem,
                    reinterpret_cast<const T*>(batch.b), t.b_strides[rows] / kItem);
            return;
        }
    }
    for (int64_t i = first; i < last; ++i, batch.next())
        gemm::product<T>(t.m, t.n, t.k, reinterpret_cast<const T*>(batch.a), t.a_strides[rows] / kItem,
                         t.a_strides[columns] / kItem, reinterpret_cast<const T*>(batch.b),
                         t.b_strides[rows] / kItem, t.b_strides[columns] / kItem,
                         reinterpret_cast<T*>(batch.c), t.c_strides[rows] / kItem,
                         t.c_strides[columns] / kItem);
}

template <class T>
void multiply(const MatmulTask& t) {
    const int64_t batches = product({t.batch_shape, static_cast<size_t>(t.batch_ndim)});
    const int64_t work = t.m * t.n * t.k;
    if (batches > 1 && work <= kTiny && t.m * t.n <= kTiny)
        return parallel_ranges(batches, 64, batches * (work + 16) * 4,
                               [&](int64_t a, int64_t b) { multiply_tiny<T>(t, a, b); });
    if (batches == 1 || work > (1 << 20))
        return multiply_batch<T>(t, 0, batches);  // each product shares itself
    parallel_ranges(batches, 1, batches * work / 4,
                    [&](int64_t a, int64_t b) { multiply_batch<T>(t, a, b); });
}

}  // namespace

void matmul(int, const MatmulTask& task, Stream*) {
    switch (task.dtype.type()) {
#define LS_DTYPE(number, name, character, kind, bytes, type) \
    case TypeNumber::name##_:                                \
        return multiply<type>(task);
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
        default:
            fail(Status::internal_error, "cpu: matmul of %s", task.dtype.name());
    }
}

}  // namespace lockstep::host
