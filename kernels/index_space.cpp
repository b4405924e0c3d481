// Units and spanned dimensions of an indexing task.
// Must not know kernels.
#include "kernels/index_space.h"

#include <algorithm>

#include "kernels/cuda.h"

namespace lockstep::cuda {
namespace {

// The largest power of two of at most 16 that divides all addresses and steps of the task's elements.
int64_t common_alignment(const IndexTask& t) {
    uint64_t bits = 16 | reinterpret_cast<uint64_t>(t.array) | reinterpret_cast<uint64_t>(t.values);
    for (int d = 0; d < t.ndim; ++d) {
        if (t.shape[d] == 1) continue;
        bits |= static_cast<uint64_t>(t.array_strides[d]) | static_cast<uint64_t>(t.value_strides[d]);
    }
    for (int k = 0; k < t.indices; ++k) bits |= static_cast<uint64_t>(t.index[k].stride);
    return static_cast<int64_t>(bits & (~bits + 1));
}

int64_t largest_unit(int64_t bytes, int64_t alignment) {
    int64_t unit = alignment;
    while (bytes % unit) unit /= 2;
    return unit;
}

}  // namespace

void IndexSpace::add(int from, int64_t count, int64_t array_stride, int64_t value_stride) {
    if (count == 1) return;
    bool moves = false;
    if (from >= 0)
        for (int k = 0; k < task.indices; ++k) moves |= task.index[k].strides[from] != 0;
    from_[ndim] = from;
    extent[ndim] = count;
    array[ndim] = array_stride;
    values[ndim] = value_stride;
    spanned[ndim] = moves || array_stride == 0;
    position[ndim] = spanned[ndim] ? places : 0;
    if (spanned[ndim]) places *= count;
    size *= count;
    ++ndim;
}

IndexSpace::IndexSpace(const IndexTask& t, bool copies) : task(t), unit(static_cast<int>(t.type.itemsize())) {
    const int64_t item = t.type.itemsize(), alignment = copies ? common_alignment(t) : item;
    int last = t.ndim - 1;
    while (last > 0 && t.shape[last] == 1) --last;
    bool run = copies && t.array_strides[last] == item && t.value_strides[last] == item;
    for (int k = 0; k < t.indices; ++k) run &= t.index[k].strides[last] == 0;
    if (copies) {
        const int64_t bytes = run ? t.shape[last] * item : item;
        unit = static_cast<int>(largest_unit(bytes, alignment));
        add(-1, bytes / unit, unit, unit);
        if (run) --last;
    }
    for (int d = last; d >= 0; --d) add(d, t.shape[d], t.array_strides[d], t.value_strides[d]);
    if (ndim > 0) return;
    from_[0] = -1;  // one unit
    extent[0] = 1;
    array[0] = values[0] = position[0] = 0;
    spanned[0] = false;
    ndim = 1;
}

void launch_index(int ordinal, const IndexKernel& kernel, const std::function<KernelSource()>& source,
                  int64_t count, const void* arguments, Stream* stream) {
    static KernelTable& table = *new KernelTable;
    Grid grid;
    grid.blocks[0] = static_cast<unsigned>((count + kernel.per_block - 1) / kernel.per_block);
    grid.threads[0] = kernel.threads;
    launch(table.find(ordinal, {kernel.name, sizeof kernel.name}, source), grid, arguments, stream);
}

}  // namespace lockstep::cuda
