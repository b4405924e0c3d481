// How a reduction is done on the device: which kernel, and the task's dimensions in the kernel's three groups.
// Must not know launches.
#pragma once

#include <cstdint>

#include "kernels/device/reduce_arguments.h"
#include "kernels/source/reduce_source.h"
#include "runtime/exec/backend.h"

namespace lockstep::cuda {

struct ReducePlan {
    ReduceVariant variant;
    DType folded;             // type of the elements that are folded
    int64_t count;            // elements of a unit; of folds and columns, all that go to an output
    int64_t units, outputs;   // units of an output
    int inner, outer, ndim;   // ends of the groups, see device::reduction::ReduceLayout
    int operands;
    bool out_aligned;
    int64_t size[kMaxDims];
    int64_t stride[kMaxDims][device::reduction::kReduceOperands + 1];  // the last is the output's
};

ReducePlan plan_reduction(const ReduceTask& task);

// Fills a kernel's layout.
template <class Layout>
void fill_layout(Layout& layout, const ReducePlan& plan, const ReduceTask& task);

template <class Index>
device::reduction::Divider<Index> divider(int64_t size);

}  // namespace lockstep::cuda
