// cuBLAS: the functions of its C API that are used, opened on first use (75 ms and 150 MB that a program without products
// never pays). Must not know tasks. Declarations of our own: no NVIDIA header is needed, and the simulator answers here too.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "kernels/cuda.h"

namespace lockstep::cuda {

// As cublas_api.h and library_types.h of CUDA 13 declare them; matrices are column-major, a status of 0 is success.
struct Cublas {
    struct HandleState;
    using Handle = HandleState*;
    using Status = int;
    static constexpr Status kAllocationFailed = 3;

    enum class Transposed : int { no = 0, yes = 1 };
    enum class Type : int { float32 = 0, float64 = 1, float16 = 2, complex64 = 4, complex128 = 5, bfloat16 = 14 };
    enum class Compute : int { float32 = 68, float32_pedantic = 69, float64 = 70, float64_pedantic = 71, tf32 = 77 };
    static constexpr int kMathDefault = 0, kMathFullReductions = 16;  // halves: sums that are split add up in float
    static constexpr int kDefaultAlgorithm = -1;
    enum class Pointers : int { host = 0, device = 1 };

    Status (*create)(Handle*);
    Status (*destroy)(Handle);
    Status (*get_version)(Handle, int* version);
    Status (*set_stream)(Handle, cudaStream_t);  // also forgets the workspace
    Status (*set_workspace)(Handle, void*, size_t bytes);
    Status (*set_math_mode)(Handle, int mode);
    Status (*set_pointer_mode)(Handle, Pointers);  // where alpha, beta and the result of dot lie
    const char* (*status_name)(Status);

    // C = alpha op(A) op(B) + beta C.
    Status (*gemm)(Handle, Transposed a_op, Transposed b_op, int64_t m, int64_t n, int64_t k, const void* alpha, const void* a,
                   Type a_type, int64_t lda, const void* b, Type b_type, int64_t ldb, const void* beta, void* c, Type c_type,
                   int64_t ldc, Compute, int algorithm);
    // The same for each of `batch` products.
    Status (*gemm_strided_batched)(Handle, Transposed a_op, Transposed b_op, int64_t m, int64_t n, int64_t k, const void* alpha,
                                   const void* a, Type a_type, int64_t lda, long long a_stride, const void* b, Type b_type,
                                   int64_t ldb, long long b_stride, const void* beta, void* c, Type c_type, int64_t ldc,
                                   long long c_stride, int64_t batch, Compute, int algorithm);
    // y = alpha op(A) x + beta y. For float32, float64, complex64, complex128, and for float16 and bfloat16 with float32
    // sums, alpha and beta; in the order of `gemv_of`.
    using Gemv = Status (*)(Handle, Transposed, int64_t m, int64_t n, const void* alpha, const void* a, int64_t lda,
                            long long a_stride, const void* x, int64_t x_step, long long x_stride, const void* beta, void* y,
                            int64_t y_step, long long y_stride, int64_t batch);
    Gemv gemv_strided_batched[6];
    static constexpr int gemv_of(Type t) {
        switch (t) {
            case Type::float32: return 0;
            case Type::float64: return 1;
            case Type::complex64: return 2;
            case Type::complex128: return 3;
            case Type::float16: return 4;
            default: return 5;
        }
    }
    // *result = the sum of x[i] * y[i], without conjugation, added in `execution`'s type.
    Status (*dot)(Handle, int64_t n, const void* x, Type x_type, int64_t x_step, const void* y, Type y_type, int64_t y_step,
                  void* result, Type result_type, Type execution);

    // For many small matrices, which `a` and `b` point to on the device; pairs are of float64 and complex128. `info` is device
    // memory, a number for each matrix as LAPACK has it, but that of getrs and geqrf, of the arguments, which is the host's.
    Status (*getrf_batched[2])(Handle, int n, void** a, int lda, int* pivots, int* info, int batch);
    Status (*getrs_batched[2])(Handle, Transposed, int n, int columns, void* const* a, int lda, const int* pivots, void** b,
                               int ldb, int* info, int batch);
    Status (*geqrf_batched[2])(Handle, int m, int n, void** a, int lda, void** tau, int* info, int batch);
};

// Opens the library when first called. Any thread. Throws library_missing with every path tried and its error.
const Cublas& cublas();

// For ls_info: the file in use, or, as long as no product needed one, where it will be looked for first. Opens nothing.
std::string cublas_report();

}  // namespace lockstep::cuda
