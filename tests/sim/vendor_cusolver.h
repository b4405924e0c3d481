// cuSOLVER for the simulator: its handles, and what its files ask of arguments.
// Must not know who asks. What they demand beyond the library's own rules is what Lockstep promises to do.
#pragma once

#include <algorithm>

#include "kernels/vendor/cusolver.h"
#include "tests/sim/api.h"
#include "tests/sim/stream.h"
#include "tests/sim/vendor_checks.h"
#include "tests/sim/vendor_factor.h"

namespace lockstep::cuda {

struct Cusolver::HandleState {
    int device = 0;
    cudaStream_t stream = nullptr;
};
struct Cusolver::ParametersState {};
struct Cusolver::JacobiState {};

namespace solver {

using namespace lockstep::sim;
using Handle = Cusolver::Handle;
using Parameters = Cusolver::Parameters;
using Jacobi = Cusolver::Jacobi;
using Type = Cusolver::Type;
using Triangle = Cusolver::Triangle;
using Vectors = Cusolver::Vectors;
using Status = Cusolver::Status;
inline constexpr Status kSuccess = 0, kNotInitialized = 1, kInvalidValue = 3;
inline constexpr const char* kCall = "a function of cuSOLVER";
inline constexpr size_t kHostBytes = 24;  // that the functions which use the host, too, ask for

bool is_handle(Handle handle);

inline bool is_complex(Type type) { return type == Type::complex128; }
inline DType dtype_of(Type type) { return is_complex(type) ? types::complex128_ : types::float64_; }
inline int64_t item_of(Type type) { return dtype_of(type).itemsize(); }

inline bool usable(Handle handle) {
    return expect(is_handle(handle), kCall, "a handle") &&
           expect(handle->device == current_device(), kCall, "the handle's device to be current") &&
           expect(stream_of(handle->stream) != nullptr, kCall, "a stream");
}
inline bool plain_type(Type type, Type compute) {
    return expect((type == Type::float64 || type == Type::complex128) && compute == type, kCall, "float64 or complex128");
}
inline bool packed(const void* data, int64_t rows, int64_t columns, int64_t leading, int64_t item) {
    return expect(rows > 0 && columns > 0 && leading == rows, kCall, "packed matrices") &&
           expect(is_aligned_to(data, item) && is_live(data, rows * columns * item), kCall, "matrices inside device memory");
}
inline bool live(const void* data, int64_t bytes) { return expect(is_live(data, bytes), kCall, "device memory"); }

// Work space as it was asked for: the sizes are the same functions of the task's in both calls.
struct Work {
    void* device;
    size_t device_bytes;
    void* host = nullptr;
    size_t host_bytes = 0;

    bool fits(size_t wanted, size_t wanted_host = 0) const {
        return expect(device_bytes >= wanted && is_live(device, static_cast<int64_t>(wanted)), kCall, "the work space asked for") &&
               expect(host_bytes >= wanted_host && (wanted_host == 0 || host), kCall, "the host's work space asked for");
    }
    void use() const {
        expect_or_abort(find_block(device, device_bytes) != nullptr, kCall, "work space as long as it is used");
        poison(static_cast<char*>(device), device_bytes);
        if (host) std::memset(host, 0xff, host_bytes);
    }
};
inline size_t work_bytes(int64_t m, int64_t n) { return static_cast<size_t>(64 * (m + n)); }

inline Status sizes(int64_t m, int64_t n, size_t* device_bytes, size_t* host_bytes, size_t on_host = 0) {
    *device_bytes = work_bytes(m, n);
    *host_bytes = on_host;
    return kSuccess;
}

template <class Run>
Status queue_work(Handle handle, const Work& work, int* info, const Run& run) {
    queue(stream_of(handle->stream), [=] {
        if (work.device) work.use();
        const int result = run();
        if (info) *info = result;
    });
    return broken(handle->device) == cudaSuccess ? kSuccess : kInvalidValue;
}

// The functions of each file.
void add_systems(Cusolver& functions);
void add_reflectors(Cusolver& functions);
void add_spectra(Cusolver& functions);

}  // namespace solver
}  // namespace lockstep::cuda
