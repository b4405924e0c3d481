// Where a kernel's machine code comes from, in which order.
// Must not know what a kernel computes.
#include "kernels/compile/loader.h"

#include <cstdlib>

#include "kernels/compile/compiler.h"
#include "kernels/compile/parallel.h"
#include "runtime/array/error.h"
#include "runtime/exec/library.h"

#ifndef LOCKSTEP_BACKEND_NAME
#define LOCKSTEP_BACKEND_NAME "cuda"
#endif

namespace lockstep::cuda {
namespace {

cudaError_t load_code(const std::string& code, cudaLibrary_t* library) {
    const cudaError_t error =
        cudaLibraryLoadData(library, code.data(), nullptr, nullptr, 0, nullptr, nullptr, 0);
    if (error != cudaSuccess) cudaGetLastError();  // the next call starts clean
    return error;
}

// None when the library has no such kernel.
Kernel kernel_in(cudaLibrary_t library, const KernelSource& source) {
    Kernel kernel;
    if (cudaLibraryGetKernel(&kernel.handle, library, kernel_name(source).c_str()) != cudaSuccess) {
        cudaGetLastError();
        return {};
    }
    return kernel;
}

std::string pack_path() {
    if (const char* asked = std::getenv("LOCKSTEP_KERNEL_PACK")) return asked;
    const std::string name = LOCKSTEP_BACKEND_NAME;
    return Library::own_folder() + "/lockstep_kernels" + (name == "cuda" ? "" : "_" + name) + ".pack";
}

}  // namespace

// Neither is ever destroyed: kernels may be asked for while the process ends.
DiskCache& disk_cache() {
    static DiskCache& cache = *new DiskCache(DiskCache::of_environment());
    return cache;
}

Loader& loader() {
    static Loader& loader = *new Loader(pack_path(), disk_cache());
    return loader;
}

Loader::Loader(const std::string& pack_path, DiskCache& disk) : disk_(disk) {
    const std::string wrong = pack_.open(pack_path);
    pack_report_ = pack_path + ": ";
    if (wrong.empty()) {
        pack_report_ += std::to_string(pack_.entries().size()) + " kernels for";
        for (const uint32_t architecture : pack_.architectures())
            pack_report_ += " sm_" + std::to_string(architecture);
    } else {
        pack_report_ += wrong;
    }
    modules_ = std::make_unique<Module[]>(pack_.blobs().size());
}

Kernel Loader::load(const KernelSource& source, int architecture) {
    Entry* entry;
    {
        const std::lock_guard lock(mutex_);
        std::unique_ptr<Entry>& place = entries_[kernel_key(source, architecture)];
        if (!place) place = std::make_unique<Entry>();
        entry = place.get();
    }
    const std::lock_guard lock(entry->mutex);  // others go on to kernels of their own
    if (!entry->kernel) entry->kernel = from_pack(source, architecture);
    if (!entry->kernel) entry->kernel = from_disk(source, architecture);
    if (!entry->kernel) entry->kernel = from_compiler(source, architecture);
    return entry->kernel;
}

// Code for an architecture runs on those of the same major number and a higher minor one.
std::optional<uint32_t> Loader::find_in_pack(const KernelSource& source, int architecture) const {
    for (int a = architecture; a >= architecture / 10 * 10; --a)
        for (const uint32_t there : pack_.architectures())
            if (static_cast<int>(there) == a)
                if (const auto blob = pack_.find(kernel_key(source, a))) return blob;
    return std::nullopt;
}

Kernel Loader::from_pack(const KernelSource& source, int architecture) {
    const auto blob = find_in_pack(source, architecture);
    if (!blob) return {};
    Module& module = modules_[*blob];
    const std::lock_guard lock(module.mutex);
    if (module.damaged) return {};
    if (!module.library) {
        const auto code = pack_.code(*blob);
        module.damaged = !code || load_code(*code, &module.library) != cudaSuccess;
        if (module.damaged) return {};
    }
    const Kernel kernel = kernel_in(module.library, source);
    if (kernel) ++from_pack_;
    return kernel;
}

Kernel Loader::from_disk(const KernelSource& source, int architecture) {
    const auto code = disk_.load(kernel_key(source, architecture));
    cudaLibrary_t library = nullptr;
    if (!code || load_code(*code, &library) != cudaSuccess) return {};
    const Kernel kernel = kernel_in(library, source);
    if (kernel) {
        ++from_disk_;
    } else {
        cudaLibraryUnload(library);
    }
    return kernel;
}

Kernel Loader::from_compiler(const KernelSource& source, int architecture) {
    const int target = architecture_for(architecture);
    if (target != architecture)
        if (const Kernel kept = from_disk(source, target)) return kept;
    const KernelSource* one[] = {&source};
    const std::string code = compile(one, target);
    cudaLibrary_t library = nullptr;
    check(load_code(code, &library), "cudaLibraryLoadData");
    const Kernel kernel = kernel_in(library, source);
    if (!kernel)
        fail(Status::internal_error, "the compiler made no kernel of the name %s",
             kernel_name(source).c_str());
    ++compiled_;
    disk_.store(kernel_key(source, target), code);
    return kernel;
}

bool Loader::keep_one(const KernelSource& source, int architecture) {
    if (find_in_pack(source, architecture)) return true;
    if (disk_.limit() == 0) return false;
    if (disk_.load(kernel_key(source, architecture))) return true;
    const int target = architecture_for(architecture);
    const Digest key = kernel_key(source, target);
    if (target != architecture && disk_.load(key)) return true;
    const KernelSource* one[] = {&source};
    disk_.store(key, compile(one, target));
    return true;
}

int64_t Loader::keep(std::span<const KernelSource> sources, int architecture) {
    std::atomic<int64_t> kept{0};
    in_parallel(sources.size(), [&](size_t i) { kept += keep_one(sources[i], architecture); });
    return kept;
}

KernelStatistics Loader::statistics() const {
    const DiskCache::Content content = disk_.content();
    return {from_pack_,
            from_disk_,
            compiled_,
            content.entries,
            content.bytes,
            disk_.limit(),
            disk_.limit() > 0 ? disk_.folder() : "",
            pack_report_};
}

}  // namespace lockstep::cuda
