// cuSOLVER for the simulator: LU and Cholesky factorisations.
// Must not know who asks.
#include "tests/sim/vendor_cusolver.h"

namespace lockstep::cuda::solver {
namespace {

Status getrf_bytes(Handle, Parameters, int64_t m, int64_t n, Type, const void*, int64_t, Type, size_t* device, size_t* host) {
    return sizes(m, n, device, host);
}
Status getrf(Handle handle, Parameters, int64_t m, int64_t n, Type type, void* a, int64_t lda, int64_t* pivots, Type compute,
             void* device, size_t device_bytes, void* host, size_t host_bytes, int* info) {
    const auto lock = lock_simulator();
    if (!usable(handle)) return kNotInitialized;
    const Work work{device, device_bytes, host, host_bytes};
    if (!expect(m == n, kCall, "a square matrix") || !plain_type(type, compute) || !packed(a, n, n, lda, item_of(type)) ||
        !live(pivots, n * 8) || !live(info, 4) || !work.fits(work_bytes(m, n)))
        return kInvalidValue;
    return queue_work(handle, work, info, [=] {
        if (is_complex(type)) return factor_on_host(dtype_of(type), n, static_cast<std::complex<double>*>(a), pivots);
        return factor_on_host(dtype_of(type), n, static_cast<double*>(a), pivots);
    });
}

Status getrs(Handle handle, Parameters, Cusolver::Transposed op, int64_t n, int64_t columns, Type a_type, const void* a,
             int64_t lda, const int64_t* pivots, Type b_type, void* b, int64_t ldb, int* info) {
    const auto lock = lock_simulator();
    if (!usable(handle)) return kNotInitialized;
    if (!expect(op == Cusolver::Transposed::no, kCall, "the matrix as it is") || !plain_type(a_type, b_type) ||
        !packed(a, n, n, lda, item_of(a_type)) || !packed(b, n, columns, ldb, item_of(a_type)) || !live(pivots, n * 8) ||
        !live(info, 4))
        return kInvalidValue;
    return queue_work(handle, {nullptr, 0}, info, [=] {
        using Complex = std::complex<double>;
        if (is_complex(a_type))
            substitute_on_host(n, columns, static_cast<const Complex*>(a), pivots, static_cast<Complex*>(b));
        else substitute_on_host(n, columns, static_cast<const double*>(a), pivots, static_cast<double*>(b));
        return 0;
    });
}

// The other triangle stays as it is.
int factor_triangle(DType type, Triangle triangle, int64_t n, char* a) {
    const int64_t item = type.itemsize();
    std::vector<char> factor(a, a + n * n * item);
    SolveTask t = host_task(Solver::cholesky, type, n, n, factor.data());
    t.upper = triangle == Triangle::upper;
    const int info = run_on_host(t);
    for (int64_t j = 0; j < n; ++j) {
        const int64_t first = (j * n + (t.upper ? 0 : j)) * item, rows = t.upper ? j + 1 : n - j;
        std::memcpy(a + first, factor.data() + first, static_cast<size_t>(rows * item));
    }
    return info;
}
Status potrf_bytes(Handle, Parameters, Triangle, int64_t n, Type, const void*, int64_t, Type, size_t* device, size_t* host) {
    return sizes(n, n, device, host);
}
Status potrf(Handle handle, Parameters, Triangle triangle, int64_t n, Type type, void* a, int64_t lda, Type compute, void* device,
             size_t device_bytes, void* host, size_t host_bytes, int* info) {
    const auto lock = lock_simulator();
    if (!usable(handle)) return kNotInitialized;
    const Work work{device, device_bytes, host, host_bytes};
    if (!plain_type(type, compute) || !packed(a, n, n, lda, item_of(type)) || !live(info, 4) || !work.fits(work_bytes(n, n)))
        return kInvalidValue;
    return queue_work(handle, work, info, [=] { return factor_triangle(dtype_of(type), triangle, n, static_cast<char*>(a)); });
}
template <bool complex>
Status potrf_batched(Handle handle, Triangle triangle, int n, void** a, int lda, int* info, int batch) {
    const auto lock = lock_simulator();
    if (!usable(handle)) return kNotInitialized;
    if (!expect(n > 0 && lda == n && batch > 0, kCall, "packed matrices") || !live(a, int64_t{8} * batch) ||
        !live(info, int64_t{4} * batch))
        return kInvalidValue;
    return queue_work(handle, {nullptr, 0}, nullptr, [=] {
        const DType type = number_type<complex>;
        for (int i = 0; i < batch; ++i) {
            expect_or_abort(find_block(a[i], static_cast<size_t>(int64_t{n} * n * type.itemsize())) != nullptr, kCall,
                            "addresses of matrices in device memory");
            info[i] = factor_triangle(type, triangle, n, static_cast<char*>(a[i]));
        }
        return 0;
    });
}

}  // namespace

void add_systems(Cusolver& f) {
    f.getrf_bytes = getrf_bytes;
    f.getrf = getrf;
    f.getrs = getrs;
    f.potrf_bytes = potrf_bytes;
    f.potrf = potrf;
    f.potrf_batched[0] = potrf_batched<false>;
    f.potrf_batched[1] = potrf_batched<true>;
}

}  // namespace lockstep::cuda::solver
