// The CPU's matmul: one product per batch element, by BLAS or our own GEMM.
// Must not know which of the two: host/gemm/product.h decides.
#include "host/gemm/product.h"
#include "host/parallel.h"
#include "host/primitives.h"
#include "runtime/array/error.h"

namespace lockstep::host {
namespace {

template <class T>
void multiply_batch(const MatmulTask& t, int64_t first, int64_t last) {
    constexpr int64_t kItem = sizeof(T);
    const int rows = t.batch_ndim, columns = t.batch_ndim + 1;
    for (int64_t i = first; i < last; ++i) {
        const char *a = t.a, *b = t.b;
        char* c = t.c;
        int64_t rest = i;
        for (int d = t.batch_ndim - 1; d >= 0; --d) {
            const int64_t at = rest % t.batch_shape[d];
            rest /= t.batch_shape[d];
            a += at * t.a_strides[d];
            b += at * t.b_strides[d];
            c += at * t.c_strides[d];
        }
        gemm::product<T>(t.m, t.n, t.k, reinterpret_cast<const T*>(a), t.a_strides[rows] / kItem,
                         t.a_strides[columns] / kItem, reinterpret_cast<const T*>(b), t.b_strides[rows] / kItem,
                         t.b_strides[columns] / kItem, reinterpret_cast<T*>(c), t.c_strides[rows] / kItem,
                         t.c_strides[columns] / kItem);
    }
}

template <class T>
void multiply(const MatmulTask& t) {
    const int64_t batches = product({t.batch_shape, static_cast<size_t>(t.batch_ndim)});
    const int64_t work = t.m * t.n * t.k;
    if (batches == 1 || work > (1 << 20)) return multiply_batch<T>(t, 0, batches);  // each product shares itself
    parallel_ranges(batches, 1, batches * work / 4, [&](int64_t a, int64_t b) { multiply_batch<T>(t, a, b); });
}

}  // namespace

void matmul(int, const MatmulTask& task, Stream*) {
    switch (task.dtype.type()) {
#define LS_DTYPE(number, name, character, kind, bytes, type) \
    case TypeNumber::name##_: return multiply<type>(task);
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
        default: fail(Status::internal_error, "cpu: matmul of %s", task.dtype.name());
    }
}

}  // namespace lockstep::host
