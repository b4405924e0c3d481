// Figures of compiled kernels, and their cache on disk, over all backends that compile any.
// Must not know any particular backend.
#include <algorithm>
#include <string>
#include <vector>

#include "capi/border.h"
#include "capi/convert.h"
#include "runtime/exec/backend.h"
#include "runtime/exec/device.h"

using namespace lockstep;
using namespace lockstep::capi;

namespace {

// The device, or all of them for null.
std::vector<const Device*> chosen(const char* device) {
    if (device) return {find_device(device)};
    return devices();
}

// One device for each backend that has kernels.
std::vector<const Device*> compiling() {
    std::vector<const Device*> found;
    for (const Device* d : devices())
        if (d->ordinal == 0 && d->backend->kernel_statistics) found.push_back(d);
    return found;
}

}  // namespace

ls_status ls_kernel_cache_info(ls_kernel_cache_statistics* result) {
    return border("ls_kernel_cache_info", [&] {
        const size_t size = pointer_in(result, "result").size;
        if (size != sizeof *result)
            fail(Status::value_error, "result.size: expected %zu, set by LS_SIZE, got %zu", sizeof *result,
                 size);
        ls_kernel_cache_statistics sum{};
        sum.size = size;
        std::vector<std::string> folders;
        for (const Device* d : compiling()) {
            const KernelStatistics s = d->backend->kernel_statistics();
            sum.from_pack += s.from_pack, sum.from_disk += s.from_disk, sum.compiled += s.compiled;
            // Backends may share a folder.
            if (std::find(folders.begin(), folders.end(), s.folder) != folders.end()) continue;
            folders.push_back(s.folder);
            sum.entries += s.entries, sum.bytes += s.bytes, sum.limit += s.limit;
        }
        *result = sum;
    });
}

ls_status ls_kernel_cache_folder(char* text, size_t capacity, size_t* needed) {
    return border("ls_kernel_cache_folder", [&] {
        const auto found = compiling();
        give_text(found.empty() ? "" : found[0]->backend->kernel_statistics().folder, text, capacity, needed);
    });
}

ls_status ls_kernel_cache_warm(const char* device, int64_t* kernels) {
    return border("ls_kernel_cache_warm", [&] {
        int64_t count = 0;
        for (const Device* d : chosen(device))
            if (d->backend->kernel_warm) count += d->backend->kernel_warm(d->ordinal);
        if (kernels) *kernels = count;
    });
}

ls_status ls_kernel_cache_clear(const char* device) {
    return border("ls_kernel_cache_clear", [&] {
        for (const Device* d : chosen(device))
            if (d->backend->kernel_clear) d->backend->kernel_clear();
    });
}
