// cuBLAS's functions for many small matrices, for the simulator.
// Must not know who asks.
#include "tests/sim/stream.h"
#include "tests/sim/vendor_checks.h"
#include "tests/sim/vendor_cublas.h"
#include "tests/sim/vendor_factor.h"

namespace lockstep::cuda {
namespace {

using namespace lockstep::sim;
using Status = Blas::Status;
constexpr const char* kBatch = "a batched function of cuBLAS";

bool are_live(const void* addresses, int batch) {
    return expect(is_live(addresses, batch * int64_t{8}), kBatch, "addresses in device memory");
}
// Inside queued work: what the addresses lead to.
template <class T>
T* matrix_at(void* const* addresses, int i, int64_t elements) {
    const bool there = find_block(addresses[i], static_cast<size_t>(elements) * sizeof(T)) != nullptr;
    expect_or_abort(there && is_aligned_to(addresses[i], sizeof(T)), kBatch, "addresses of matrices in device memory");
    return static_cast<T*>(addresses[i]);
}

template <bool complex>
Status begin(Handle handle) {
    return check_handle(handle, complex ? Blas::Type::complex128 : Blas::Type::float64, Blas::Pointers::host);
}

}  // namespace

template <bool complex>
Status factor_batched(Handle handle, int n, void** a, int lda, int* pivots, int* info, int batch) {
    const auto lock = lock_simulator();
    if (const Status status = begin<complex>(handle)) return status;
    const Entered entered(handle);
    if (!expect(entered.alone(), kBatch, "one thread at a time") ||
        !expect(n > 0 && lda == n && batch > 0, kBatch, "packed matrices") || !are_live(a, batch) ||
        !expect(is_live(pivots, int64_t{4} * n * batch) && is_live(info, int64_t{4} * batch), kBatch,
                "pivots and info in device memory"))
        return kInvalidValue;
    queue(stream_of(handle->stream), [=] {
        for (int i = 0; i < batch; ++i)
            info[i] = factor_on_host(number_type<complex>, n, matrix_at<Number<complex>>(a, i, int64_t{n} * n),
                                     pivots + int64_t{i} * n);
    });
    return kSuccess;
}

template <bool complex>
Status solve_batched(Handle handle, Blas::Transposed op, int n, int columns, void* const* a, int lda, const int* pivots,
                     void** b, int ldb, int* info, int batch) {
    const auto lock = lock_simulator();
    if (const Status status = begin<complex>(handle)) return status;
    const Entered entered(handle);
    if (!expect(entered.alone(), kBatch, "one thread at a time") ||
        !expect(op == Blas::Transposed::no && n > 0 && columns > 0 && lda == n && ldb == n && batch > 0, kBatch,
                "packed matrices as they are") ||
        !are_live(a, batch) || !are_live(b, batch) ||
        !expect(is_live(pivots, int64_t{4} * n * batch) && !is_device_address(info), kBatch,
                "pivots in device memory, info in the host's"))
        return kInvalidValue;
    *info = 0;
    queue(stream_of(handle->stream), [=] {
        for (int i = 0; i < batch; ++i)
            substitute_on_host(n, columns, matrix_at<Number<complex>>(a, i, int64_t{n} * n), pivots + int64_t{i} * n,
                               matrix_at<Number<complex>>(b, i, int64_t{n} * columns));
    });
    return kSuccess;
}

template <bool complex>
Status reflect_batched(Handle handle, int m, int n, void** a, int lda, void** tau, int* info, int batch) {
    const auto lock = lock_simulator();
    if (const Status status = begin<complex>(handle)) return status;
    const Entered entered(handle);
    if (!expect(entered.alone(), kBatch, "one thread at a time") ||
        !expect(m > 0 && n > 0 && lda == m && batch > 0, kBatch, "packed matrices") || !are_live(a, batch) ||
        !are_live(tau, batch) || !expect(!is_device_address(info), kBatch, "info in host memory"))
        return kInvalidValue;
    *info = 0;
    queue(stream_of(handle->stream), [=] {
        for (int i = 0; i < batch; ++i)
            reflect_on_host(number_type<complex>, m, n, matrix_at<Number<complex>>(a, i, int64_t{m} * n),
                            matrix_at<Number<complex>>(tau, i, std::min(m, n)));
    });
    return kSuccess;
}

#define LS_BATCHED(complex)                                                                                              \
    template Status factor_batched<complex>(Handle, int, void**, int, int*, int*, int);                                  \
    template Status solve_batched<complex>(Handle, Blas::Transposed, int, int, void* const*, int, const int*, void**, int, \
                                           int*, int);                                                                   \
    template Status reflect_batched<complex>(Handle, int, int, void**, int, void**, int*, int);
LS_BATCHED(false)
LS_BATCHED(true)
#undef LS_BATCHED

}  // namespace lockstep::cuda
