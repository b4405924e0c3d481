// CUDA's libraries of kernels and launches: a "cubin" is a shared object that the host compiler made
// (nvrtc.cpp). Must not know how a grid runs.
#include <dlfcn.h>
#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/api.h"
#include "tests/sim/grid.h"
#include "tests/sim/memory.h"
#include "tests/sim/stream.h"

struct CUlib_st {
    void* handle = nullptr;
    char* (*bind)(lockstep::sim::Machine*) = nullptr;
    ptrdiff_t anchor = 0;  // where in the object's thread-local storage the address lies that `bind` returns
    size_t shared_bytes = 0;  // of all its kernels
    bool loaded = true;
    std::map<std::string, std::unique_ptr<CUkern_st>> kernels;
};

struct CUkern_st {
    CUlib_st* library = nullptr;
    std::string name;
    void (*entry)(const void*) = nullptr;
    size_t argument_bytes = 0;
    unsigned threads = 0;  // at most, as the kernel was declared
    unsigned most_dynamic = 48 << 10;
};

namespace lockstep::sim {
namespace {

constexpr unsigned kShared = 48 << 10, kSharedOptin = 96 << 10;

std::map<CUlib_st*, std::unique_ptr<CUlib_st>>& libraries() {
    static auto* const all = new std::map<CUlib_st*, std::unique_ptr<CUlib_st>>;
    return *all;
}
std::map<const void*, CUkern_st*>& kernels() {
    static auto* const all = new std::map<const void*, CUkern_st*>;
    return *all;
}

// The length of an ELF file in memory: its section headers stand last. 0 when it is none.
size_t image_bytes(const void* code) {
    ElfW(Ehdr) header;
    std::memcpy(&header, code, sizeof header);
    if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_type != ET_DYN) return 0;
    return header.e_shoff + size_t{header.e_shnum} * header.e_shentsize;
}

// The loader knows objects by their path: every memory file needs one that was not used before. The number is
// spelled in the ways of writing a slash.
std::string unique_path(int file) {
    static unsigned long number = 0;
    std::string path = "/proc/self/fd/";
    for (unsigned long digits = ++number; digits; digits >>= 1) path += digits & 1 ? "./" : "/";
    return path + std::to_string(file);
}

void* open_image(const void* code, size_t bytes) {
    const int file = memfd_create("lockstep-kernel", MFD_CLOEXEC);
    if (file < 0) return nullptr;
    const char* at = static_cast<const char*>(code);
    while (bytes) {
        const ssize_t written = write(file, at, bytes);
        if (written <= 0) break;
        at += written;
        bytes -= static_cast<size_t>(written);
    }
    void* const handle = bytes ? nullptr : dlopen(unique_path(file).c_str(), RTLD_NOW | RTLD_LOCAL);
    if (!handle) std::fprintf(stderr, "lockstep sim: a kernel does not load: %s\n", dlerror());
    close(file);
    return handle;
}

// Shared memory is the object's thread-local storage: finds its size, and the place of the anchor in it.
void find_shared_memory(CUlib_st& library) {
    struct Search {
        const void* bind;
        const char* anchor;
        CUlib_st& library;
    } search{reinterpret_cast<const void*>(library.bind), library.bind(&GridRunner::instance().machine()),
             library};
    dl_iterate_phdr(
        [](dl_phdr_info* info, size_t, void* data) {
            auto& s = *static_cast<Search*>(data);
            const auto address = reinterpret_cast<uintptr_t>(s.bind);
            bool own = false;
            for (int i = 0; i < info->dlpi_phnum; ++i) {
                const auto& p = info->dlpi_phdr[i];
                if (p.p_type == PT_LOAD && address - (info->dlpi_addr + p.p_vaddr) < p.p_memsz) own = true;
            }
            for (int i = 0; own && i < info->dlpi_phnum; ++i) {
                if (info->dlpi_phdr[i].p_type != PT_TLS) continue;
                s.library.shared_bytes = info->dlpi_phdr[i].p_memsz;
                s.library.anchor = s.anchor - static_cast<const char*>(info->dlpi_tls_data);
            }
            return own ? 1 : 0;
        },
        &search);
}

cudaError_t check_launch(const CUkern_st& kernel, dim3 grid, dim3 block, size_t shared_bytes) {
    const uint64_t threads = uint64_t{block.x} * block.y * block.z;
    if (!grid.x || !grid.y || !grid.z || !threads) return cudaErrorInvalidConfiguration;
    if (grid.x > 0x7fffffffu || grid.y > 65535 || grid.z > 65535) return cudaErrorInvalidConfiguration;
    if (block.x > 1024 || block.y > 1024 || block.z > 64 || threads > kMostThreads)
        return cudaErrorInvalidConfiguration;
    if (threads > kernel.threads) return cudaErrorLaunchOutOfResources;
    return shared_bytes > kernel.most_dynamic ? cudaErrorInvalidValue : cudaSuccess;
}

void run(const CUkern_st& kernel, const std::vector<char>& arguments, dim3 grid, dim3 block,
         unsigned shared_bytes, int device) {
    if (!kernel.library->loaded)
        return break_device(device, cudaErrorLaunchFailure,
                            kernel.name + ": its library was unloaded before it ran");
    const CUlib_st& library = *kernel.library;
    char* const anchor = library.bind(&GridRunner::instance().machine());
    const Launch launch{
        kernel.name.c_str(),         kernel.entry, arguments.data(),        {grid.x, grid.y, grid.z},
        {block.x, block.y, block.z}, shared_bytes, anchor - library.anchor, library.shared_bytes};
    const Failure failure = GridRunner::instance().run(launch);
    if (failure)
        break_device(device, failure.illegal_address ? cudaErrorIllegalAddress : cudaErrorLaunchFailure,
                     failure.text);
}

CUkern_st* kernel_of(const void* function) {
    const auto found = kernels().find(function);
    return found == kernels().end() || !found->second->library->loaded ? nullptr : found->second;
}

}  // namespace
}  // namespace lockstep::sim

