// What the primitives and Backend ask of the loader.
// Must not know what a kernel computes.
#include "kernels/compile/kernel.h"

#include "kernels/compile/loader.h"
#include "kernels/source/standard_set.h"

namespace lockstep::cuda {
namespace {

int architecture_of(int ordinal) {
    const Properties& p = properties(ordinal);
    return p.major * 10 + p.minor;
}

}  // namespace

Kernel load_kernel(int ordinal, const KernelSource& source) {
    const DeviceScope scope(ordinal);
    return loader().load(source, architecture_of(ordinal));
}

KernelStatistics kernel_statistics() { return loader().statistics(); }

int64_t warm_kernels(int ordinal) { return loader().keep(standard_sources(), architecture_of(ordinal)); }

void clear_kernels() { disk_cache().clear(); }

}  // namespace lockstep::cuda
