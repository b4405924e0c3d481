// cuSOLVER for the simulator: QR factorisations.
// Must not know who asks.
#include "tests/sim/vendor_cusolver.h"

namespace lockstep::cuda::solver {
namespace {

Status geqrf_bytes(Handle, Parameters, int64_t m, int64_t n, Type, const void*, int64_t, Type, const void*, Type, size_t* device,
                   size_t* host) {
    return sizes(m, n, device, host);
}
Status geqrf(Handle handle, Parameters, int64_t m, int64_t n, Type type, void* a, int64_t lda, Type tau_type, void* tau,
             Type compute, void* device, size_t device_bytes, void* host, size_t host_bytes, int* info) {
    const auto lock = lock_simulator();
    if (!usable(handle)) return kNotInitialized;
    const Work work{device, device_bytes, host, host_bytes};
    const int64_t item = item_of(type);
    if (!plain_type(type, compute) || !plain_type(type, tau_type) || !packed(a, m, n, lda, item) ||
        !live(tau, std::min(m, n) * item) || !live(info, 4) || !work.fits(work_bytes(m, n)))
        return kInvalidValue;
    return queue_work(handle, work, info, [=] { return reflect_on_host(dtype_of(type), m, n, a, tau); });
}

template <bool complex>
Status orgqr_elements(Handle, int m, int n, int, const void*, int, const void*, int* elements) {
    *elements = m + n;
    return kSuccess;
}
template <bool complex>
Status orgqr(Handle handle, int m, int n, int k, void* a, int lda, const void* tau, void* work_data, int elements, int* info) {
    const auto lock = lock_simulator();
    using T = Number<complex>;
    if (!usable(handle)) return kNotInitialized;
    const Work work{work_data, static_cast<size_t>(elements) * sizeof(T)};
    if (!expect(m >= n && n >= k && k > 0, kCall, "m >= n >= k") || !packed(a, m, n, lda, sizeof(T)) ||
        !live(tau, k * int64_t{sizeof(T)}) || !live(info, 4) || !work.fits(static_cast<size_t>(m + n) * sizeof(T)))
        return kInvalidValue;
    return queue_work(handle, work, info, [=] {
        T* const q = static_cast<T*>(a);
        const std::vector<T> reflectors(q, q + int64_t{m} * k);
        for (int64_t i = 0; i < int64_t{m} * n; ++i) q[i] = i % m == i / m ? T(1) : T(0);
        for (int64_t i = k - 1; i >= 0; --i) apply_reflector(reflectors.data(), m, i, static_cast<const T*>(tau)[i], q, n);
        return 0;
    });
}
template <bool complex>
Status ormqr_elements(Handle, Cusolver::Side, Cusolver::Transposed, int m, int n, int, const void*, int, const void*, const void*,
                      int, int* elements) {
    *elements = m + n;
    return kSuccess;
}
template <bool complex>
Status ormqr(Handle handle, Cusolver::Side side, Cusolver::Transposed op, int m, int n, int k, const void* a, int lda,
             const void* tau, void* c, int ldc, void* work_data, int elements, int* info) {
    const auto lock = lock_simulator();
    using T = Number<complex>;
    if (!usable(handle)) return kNotInitialized;
    const Work work{work_data, static_cast<size_t>(elements) * sizeof(T)};
    const auto adjoint = complex ? Cusolver::Transposed::conjugate : Cusolver::Transposed::yes;
    if (!expect(side == Cusolver::Side::left && op == adjoint, kCall, "the adjoint from the left") ||
        !packed(a, m, k, lda, sizeof(T)) || !packed(c, m, n, ldc, sizeof(T)) || !live(tau, k * int64_t{sizeof(T)}) ||
        !live(info, 4) || !work.fits(static_cast<size_t>(m + n) * sizeof(T)))
        return kInvalidValue;
    return queue_work(handle, work, info, [=] {
        for (int64_t i = 0; i < k; ++i)
            apply_reflector(static_cast<const T*>(a), m, i, conjugated(static_cast<const T*>(tau)[i]), static_cast<T*>(c), n);
        return 0;
    });
}

}  // namespace

void add_reflectors(Cusolver& f) {
    f.geqrf_bytes = geqrf_bytes;
    f.geqrf = geqrf;
    f.orgqr_elements[0] = orgqr_elements<false>;
    f.orgqr_elements[1] = orgqr_elements<true>;
    f.orgqr[0] = orgqr<false>;
    f.orgqr[1] = orgqr<true>;
    f.ormqr_elements[0] = ormqr_elements<false>;
    f.ormqr_elements[1] = ormqr_elements<true>;
    f.ormqr[0] = ormqr<false>;
    f.ormqr[1] = ormqr<true>;
}

}  // namespace lockstep::cuda::solver