using namespace lockstep::sim;

extern "C" {

cudaError_t cudaLibraryLoadData(cudaLibrary_t* library, const void* code, cudaJitOption*, void**, unsigned,
                                cudaLibraryOption*, void**, unsigned) {
    const auto lock = lock_simulator();
    const size_t bytes = image_bytes(code);
    void* const handle = bytes ? open_image(code, bytes) : nullptr;
    if (!handle) return result(cudaErrorInvalidKernelImage);
    auto own = std::make_unique<CUlib_st>();
    own->handle = handle;
    own->bind = reinterpret_cast<decltype(own->bind)>(dlsym(handle, "lockstep_sim_bind"));
    if (!own->bind) {
        dlclose(handle);
        return result(cudaErrorInvalidKernelImage);
    }
    find_shared_memory(*own);
    *library = own.get();
    libraries()[own.get()] = std::move(own);
    return cudaSuccess;
}

cudaError_t cudaLibraryUnload(cudaLibrary_t library) {
    const auto lock = lock_simulator();
    const auto found = libraries().find(library);
    if (found == libraries().end() || !library->loaded) return result(cudaErrorInvalidResourceHandle);
    library->loaded = false;  // launches that are queued find it so
    dlclose(library->handle);
    return cudaSuccess;
}

cudaError_t cudaLibraryGetKernel(cudaKernel_t* kernel, cudaLibrary_t library, const char* name) {
    const auto lock = lock_simulator();
    if (!libraries().count(library) || !library->loaded) return result(cudaErrorInvalidResourceHandle);
    auto& slot = library->kernels[name];
    if (!slot) {
        const std::string limits = std::string(name) + "_limits";
        const auto entry = reinterpret_cast<void (*)(const void*)>(dlsym(library->handle, name));
        const auto* const limit = static_cast<const unsigned long*>(dlsym(library->handle, limits.c_str()));
        if (!entry || !limit) {
            library->kernels.erase(name);
            return result(cudaErrorSymbolNotFound);
        }
        slot = std::make_unique<CUkern_st>();
        slot->library = library;
        slot->name = name;
        slot->entry = entry;
        slot->argument_bytes = limit[0];
        slot->threads = static_cast<unsigned>(limit[1]);
        kernels()[slot.get()] = slot.get();
    }
    *kernel = slot.get();
    return cudaSuccess;
}

cudaError_t cudaLaunchKernel(const void* function, dim3 grid, dim3 block, void** arguments,
                             size_t shared_bytes, cudaStream_t handle) {
    const auto lock = lock_simulator();
    CUkern_st* const kernel = kernel_of(function);
    const cudaStream_t stream = stream_of(handle);
    if (!kernel) return result(cudaErrorInvalidDeviceFunction);
    if (!stream) return result(cudaErrorInvalidResourceHandle);
    if (broken(stream->device) != cudaSuccess) return result(broken(stream->device));
    if (const cudaError_t error = check_launch(*kernel, grid, block, shared_bytes); error != cudaSuccess)
        return result(error);
    std::vector<char> copy(kernel->argument_bytes);
    std::memcpy(copy.data(), arguments[0], copy.size());
    queue(stream, [=, copy = std::move(copy), device = stream->device] {
        run(*kernel, copy, grid, block, static_cast<unsigned>(shared_bytes), device);
    });
    return cudaSuccess;
}

cudaError_t cudaFuncGetAttributes(cudaFuncAttributes* attributes, const void* function) {
    const auto lock = lock_simulator();
    const CUkern_st* const kernel = kernel_of(function);
    if (!kernel) return result(cudaErrorInvalidDeviceFunction);
    *attributes = {};
    attributes->sharedSizeBytes = kernel->library->shared_bytes;
    attributes->maxThreadsPerBlock = static_cast<int>(kernel->threads);
    attributes->numRegs = 32;
    attributes->ptxVersion = attributes->binaryVersion = 90;
    attributes->maxDynamicSharedSizeBytes = static_cast<int>(kernel->most_dynamic);
    return cudaSuccess;
}

cudaError_t cudaFuncSetAttribute(const void* function, cudaFuncAttribute attribute, int value) {
    const auto lock = lock_simulator();
    CUkern_st* const kernel = kernel_of(function);
    if (!kernel) return result(cudaErrorInvalidDeviceFunction);
    if (attribute == cudaFuncAttributePreferredSharedMemoryCarveout) return cudaSuccess;
    if (value < 0 || static_cast<unsigned>(value) > kSharedOptin) return result(cudaErrorInvalidValue);
    kernel->most_dynamic = static_cast<unsigned>(value);
    return cudaSuccess;
}

cudaError_t cudaKernelSetAttributeForDevice(cudaKernel_t kernel, cudaFuncAttribute attribute, int value,
                                            int) {
    return cudaFuncSetAttribute(kernel, attribute, value);
}

cudaError_t cudaOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, const void* function, int threads,
                                                          size_t) {
    const auto lock = lock_simulator();
    if (!kernel_of(function) || threads <= 0) return result(cudaErrorInvalidValue);
    *blocks = std::min(2048 / threads, 32);
    return cudaSuccess;
}
}
