// cuSOLVER for the simulator: singular values and eigenvalues.
// Must not know who asks.
#include "tests/sim/vendor_cusolver.h"

namespace lockstep::cuda::solver {
namespace {

// A host copy of a matrix, which the backend may overwrite.
std::vector<char> copy_of(const void* a, int64_t elements, DType type) {
    const char* const data = static_cast<const char*>(a);
    return {data, data + elements * type.itemsize()};
}

// u, s and vh of a[m,n], all of them or the first min(m, n); u null: s alone.
int decompose_on_host(DType type, int64_t m, int64_t n, const void* a, bool full, void* s, void* u, void* vh) {
    std::vector<char> copy = copy_of(a, m * n, type);
    SolveTask t = host_task(Solver::svd, type, m, n, copy.data());
    t.full = full;
    t.values = static_cast<char*>(s);
    t.x = static_cast<char*>(u);
    t.y = static_cast<char*>(vh);
    return run_on_host(t);
}

Status gesvd_bytes(Handle, Parameters, signed char, signed char, int64_t m, int64_t n, Type, const void*, int64_t, Type,
                   const void*, Type, const void*, int64_t, Type, const void*, int64_t, Type, size_t* device, size_t* host) {
    return sizes(m, n, device, host);
}
Status gesvd(Handle handle, Parameters, signed char u_job, signed char vt_job, int64_t m, int64_t n, Type type, void* a,
             int64_t lda, Type s_type, void* s, Type u_type, void* u, int64_t ldu, Type vt_type, void* vt, int64_t ldvt,
             Type compute, void* device, size_t device_bytes, void* host, size_t host_bytes, int* info) {
    const auto lock = lock_simulator();
    if (!usable(handle)) return kNotInitialized;
    const Work work{device, device_bytes, host, host_bytes};
    const int64_t item = item_of(type);
    const bool vectors = u_job != 'N', full = u_job == 'A';
    if (!expect(m >= n, kCall, "m >= n") || !expect(u_job == vt_job, kCall, "both sides alike") || !plain_type(type, compute) ||
        !expect(s_type == Type::float64 && u_type == type && vt_type == type, kCall, "types that go together") ||
        !packed(a, m, n, lda, item) || !live(s, n * 8) || !live(info, 4) || !work.fits(work_bytes(m, n)))
        return kInvalidValue;
    if (vectors && (!packed(u, m, full ? m : n, ldu, item) || !packed(vt, n, n, ldvt, item))) return kInvalidValue;
    return queue_work(handle, work, info, [=] {
        const int result = decompose_on_host(dtype_of(type), m, n, a, full, s, vectors ? u : nullptr, vectors ? vt : nullptr);
        poison(static_cast<char*>(a), static_cast<size_t>(m * n * item));
        return result;
    });
}

template <bool complex>
Status gesvdj_batched_elements(Handle, Vectors, int m, int n, const void*, int, const void*, const void*, int, const void*, int,
                               int* elements, Jacobi, int) {
    *elements = m + n;
    return kSuccess;
}
template <bool complex>
Status gesvdj_batched(Handle handle, Vectors vectors, int m, int n, void* a, int lda, void* s, void* u, int ldu, void* v, int ldv,
                      void* work_data, int elements, int* info, Jacobi jacobi, int batch) {
    using T = Number<complex>;
    const auto lock = lock_simulator();
    if (!usable(handle)) return kNotInitialized;
    const Work work{work_data, static_cast<size_t>(elements) * sizeof(T)};
    if (!expect(m <= 32 && n <= 32 && batch > 0 && jacobi, kCall, "up to 32 rows and columns") ||
        !packed(a, m, int64_t{n} * batch, lda, sizeof(T)) || !packed(u, m, int64_t{m} * batch, ldu, sizeof(T)) ||
        !packed(v, n, int64_t{n} * batch, ldv, sizeof(T)) || !live(s, int64_t{8} * std::min(m, n) * batch) ||
        !live(info, int64_t{4} * batch) || !work.fits(static_cast<size_t>(m + n) * sizeof(T)))
        return kInvalidValue;
    return queue_work(handle, work, nullptr, [=] {
        const bool wanted = vectors == Vectors::yes;
        std::vector<T> vh(static_cast<size_t>(n * n));
        for (int64_t i = 0; i < batch; ++i) {
            info[i] = decompose_on_host(number_type<complex>, m, n, static_cast<T*>(a) + i * m * n, true,
                                        static_cast<double*>(s) + i * std::min(m, n),
                                        wanted ? static_cast<T*>(u) + i * m * m : nullptr, wanted ? vh.data() : nullptr);
            for (int j = 0; wanted && j < n * n; ++j)
                static_cast<T*>(v)[i * n * n + j] = conjugated(vh[static_cast<size_t>(j % n * n + j / n)]);
        }
        return 0;
    });
}

int hermitian_on_host(DType type, Vectors vectors, Triangle triangle, int64_t n, char* a, void* w) {
    SolveTask t = host_task(Solver::eigh, type, n, n, a);
    t.vectors = vectors == Vectors::yes;
    t.upper = triangle == Triangle::upper;
    t.values = static_cast<char*>(w);
    const int result = run_on_host(t);
    if (!t.vectors) poison(a, static_cast<size_t>(n * n * type.itemsize()));
    return result;
}
bool hermitian_arguments(Handle handle, int64_t n, Type type, const void* a, int64_t lda, Type w_type, const void* w, Type compute,
                         const Work& work, const int* info, int64_t batch) {
    return usable(handle) && plain_type(type, compute) && expect(w_type == Type::float64, kCall, "real eigenvalues") &&
           expect(lda == n && batch > 0, kCall, "packed matrices") && packed(a, n, n * batch, lda, item_of(type)) &&
           live(w, n * 8 * batch) && live(info, 4 * batch) && work.fits(work_bytes(n, batch));
}
Status syevd_bytes(Handle, Parameters, Vectors, Triangle, int64_t n, Type, const void*, int64_t, Type, const void*, Type,
                   size_t* device, size_t* host) {
    return sizes(n, 1, device, host);
}
Status syevd(Handle handle, Parameters, Vectors vectors, Triangle triangle, int64_t n, Type type, void* a, int64_t lda,
             Type w_type, void* w, Type compute, void* device, size_t device_bytes, void* host, size_t host_bytes, int* info) {
    const auto lock = lock_simulator();
    const Work work{device, device_bytes, host, host_bytes};
    if (!hermitian_arguments(handle, n, type, a, lda, w_type, w, compute, work, info, 1)) return kInvalidValue;
    return queue_work(handle, work, info,
                      [=] { return hermitian_on_host(dtype_of(type), vectors, triangle, n, static_cast<char*>(a), w); });
}
Status syev_batched_bytes(Handle, Parameters, Vectors, Triangle, int64_t n, Type, const void*, int64_t, Type, const void*, Type,
                          size_t* device, size_t* host, int64_t batch) {
    return sizes(n, batch, device, host);
}
Status syev_batched(Handle handle, Parameters, Vectors vectors, Triangle triangle, int64_t n, Type type, void* a, int64_t lda,
                    Type w_type, void* w, Type compute, void* device, size_t device_bytes, void* host, size_t host_bytes,
                    int* info, int64_t batch) {
    const auto lock = lock_simulator();
    const Work work{device, device_bytes, host, host_bytes};
    if (!hermitian_arguments(handle, n, type, a, lda, w_type, w, compute, work, info, batch)) return kInvalidValue;
    return queue_work(handle, work, nullptr, [=] {
        for (int64_t i = 0; i < batch; ++i)
            info[i] = hermitian_on_host(dtype_of(type), vectors, triangle, n, static_cast<char*>(a) + i * n * n * item_of(type),
                                        static_cast<double*>(w) + i * n);
        return 0;
    });
}

// Complex vectors as LAPACK has those of real matrices: the parts of a conjugate pair in two columns.
void pack_pairs(int64_t n, const std::complex<double>* w, const std::complex<double>* vectors, double* pairs) {
    for (int64_t j = 0; j < n; ++j) {
        const bool second = w[j].imag() < 0;
        for (int64_t i = 0; i < n; ++i) pairs[j * n + i] = second ? -vectors[j * n + i].imag() : vectors[j * n + i].real();
    }
}
Status geev_bytes(Handle, Parameters, Vectors, Vectors, int64_t n, Type, const void*, int64_t, Type, const void*, Type,
                  const void*, int64_t, Type, const void*, int64_t, Type, size_t* device, size_t* host) {
    return sizes(n, n, device, host, kHostBytes);
}
Status geev(Handle handle, Parameters, Vectors left, Vectors right, int64_t n, Type type, void* a, int64_t lda, Type w_type,
            void* w, Type vl_type, void* vl, int64_t, Type vr_type, void* vr, int64_t ldvr, Type compute, void* device,
            size_t device_bytes, void* host, size_t host_bytes, int* info) {
    const auto lock = lock_simulator();
    if (!usable(handle)) return kNotInitialized;
    const Work work{device, device_bytes, host, host_bytes};
    const bool vectors = right == Vectors::yes;
    if (!expect(left == Vectors::no && !vl, kCall, "right vectors alone") || !plain_type(type, compute) ||
        !expect(w_type == Type::complex128 && vl_type == type && vr_type == type, kCall, "types that go together") ||
        !packed(a, n, n, lda, item_of(type)) || !live(w, n * 16) || !live(info, 4) || !work.fits(work_bytes(n, n), kHostBytes) ||
        (vectors && !packed(vr, n, n, ldvr, item_of(type))))
        return kInvalidValue;
    return queue_work(handle, work, info, [=] {
        std::vector<std::complex<double>> found(vectors ? static_cast<size_t>(n * n) : 0);
        SolveTask t = host_task(Solver::eig, dtype_of(type), n, n, a);
        t.vectors = vectors;
        t.values = static_cast<char*>(w);
        t.x = reinterpret_cast<char*>(found.data());
        const int result = run_on_host(t);
        if (!vectors) return result;
        if (is_complex(type)) std::copy(found.begin(), found.end(), static_cast<std::complex<double>*>(vr));
        else pack_pairs(n, static_cast<const std::complex<double>*>(w), found.data(), static_cast<double*>(vr));
        return result;
    });
}

}  // namespace

void add_spectra(Cusolver& f) {
    f.gesvd_bytes = gesvd_bytes;
    f.gesvd = gesvd;
    f.syevd_bytes = syevd_bytes;
    f.syevd = syevd;
    f.syev_batched_bytes = syev_batched_bytes;
    f.syev_batched = syev_batched;
    f.geev_bytes = geev_bytes;
    f.geev = geev;
    f.gesvdj_batched_elements[0] = gesvdj_batched_elements<false>;
    f.gesvdj_batched_elements[1] = gesvdj_batched_elements<true>;
    f.gesvdj_batched[0] = gesvdj_batched<false>;
    f.gesvdj_batched[1] = gesvdj_batched<true>;
}

}  // namespace lockstep::cuda::solver
