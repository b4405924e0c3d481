// The space of an indexing task on the device: elements as units that travel in one access, the dimensions
// that indices span. Must not know kernels or launches.
#pragma once

#include <cstdint>

#include "kernels/device/space.h"
#include "kernels/reduce_plan.h"
#include "kernels/source/index_source.h"
#include "runtime/exec/backend.h"

namespace lockstep::cuda {

// Dimensions innermost first.
struct IndexSpace {
    // `copies`: elements are only moved, so that they may be units of any size: runs that no index takes
    // apart are walked by up to 16 bytes at a time.
    IndexSpace(const IndexTask& task, bool copies);

    const IndexTask& task;
    int ndim = 0;
    int unit;          // bytes
    int64_t size = 1;  // units
    int64_t places =
        1;  // of the dimensions that indices span: those along which an index moves or the array stands still
    int64_t extent[kMaxDims + 1], array[kMaxDims + 1], values[kMaxDims + 1];
    bool spanned[kMaxDims + 1];
    int64_t position[kMaxDims + 1];  // a step's share of the number of the place; 0 where indices do not span

    // Bytes of index k along dimension d.
    int64_t index_stride(int k, int d) const { return from_[d] < 0 ? 0 : task.index[k].strides[from_[d]]; }

  private:
    void add(int from, int64_t count, int64_t array_stride, int64_t value_stride);
    int from_[kMaxDims + 1];  // the task's dimension
};

inline SpaceVariant space_variant(int64_t size, int ndim) {
    return {size >= int64_t{1} << 31, ndim > device::kSpaceFew};
}

// stride(dimension, operand).
template <class S, class Stride>
void fill_space(S& space, int ndim, const int64_t* extent, const Stride& stride) {
    using Index = typename S::Index;
    int64_t count = 1;
    for (int d = 0; d < ndim; ++d) {
        count *= extent[d];
        space.extent[d] = divider<Index>(extent[d]);
        for (int k = 0; k < S::operands; ++k) space.stride[d][k] = stride(d, k);
    }
    space.ndim = ndim;
    space.count = static_cast<Index>(count);
}

// call.template operator()<Index, dims>() for the variant.
template <class Call>
void with_space(SpaceVariant v, const Call& call) {
    using device::kSpaceFew, device::kSpaceMany;
    if (v.wide) {
        if (v.many)
            call.template operator()<uint64_t, kSpaceMany>();
        else
            call.template operator()<uint64_t, kSpaceFew>();
    } else {
        if (v.many)
            call.template operator()<uint32_t, kSpaceMany>();
        else
            call.template operator()<uint32_t, kSpaceFew>();
    }
}

// Finds a kernel by the bytes given, which tell it apart from all others of indexing, and launches it over
// `count` elements.
struct IndexKernel {
    char name[8];
    int64_t per_block = device::kIndexThreads;
    unsigned threads = device::kIndexThreads;
};
void launch_index(int ordinal, const IndexKernel& kernel, const std::function<KernelSource()>& source,
                  int64_t count, const void* arguments, Stream* stream);

}  // namespace lockstep::cuda
