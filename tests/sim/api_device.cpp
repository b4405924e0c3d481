// CUDA's devices and errors, as the simulator has them: one or more small devices of compute capability 9.0.
// Must not know memory or streams beyond waiting for them.
#include <algorithm>
#include <cstring>

#include "tests/sim/api.h"
#include "tests/sim/memory.h"
#include "tests/sim/settings.h"
#include "tests/sim/stream.h"

namespace lockstep::sim {
namespace {

thread_local int device = 0;
thread_local cudaError_t last_error = cudaSuccess;

constexpr int kVersion = 13000;

struct ErrorText {
    cudaError_t error;
    const char* name;
    const char* text;
};
#define LS_ERROR(name, text) \
    { name, #name, text }
constexpr ErrorText kErrors[] = {
    LS_ERROR(cudaSuccess, "no error"),
    LS_ERROR(cudaErrorInvalidValue, "invalid argument"),
    LS_ERROR(cudaErrorMemoryAllocation, "out of memory"),
    LS_ERROR(cudaErrorInitializationError, "initialization error"),
    LS_ERROR(cudaErrorInvalidConfiguration, "invalid configuration argument"),
    LS_ERROR(cudaErrorInvalidDevicePointer, "invalid device pointer"),
    LS_ERROR(cudaErrorInvalidMemcpyDirection, "invalid copy direction for memcpy"),
    LS_ERROR(cudaErrorInsufficientDriver, "CUDA driver version is insufficient for CUDA runtime version"),
    LS_ERROR(cudaErrorInvalidDeviceFunction, "invalid device function"),
    LS_ERROR(cudaErrorNoDevice, "no CUDA-capable device is detected"),
    LS_ERROR(cudaErrorInvalidDevice, "invalid device ordinal"),
    LS_ERROR(cudaErrorInvalidKernelImage, "device kernel image is invalid"),
    LS_ERROR(cudaErrorNoKernelImageForDevice, "no kernel image is available for execution on the device"),
    LS_ERROR(cudaErrorInvalidResourceHandle, "invalid resource handle"),
    LS_ERROR(cudaErrorSymbolNotFound, "named symbol not found"),
    LS_ERROR(cudaErrorNotReady, "device not ready"),
    LS_ERROR(cudaErrorIllegalAddress, "an illegal memory access was encountered"),
    LS_ERROR(cudaErrorLaunchOutOfResources, "too many resources requested for launch"),
    LS_ERROR(cudaErrorPeerAccessAlreadyEnabled, "peer access is already enabled"),
    LS_ERROR(cudaErrorPeerAccessNotEnabled, "peer access has not been enabled"),
    LS_ERROR(cudaErrorHostMemoryAlreadyRegistered,
             "part or all of the requested memory range is already mapped"),
    LS_ERROR(cudaErrorHostMemoryNotRegistered, "pointer does not correspond to a registered memory region"),
    LS_ERROR(cudaErrorLaunchFailure, "unspecified launch failure"),
    LS_ERROR(cudaErrorNotSupported, "operation not supported"),
    LS_ERROR(cudaErrorUnknown, "unknown error"),
};
#undef LS_ERROR

const ErrorText* find(cudaError_t error) {
    const auto found = std::find_if(std::begin(kErrors), std::end(kErrors),
                                    [error](const auto& e) { return e.error == error; });
    return found == std::end(kErrors) ? nullptr : found;
}

bool is_device(int ordinal) { return ordinal >= 0 && ordinal < settings().devices; }

// The simulated hardware: enough multiprocessors that grids have several blocks, few enough that they stay
// small.
int attribute_value(cudaDeviceAttr attribute) {
    switch (attribute) {
        case cudaDevAttrMaxThreadsPerBlock:
        case cudaDevAttrMaxBlockDimX:
        case cudaDevAttrMaxBlockDimY:
            return 1024;
        case cudaDevAttrMaxBlockDimZ:
            return 64;
        case cudaDevAttrMaxGridDimX:
            return 0x7fffffff;
        case cudaDevAttrMaxGridDimY:
        case cudaDevAttrMaxGridDimZ:
            return 65535;
        case cudaDevAttrMaxSharedMemoryPerBlock:
            return 48 << 10;
        case cudaDevAttrMaxSharedMemoryPerBlockOptin:
            return 96 << 10;
        case cudaDevAttrMaxSharedMemoryPerMultiprocessor:
            return 100 << 10;
        case cudaDevAttrWarpSize:
            return 32;
        case cudaDevAttrClockRate:
        case cudaDevAttrMemoryClockRate:
            return 1000000;
        case cudaDevAttrGlobalMemoryBusWidth:
            return 128;
        case cudaDevAttrMultiProcessorCount:
            return 4;
        case cudaDevAttrL2CacheSize:
            return 1 << 20;
        case cudaDevAttrMaxThreadsPerMultiProcessor:
            return 2048;
        case cudaDevAttrMaxBlocksPerMultiprocessor:
            return 32;
        case cudaDevAttrMaxRegistersPerMultiprocessor:
            return 65536;
        case cudaDevAttrComputeCapabilityMajor:
            return 9;
        case cudaDevAttrComputeCapabilityMinor:
        case cudaDevAttrPageableMemoryAccess:
            return 0;
        case cudaDevAttrCanMapHostMemory:
        case cudaDevAttrConcurrentKernels:
        case cudaDevAttrUnifiedAddressing:
        case cudaDevAttrMemoryPoolsSupported:
            return 1;
    }
    return -1;
}

}  // namespace

int current_device() { return device; }

cudaError_t result(cudaError_t error) {
    if (error != cudaSuccess) last_error = error;
    return error;
}

}  // namespace lockstep::sim

using namespace lockstep::sim;

extern "C" {

cudaError_t cudaDriverGetVersion(int* version) {
    *version = kVersion;
    return cudaSuccess;
}

cudaError_t cudaRuntimeGetVersion(int* version) {
    *version = CUDART_VERSION;
    return cudaSuccess;
}

cudaError_t cudaPeekAtLastError() {
    const auto lock = lock_simulator();
    return broken(device) != cudaSuccess ? broken(device) : last_error;
}

cudaError_t cudaGetLastError() {
    const cudaError_t error = cudaPeekAtLastError();
    last_error = cudaSuccess;
    return error;
}

const char* cudaGetErrorName(cudaError_t error) {
    const ErrorText* const row = find(error);
    return row ? row->name : "unrecognized error code";
}

const char* cudaGetErrorString(cudaError_t error) {
    const ErrorText* const row = find(error);
    return row ? row->text : "unrecognized error code";
}

cudaError_t cudaGetDeviceCount(int* count) {
    *count = settings().devices;
    return cudaSuccess;
}

cudaError_t cudaGetDevice(int* ordinal) {
    *ordinal = device;
    return cudaSuccess;
}

cudaError_t cudaSetDevice(int ordinal) {
    if (!is_device(ordinal)) return result(cudaErrorInvalidDevice);
    device = ordinal;
    return cudaSuccess;
}

cudaError_t cudaInitDevice(int ordinal, unsigned, unsigned) {
    return result(is_device(ordinal) ? cudaSuccess : cudaErrorInvalidDevice);
}

// Mends what a failed kernel broke, on all devices; memory and streams stay.
cudaError_t cudaDeviceReset() {
    const auto lock = lock_simulator();
    for (int i = 0; i < settings().devices; ++i) finish_device(i);
    mend_devices();
    last_error = cudaSuccess;
    return cudaSuccess;
}

cudaError_t cudaDeviceSynchronize() {
    const auto lock = lock_simulator();
    finish_device(device);
    trim_to_thresholds(device);
    return result(broken(device));
}

cudaError_t cudaDeviceGetAttribute(int* value, cudaDeviceAttr attribute, int ordinal) {
    if (!is_device(ordinal)) return result(cudaErrorInvalidDevice);
    const int found = attribute_value(attribute);
    if (found < 0) return result(cudaErrorInvalidValue);
    *value = found;
    return cudaSuccess;
}

cudaError_t cudaGetDeviceProperties(cudaDeviceProp* p, int ordinal) {
    if (!is_device(ordinal)) return result(cudaErrorInvalidDevice);
    *p = {};
    std::strcpy(p->name, "Lockstep simulator");
    p->totalGlobalMem = static_cast<size_t>(settings().memory);
    p->sharedMemPerBlock = static_cast<size_t>(attribute_value(cudaDevAttrMaxSharedMemoryPerBlock));
    p->sharedMemPerBlockOptin = static_cast<size_t>(attribute_value(cudaDevAttrMaxSharedMemoryPerBlockOptin));
    p->sharedMemPerMultiprocessor =
        static_cast<size_t>(attribute_value(cudaDevAttrMaxSharedMemoryPerMultiprocessor));
    p->regsPerBlock = attribute_value(cudaDevAttrMaxRegistersPerMultiprocessor);
    p->warpSize = 32;
    p->maxThreadsPerBlock = attribute_value(cudaDevAttrMaxThreadsPerBlock);
    const cudaDeviceAttr block[] = {cudaDevAttrMaxBlockDimX, cudaDevAttrMaxBlockDimY,
                                    cudaDevAttrMaxBlockDimZ};
    const cudaDeviceAttr grid[] = {cudaDevAttrMaxGridDimX, cudaDevAttrMaxGridDimY, cudaDevAttrMaxGridDimZ};
    for (int i = 0; i < 3; ++i) {
        p->maxThreadsDim[i] = attribute_value(block[i]);
        p->maxGridSize[i] = attribute_value(grid[i]);
    }
    p->major = attribute_value(cudaDevAttrComputeCapabilityMajor);
    p->minor = attribute_value(cudaDevAttrComputeCapabilityMinor);
    p->multiProcessorCount = attribute_value(cudaDevAttrMultiProcessorCount);
    p->l2CacheSize = attribute_value(cudaDevAttrL2CacheSize);
    p->maxThreadsPerMultiProcessor = attribute_value(cudaDevAttrMaxThreadsPerMultiProcessor);
    p->memoryBusWidth = attribute_value(cudaDevAttrGlobalMemoryBusWidth);
    p->unifiedAddressing = p->memoryPoolsSupported = 1;
    p->pciBusID = ordinal;
    return cudaSuccess;
}

cudaError_t cudaDeviceCanAccessPeer(int* can, int ordinal, int peer) {
    if (!is_device(ordinal) || !is_device(peer)) return result(cudaErrorInvalidDevice);
    *can = ordinal != peer;
    return cudaSuccess;
}

cudaError_t cudaDeviceEnablePeerAccess(int peer, unsigned flags) {
    if (!is_device(peer) || peer == device) return result(cudaErrorInvalidDevice);
    return result(flags ? cudaErrorInvalidValue : cudaSuccess);
}

cudaError_t cudaDeviceGetStreamPriorityRange(int* least, int* greatest) {
    *least = *greatest = 0;
    return cudaSuccess;
}
}
