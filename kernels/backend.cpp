// The CUDA backend: the plugin's one exported function, and the struct it gives.
// Must not know what its primitives do.
#include <string>

#include "kernels/compile/kernel.h"
#include "kernels/cuda.h"
#include "kernels/fft.h"
#include "kernels/gather.h"
#include "kernels/map.h"
#include "kernels/matmul.h"
#include "kernels/memory.h"
#include "kernels/random.h"
#include "kernels/reduce.h"
#include "kernels/scan.h"
#include "kernels/segments.h"
#include "kernels/select.h"
#include "kernels/solve.h"
#include "kernels/sort.h"
#include "kernels/streams.h"
#include "kernels/transfer.h"
#include "kernels/vendor/cublas.h"
#include "kernels/vendor/cufft.h"
#include "kernels/vendor/cusolver.h"
#include "kernels/vendor/nvrtc.h"
#include "runtime/exec/device.h"

#ifndef LOCKSTEP_BACKEND_NAME
#define LOCKSTEP_BACKEND_NAME "cuda"
#endif

namespace lockstep::cuda {
namespace {

int count_devices() {
    int count = 0;
    return cudaGetDeviceCount(&count) == cudaSuccess ? count : 0;
}

std::string version_text(int version) {
    return std::to_string(version / 1000) + "." + std::to_string(version % 1000 / 10);
}

std::string describe() {
    int driver = 0, runtime = 0;
    cudaDriverGetVersion(&driver);
    cudaRuntimeGetVersion(&runtime);
    std::string text = LOCKSTEP_BACKEND_NAME ": CUDA " + version_text(runtime) + ", driver for " + version_text(driver) + "\n";
    for (int i = 0; i < count_devices(); ++i) {
        const Properties& p = properties(i);
        text += LOCKSTEP_BACKEND_NAME ":" + std::to_string(i) + ": " + p.name + ", compute capability " +
                std::to_string(p.major) + "." + std::to_string(p.minor) + ", " + std::to_string(p.multiprocessors) +
                " multiprocessors, " + std::to_string(p.memory_bytes >> 20) + " MiB\n";
    }
    const KernelStatistics k = kernel_statistics();
    text += "kernels: " + std::to_string(k.from_pack) + " from the pack (" + k.pack + "), " + std::to_string(k.from_disk) +
            " from disk (" + (k.folder.empty() ? "switched off" : k.folder) + "), " + std::to_string(k.compiled) + " compiled\n";
    text += "nvrtc: " + nvrtc_report() + "\n";
    text += "cublas: " + cublas_report() + "\n";
    text += "cufft: " + cufft_report() + "\n";
    text += "cusolver: " + cusolver_report() + "\n";
    return text;
}

bool has(Primitive primitive, DType type) {
    if (primitive == Primitive::solve) return type == types::float64_ || type == types::complex128_;
    return true;
}

constexpr Backend make() {
    Backend b{};
    b.name = LOCKSTEP_BACKEND_NAME;
    b.device_count = count_devices;
    b.supports = has;
    b.allocate = allocate;
    b.deallocate = deallocate;
    b.memory = memory_statistics;
    b.trim = trim;
    b.to_device = to_device;
    b.to_host = to_host;
    b.copy = copy;
    b.wait = wait;
    b.synchronize = synchronize;
    b.host_memory = false;
    b.map = map;
    b.reduce = reduce;
    b.matmul = matmul;
    b.fft = fft;
    b.gather = gather;
    b.scatter = scatter;
    b.count_true = count_true;
    b.select = select;
    b.sort = sort;
    b.search = search;
    b.scan = scan;
    b.segments = segments;
    b.solve = solve;
    b.random = random;
    b.info = describe;
    b.stream_new = stream_new;
    b.stream_free = stream_free;
    b.stream_done = stream_done;
    b.stream_wait = stream_wait;
    b.event_new = event_new;
    b.event_free = event_free;
    b.event_record = event_record;
    b.event_wait = event_wait;
    b.event_done = event_done;
    b.event_synchronize = event_synchronize;
    b.event_elapsed = event_elapsed;
    b.kernel_statistics = kernel_statistics;
    b.kernel_warm = warm_kernels;
    b.kernel_clear = clear_kernels;
    b.set_matmul_mode = set_matmul_mode;
    return b;
}

// Why there is no device, in words that tell a user what to do; empty when there is one.
std::string why_none() {
    int count = 0;
    const cudaError_t error = cudaGetDeviceCount(&count);
    if (error == cudaSuccess) return count > 0 ? "" : "the driver reports no GPU";
    cudaGetLastError();
    if (error == cudaErrorInsufficientDriver) {
        int driver = 0, runtime = 0;
        cudaDriverGetVersion(&driver);
        cudaRuntimeGetVersion(&runtime);
        if (driver == 0) return "no NVIDIA driver (libcuda.so.1 was not found or does not work)";
        return "the NVIDIA driver supports CUDA " + version_text(driver) + ", needed is " + version_text(runtime);
    }
    return std::string(cudaGetErrorName(error)) + ": " + cudaGetErrorString(error);
}

}  // namespace
}  // namespace lockstep::cuda

extern "C" __attribute__((visibility("default"))) const lockstep::Backend* lockstep_backend(int interface_version,
                                                                                          std::string* why) {
    static constexpr lockstep::Backend backend = lockstep::cuda::make();
    if (interface_version != lockstep::kBackendInterface) {
        *why = "built for interface " + std::to_string(lockstep::kBackendInterface) + " of backends, liblockstep.so has " +
               std::to_string(interface_version);
        return nullptr;
    }
    *why = lockstep::cuda::why_none();
    return why->empty() ? &backend : nullptr;
}
