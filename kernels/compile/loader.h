// Loaded kernels by their keys: each is fetched once per process, from the pack, the disk cache or the
// compiler. Must not know what a kernel computes.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "kernels/compile/digest.h"
#include "kernels/compile/disk_cache.h"
#include "kernels/compile/kernel.h"
#include "kernels/compile/pack_file.h"

namespace lockstep::cuda {

class Loader {
  public:
    // Opens the pack, if there is one.
    Loader(const std::string& pack_path, DiskCache& disk);

    // Any thread; threads that want the same kernel at once wait for the one that came first. `architecture`
    // is the device's, 90 for 9.0. Code is loaded for the life of the process, on whatever device it is
    // launched.
    Kernel load(const KernelSource& source, int architecture);

    // Sees to it that pack or disk cache holds the kernels, on all processors; how many of them. None that
    // the pack lacks where nothing is kept on disk. Loads nothing.
    int64_t keep(std::span<const KernelSource> sources, int architecture);

    KernelStatistics statistics() const;

  private:
    struct Entry {
        std::mutex mutex;
        Kernel kernel;
    };
    struct Module {
        std::mutex mutex;
        cudaLibrary_t library = nullptr;
        bool damaged = false;
    };

    std::optional<uint32_t> find_in_pack(const KernelSource& source, int architecture) const;
    Kernel from_pack(const KernelSource& source, int architecture);
    Kernel from_disk(const KernelSource& source, int architecture);
    Kernel from_compiler(const KernelSource& source, int architecture);
    bool keep_one(const KernelSource& source, int architecture);

    PackFile pack_;
    std::string pack_report_;
    std::unique_ptr<Module[]> modules_;  // one per blob of the pack
    DiskCache& disk_;
    std::mutex mutex_;
    std::map<Digest, std::unique_ptr<Entry>> entries_;
    std::atomic<int64_t> from_pack_{0}, from_disk_{0}, compiled_{0};
};

// Of this process: the pack beside the plugin (or LOCKSTEP_KERNEL_PACK) and the user's disk cache.
Loader& loader();
DiskCache& disk_cache();

}  // namespace lockstep::cuda
