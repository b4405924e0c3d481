// cuBLAS for the simulator: strict about arguments, products by the CPU's backend when the stream gets there.
// Must not know who asks. What it demands beyond the library's own rules is what Lockstep promises to do.
#include <algorithm>
#include <cstring>
#include <set>

#include "kernels/vendor/cublas.h"
#include "runtime/exec/backend.h"
#include "runtime/exec/device.h"
#include "tests/sim/api.h"
#include "tests/sim/stream.h"
#include "tests/sim/vendor_checks.h"
#include "tests/sim/vendor_cublas.h"

namespace lockstep::cuda {

namespace {

using namespace lockstep::sim;
using Status = Blas::Status;
constexpr Status kArchMismatch = 8;

std::set<Handle>& handles() {
    static auto& alive = *new std::set<Handle>;
    return alive;
}

Status create(Handle* handle) {
    const auto lock = lock_simulator();
    *handle = new Blas::HandleState;
    (*handle)->device = current_device();
    handles().insert(*handle);
    return kSuccess;
}
Status destroy(Handle handle) {
    const auto lock = lock_simulator();
    if (!expect(handles().erase(handle) == 1, "cublasDestroy", "a handle")) return kNotInitialized;
    delete handle;
    return kSuccess;
}
Status get_version(Handle, int* version) {
    *version = 130000;
    return kSuccess;
}
Status set_stream(Handle handle, cudaStream_t stream) {
    const auto lock = lock_simulator();
    handle->stream = stream;
    handle->workspace = nullptr;
    return kSuccess;
}
Status set_workspace(Handle handle, void* workspace, size_t bytes) {
    const auto lock = lock_simulator();
    if (!expect(workspace && is_aligned_to(workspace, 256) && is_live(workspace, static_cast<int64_t>(bytes)),
                "cublasSetWorkspace", "256-byte aligned device memory"))
        return kInvalidValue;
    handle->workspace = workspace;
    handle->workspace_bytes = bytes;
    return kSuccess;
}
Status set_math_mode(Handle handle, int mode) {
    handle->math_mode = mode;
    return kSuccess;
}
Status set_pointer_mode(Handle handle, Blas::Pointers pointers) {
    handle->pointers = pointers;
    return kSuccess;
}
const char* status_name(Status status) {
    switch (status) {
        case kSuccess: return "CUBLAS_STATUS_SUCCESS";
        case kNotInitialized: return "CUBLAS_STATUS_NOT_INITIALIZED";
        case Blas::kAllocationFailed: return "CUBLAS_STATUS_ALLOC_FAILED";
        case kInvalidValue: return "CUBLAS_STATUS_INVALID_VALUE";
        case kArchMismatch: return "CUBLAS_STATUS_ARCH_MISMATCH";
        default: return "unknown status";
    }
}

DType dtype_of(Blas::Type type) {
    switch (type) {
        case Blas::Type::float16: return types::float16_;
        case Blas::Type::bfloat16: return types::bfloat16_;
        case Blas::Type::float32: return types::float32_;
        case Blas::Type::float64: return types::float64_;
        case Blas::Type::complex64: return types::complex64_;
        default: return types::complex128_;
    }
}

// Alpha is one and beta zero, in the type of the sums.
bool plain_factors(Blas::Type type, const void* alpha, const void* beta) {
    const bool wide = type == Blas::Type::float64 || type == Blas::Type::complex128;
    const bool complex = type == Blas::Type::complex64 || type == Blas::Type::complex128;
    const double doubles[2][2] = {{1, 0}, {0, 0}};
    const float floats[2][2] = {{1, 0}, {0, 0}};
    const size_t bytes = (wide ? 8 : 4) * (complex ? 2 : 1);
    return !std::memcmp(alpha, wide ? static_cast<const void*>(doubles[0]) : floats[0], bytes) &&
           !std::memcmp(beta, wide ? static_cast<const void*>(doubles[1]) : floats[1], bytes);
}

// A matrix as stored: `rows` elements in a run, `leading` from run to run; or a vector: runs of one element.
struct Stored {
    const void* data;
    int64_t rows, columns, leading, stride;

