// cuSOLVER: the functions of its dense C API that are used, opened on first use.
// Must not know tasks. Declarations of our own: no NVIDIA header is needed, and the simulator answers here too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "kernels/cuda.h"
#include "kernels/vendor/cublas.h"

namespace lockstep::cuda {

// As cusolverDn.h of CUDA 13 declares them; matrices are column-major, a status of 0 is success, `info` is device memory: 0, or
// what LAPACK says there. Functions in pairs are those of float64 and complex128.
struct Cusolver {
    struct HandleState;
    struct ParametersState;
    struct JacobiState;
    using Handle = HandleState*;
    using Parameters = ParametersState*;
    using Jacobi = JacobiState*;  // of the batched singular values: tolerance, sweeps
    using Status = int;
    static constexpr Status kAllocationFailed = 2;

    using Type = Cublas::Type;
    enum class Transposed : int { no = 0, yes = 1, conjugate = 2 };
    enum class Triangle : int { lower = 0, upper = 1 };
    enum class Side : int { left = 0, right = 1 };
    enum class Vectors : int { no = 0, yes = 1 };

    Status (*create)(Handle*);
    Status (*destroy)(Handle);
    Status (*set_stream)(Handle, cudaStream_t);
    Status (*create_parameters)(Parameters*);
    Status (*create_jacobi)(Jacobi*);

    // Functions named X take sizes of 64 bits and bytes of work space, on the device and in host memory.
    Status (*getrf_bytes)(Handle, Parameters, int64_t m, int64_t n, Type, const void* a, int64_t lda, Type compute,
                          size_t* device_bytes, size_t* host_bytes);
    Status (*getrf)(Handle, Parameters, int64_t m, int64_t n, Type, void* a, int64_t lda, int64_t* pivots, Type compute,
                    void* device, size_t device_bytes, void* host, size_t host_bytes, int* info);
    Status (*getrs)(Handle, Parameters, Transposed, int64_t n, int64_t columns, Type a_type, const void* a, int64_t lda,
                    const int64_t* pivots, Type b_type, void* b, int64_t ldb, int* info);
    Status (*potrf_bytes)(Handle, Parameters, Triangle, int64_t n, Type, const void* a, int64_t lda, Type compute,
                          size_t* device_bytes, size_t* host_bytes);
    Status (*potrf)(Handle, Parameters, Triangle, int64_t n, Type, void* a, int64_t lda, Type compute, void* device,
                    size_t device_bytes, void* host, size_t host_bytes, int* info);
    Status (*geqrf_bytes)(Handle, Parameters, int64_t m, int64_t n, Type, const void* a, int64_t lda, Type tau_type,
                          const void* tau, Type compute, size_t* device_bytes, size_t* host_bytes);
    Status (*geqrf)(Handle, Parameters, int64_t m, int64_t n, Type, void* a, int64_t lda, Type tau_type, void* tau,
                    Type compute, void* device, size_t device_bytes, void* host, size_t host_bytes, int* info);
    // m >= n. u_job, vt_job: 'N', 'S' or 'A'.
    Status (*gesvd_bytes)(Handle, Parameters, signed char u_job, signed char vt_job, int64_t m, int64_t n, Type,
                          const void* a, int64_t lda, Type s_type, const void* s, Type u_type, const void* u, int64_t ldu,
                          Type vt_type, const void* vt, int64_t ldvt, Type compute, size_t* device_bytes, size_t* host_bytes);
    Status (*gesvd)(Handle, Parameters, signed char u_job, signed char vt_job, int64_t m, int64_t n, Type, void* a,
                    int64_t lda, Type s_type, void* s, Type u_type, void* u, int64_t ldu, Type vt_type, void* vt,
                    int64_t ldvt, Type compute, void* device, size_t device_bytes, void* host, size_t host_bytes, int* info);
    Status (*syevd_bytes)(Handle, Parameters, Vectors, Triangle, int64_t n, Type, const void* a, int64_t lda, Type w_type,
                          const void* w, Type compute, size_t* device_bytes, size_t* host_bytes);
    Status (*syevd)(Handle, Parameters, Vectors, Triangle, int64_t n, Type, void* a, int64_t lda, Type w_type, void* w,
                    Type compute, void* device, size_t device_bytes, void* host, size_t host_bytes, int* info);
    Status (*syev_batched_bytes)(Handle, Parameters, Vectors, Triangle, int64_t n, Type, const void* a, int64_t lda,
                                 Type w_type, const void* w, Type compute, size_t* device_bytes, size_t* host_bytes,
                                 int64_t batch);
    Status (*syev_batched)(Handle, Parameters, Vectors, Triangle, int64_t n, Type, void* a, int64_t lda, Type w_type, void* w,
                           Type compute, void* device, size_t device_bytes, void* host, size_t host_bytes, int* info,
                           int64_t batch);
    // Right vectors only. Of a real matrix w is complex and vr real, pairs of columns as LAPACK has them.
    Status (*geev_bytes)(Handle, Parameters, Vectors left, Vectors right, int64_t n, Type, const void* a, int64_t lda,
                         Type w_type, const void* w, Type vl_type, const void* vl, int64_t ldvl, Type vr_type, const void* vr,
                         int64_t ldvr, Type compute, size_t* device_bytes, size_t* host_bytes);
    Status (*geev)(Handle, Parameters, Vectors left, Vectors right, int64_t n, Type, void* a, int64_t lda, Type w_type,
                   void* w, Type vl_type, void* vl, int64_t ldvl, Type vr_type, void* vr, int64_t ldvr, Type compute,
                   void* device, size_t device_bytes, void* host, size_t host_bytes, int* info);

    // Work space in elements.
    Status (*orgqr_elements[2])(Handle, int m, int n, int k, const void* a, int lda, const void* tau, int* elements);
    Status (*orgqr[2])(Handle, int m, int n, int k, void* a, int lda, const void* tau, void* work, int elements, int* info);
    Status (*ormqr_elements[2])(Handle, Side, Transposed, int m, int n, int k, const void* a, int lda, const void* tau,
                                const void* c, int ldc, int* elements);
    Status (*ormqr[2])(Handle, Side, Transposed, int m, int n, int k, const void* a, int lda, const void* tau, void* c,
                       int ldc, void* work, int elements, int* info);
    Status (*potrf_batched[2])(Handle, Triangle, int n, void** a, int lda, int* info, int batch);
    // m, n <= 32; u[m,m] and v[n,n], not its adjoint.
    Status (*gesvdj_batched_elements[2])(Handle, Vectors, int m, int n, const void* a, int lda, const void* s, const void* u,
                                         int ldu, const void* v, int ldv, int* elements, Jacobi, int batch);
    Status (*gesvdj_batched[2])(Handle, Vectors, int m, int n, void* a, int lda, void* s, void* u, int ldu, void* v, int ldv,
                                void* work, int elements, int* info, Jacobi, int batch);
};

// Opens the library when first called. Any thread. Throws library_missing with every path tried and its error.
const Cusolver& cusolver();

// For ls_info: the file in use, or, as long as nothing needed one, where it will be looked for first. Opens nothing.
std::string cusolver_report();

// "CUSOLVER_STATUS_INVALID_VALUE": cuSOLVER has no function for that.
const char* cusolver_status_name(Cusolver::Status);

}  // namespace lockstep::cuda
