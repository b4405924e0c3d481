// The kernels of gather, scatter, select and search as text.
// Must not know tasks or launches.
#pragma once

#include <vector>

#include "kernels/compile/kernel.h"
#include "runtime/exec/program.h"

namespace lockstep::cuda {

// What indexing kernels are told apart by: the width of indices into the space, and its class of dimensions.
struct SpaceVariant {
    bool wide;  // 2^31 elements or more
    bool many;  // more than device::kSpaceFew dimensions
};

// Elements are units of 1, 2, 4, 8 or 16 bytes.
KernelSource gather_source(int unit, int indices, SpaceVariant space);
KernelSource places_source(int indices, SpaceVariant space);
// `wide` counts in 64 bits.
KernelSource claim_source(bool hashed, bool wide);
KernelSource scatter_source(int unit, bool hashed, bool wide, SpaceVariant space);
// op applied to an element and, where it has two inputs, a value; back to the element's type. `ordered`: by
// runs of sorted places.
KernelSource fold_source(Op op, DType type, bool ordered, bool wide, SpaceVariant space);

KernelSource count_source(SpaceVariant space);
KernelSource scan_tiles_source();
enum class SelectKind : uint8_t { pack, unpack, positions };
KernelSource select_source(SelectKind kind, int unit, SpaceVariant space);

KernelSource search_source(DType type);

// What the kernel pack holds of them.
std::vector<KernelSource> standard_index_sources();

}  // namespace lockstep::cuda