    bool fits(int64_t item, int64_t batch) const {
        const int64_t last = (columns - 1) * leading + rows - 1 + (batch - 1) * stride;
        return expect(leading >= rows && stride >= 0, kProduct, "leading dimensions that hold a column, steps from 0 on") &&
               expect(is_aligned_to(data, item), kProduct, "addresses aligned as the elements are") &&
               expect(is_live(data, (last + 1) * item), kProduct, "matrices inside device memory");
    }
};

// Queues C[m,n] = op(A) op(B), steps in elements: row, column, matrix.
struct Steps {
    int64_t row, column, matrix;
};
Status multiply(Handle handle, DType type, int64_t m, int64_t n, int64_t k, const void* a, Steps as, const void* b, Steps bs,
                void* c, Steps cs, int64_t batch) {
    const cudaStream_t stream = stream_of(handle->stream);
    if (!expect(stream != nullptr, kProduct, "a stream")) return kInvalidValue;
    queue(stream, [=, workspace = handle->workspace, bytes = handle->workspace_bytes] {
        expect_or_abort(find_block(workspace, bytes) != nullptr, kProduct, "work space as long as it is used");
        poison(static_cast<char*>(workspace), bytes);
        const int64_t item = type.itemsize();
        const auto in_bytes = [item](const Steps& s) { return Steps{s.row * item, s.column * item, s.matrix * item}; };
        const Steps x = in_bytes(as), y = in_bytes(bs), z = in_bytes(cs);
        const int64_t a_strides[] = {x.matrix, x.row, x.column}, b_strides[] = {y.matrix, y.row, y.column};
        const int64_t c_strides[] = {z.matrix, z.row, z.column};
        cpu_backend().matmul(0,
                             {type, m, n, k, 1, &batch, static_cast<const char*>(a), static_cast<const char*>(b),
                              static_cast<char*>(c), a_strides, b_strides, c_strides},
                             nullptr);
    });
    return broken(stream->device) == cudaSuccess ? kSuccess : kInvalidValue;
}

bool right_compute(Blas::Type type, Blas::Compute compute) {
    switch (type) {
        case Blas::Type::float64: return compute == Blas::Compute::float64;
        case Blas::Type::complex128: return compute == Blas::Compute::float64_pedantic;
        case Blas::Type::complex64: return compute == Blas::Compute::float32_pedantic || compute == Blas::Compute::tf32;
        case Blas::Type::float32: return compute == Blas::Compute::float32 || compute == Blas::Compute::tf32;
        default: return compute == Blas::Compute::float32;
    }
}

Status gemm_strided_batched(Handle handle, Blas::Transposed a_op, Blas::Transposed b_op, int64_t m, int64_t n, int64_t k,
                            const void* alpha, const void* a, Blas::Type a_type, int64_t lda, long long a_stride,
                            const void* b, Blas::Type b_type, int64_t ldb, long long b_stride, const void* beta, void* c,
                            Blas::Type c_type, int64_t ldc, long long c_stride, int64_t batch, Blas::Compute compute,
                            int algorithm) {
    const auto lock = lock_simulator();
    if (const Status status = check_handle(handle, a_type, Blas::Pointers::host)) return status;
    const Entered entered(handle);
    const int64_t item = dtype_of(a_type).itemsize();
    const bool at = a_op == Blas::Transposed::yes, bt = b_op == Blas::Transposed::yes;
    if (!expect(entered.alone(), kProduct, "one thread at a time") ||
        !expect(m > 0 && n > 0 && k > 0 && batch > 0, kProduct, "positive sizes") ||
        !expect(a_type == b_type && a_type == c_type && right_compute(a_type, compute), kProduct, "types that go together") ||
        !expect(plain_factors(a_type, alpha, beta), kProduct, "alpha of 1 and beta of 0") ||
        !expect(algorithm == Blas::kDefaultAlgorithm, kProduct, "the default algorithm") ||
        !Stored{a, at ? k : m, at ? m : k, lda, a_stride}.fits(item, batch) ||
        !Stored{b, bt ? n : k, bt ? k : n, ldb, b_stride}.fits(item, batch) ||
        !Stored{c, m, n, ldc, c_stride}.fits(item, batch) ||
        !expect(batch == 1 || c_stride >= (n - 1) * ldc + m || (ldc >= batch * c_stride && c_stride >= m), kProduct,
                "results that do not overlap"))
        return kInvalidValue;
    return multiply(handle, dtype_of(a_type), m, n, k, a, {at ? lda : 1, at ? 1 : lda, a_stride}, b,
                    {bt ? ldb : 1, bt ? 1 : ldb, b_stride}, c, {1, ldc, c_stride}, batch);
}

Status gemm(Handle handle, Blas::Transposed a_op, Blas::Transposed b_op, int64_t m, int64_t n, int64_t k, const void* alpha,
            const void* a, Blas::Type a_type, int64_t lda, const void* b, Blas::Type b_type, int64_t ldb, const void* beta,
            void* c, Blas::Type c_type, int64_t ldc, Blas::Compute compute, int algorithm) {
    return gemm_strided_batched(handle, a_op, b_op, m, n, k, alpha, a, a_type, lda, 0, b, b_type, ldb, 0, beta, c, c_type, ldc,
                                0, 1, compute, algorithm);
}

template <Blas::Type type>
Status gemv_strided_batched(Handle handle, Blas::Transposed op, int64_t m, int64_t n, const void* alpha, const void* a,
                            int64_t lda, long long a_stride, const void* x, int64_t x_step, long long x_stride,
                            const void* beta, void* y, int64_t y_step, long long y_stride, int64_t batch) {
    const auto lock = lock_simulator();
    if (const Status status = check_handle(handle, type, Blas::Pointers::host)) return status;
    const Entered entered(handle);
    const int64_t item = dtype_of(type).itemsize();
    const bool turned = op == Blas::Transposed::yes;
    const int64_t rows = turned ? n : m, inner = turned ? m : n;
    if (!expect(entered.alone(), kProduct, "one thread at a time") ||
        !expect(m > 0 && n > 0 && batch > 0 && x_step > 0 && y_step > 0, kProduct, "positive sizes and steps") ||
        !expect(plain_factors(type, alpha, beta), kProduct, "alpha of 1 and beta of 0") ||
        !Stored{a, m, n, lda, a_stride}.fits(item, batch) || !Stored{x, 1, inner, x_step, x_stride}.fits(item, batch) ||
        !Stored{y, 1, rows, y_step, y_stride}.fits(item, batch) ||
        !expect(batch == 1 || y_stride > 0, kProduct, "results that do not overlap"))
        return kInvalidValue;
    return multiply(handle, dtype_of(type), rows, 1, inner, a, {turned ? lda : 1, turned ? 1 : lda, a_stride}, x,
                    {x_step, 0, x_stride}, y, {y_step, 0, y_stride}, batch);
}

Status dot(Handle handle, int64_t n, const void* x, Blas::Type x_type, int64_t x_step, const void* y, Blas::Type y_type,
           int64_t y_step, void* result, Blas::Type result_type, Blas::Type execution) {
    const auto lock = lock_simulator();
    if (const Status status = check_handle(handle, x_type, Blas::Pointers::device)) return status;
    const Entered entered(handle);
    const int64_t item = dtype_of(x_type).itemsize();
    const Blas::Type sum = item == 2 ? Blas::Type::float32 : x_type;
    if (!expect(entered.alone(), kProduct, "one thread at a time") ||
        !expect(n > 0 && x_step > 0 && y_step > 0, kProduct, "positive sizes and steps") ||
        !expect(x_type == y_type && x_type == result_type && execution == sum, kProduct, "types that go together") ||
        !Stored{x, 1, n, x_step, 0}.fits(item, 1) || !Stored{y, 1, n, y_step, 0}.fits(item, 1) ||
        !Stored{result, 1, 1, 1, 0}.fits(item, 1))
        return kInvalidValue;
    return multiply(handle, dtype_of(x_type), 1, 1, n, x, {0, x_step, 0}, y, {y_step, 0, 0}, result, {0, 0, 0}, 1);
}

}  // namespace

Status check_handle(Handle handle, Blas::Type type, Blas::Pointers pointers) {
    if (!expect(handles().count(handle) == 1, kProduct, "a handle")) return kNotInitialized;
    if (!expect(handle->device == current_device(), kProduct, "the handle's device to be current")) return kInvalidValue;
    if (!expect(handle->workspace && is_live(handle->workspace, static_cast<int64_t>(handle->workspace_bytes)), kProduct,
                "a work space that is still there"))
        return kInvalidValue;
    if (!expect(handle->pointers == pointers, kProduct, "the pointer mode of the call")) return kInvalidValue;
    if (!expect(handle->math_mode == Blas::kMathFullReductions, kProduct, "halves to be added in float")) return kInvalidValue;
    int major = 0;
    cudaDeviceGetAttribute(&major, cudaDevAttrComputeCapabilityMajor, handle->device);
    if (type == Blas::Type::bfloat16 && major < 8) return kArchMismatch;
    return kSuccess;
}

const Cublas& cublas() {
    static constexpr Cublas functions = {create,
                                         destroy,
                                         get_version,
                                         set_stream,
                                         set_workspace,
                                         set_math_mode,
                                         set_pointer_mode,
                                         status_name,
                                         gemm,
                                         gemm_strided_batched,
                                         {gemv_strided_batched<Blas::Type::float32>, gemv_strided_batched<Blas::Type::float64>,
                                          gemv_strided_batched<Blas::Type::complex64>,
                                          gemv_strided_batched<Blas::Type::complex128>,
                                          gemv_strided_batched<Blas::Type::float16>,
                                          gemv_strided_batched<Blas::Type::bfloat16>},
                                         dot,
                                         {factor_batched<false>, factor_batched<true>},
                                         {solve_batched<false>, solve_batched<true>},
                                         {reflect_batched<false>, reflect_batched<true>}};
    return functions;
}

std::string cublas_report() { return "cuBLAS: the CPU backend's products\n"; }

}  // namespace lockstep::cuda
