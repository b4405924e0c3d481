// Chooses a map kernel by the operands' layout, fills its arguments and launches it.
// Must not know operations, nor how a kernel is written.
#include "kernels/map.h"

#include <cstring>
#include <string>

#include "kernels/compile/kernel.h"
#include "kernels/cuda.h"
#include "kernels/map_space.h"
#include "kernels/source/map_source.h"

namespace lockstep::cuda {
namespace {

constexpr unsigned kThreads = device::kMapThreads;

static_assert(device::kMapOperands == kMaxOperands && device::kMapInputs == Program::kMaxInputs &&
              device::kAnyDims == kMaxDims);

KernelTable& kernels() {
    static KernelTable table;
    return table;
}

Kernel find_kernel(int ordinal, const Program& program, const MapVariant& variant) {
    static thread_local std::string signature;  // keeps its memory
    signature.clear();
    append_map_signature(program, variant, signature);
    return kernels().find(ordinal, signature, [&program, &variant] { return map_source(program, variant); });
}

// `data` replaces the addresses of the task: where a part of its space begins.
void fill_operands(device::MapOperands& to, const MapTask& task, char* const* data) {
    to.immediates = 0;
    for (int k = 0; k < task.inputs + task.outputs; ++k) {
        to.data[k] = data[k];
        if (!task.operands[k].immediate) continue;
        to.immediates |= 1u << k;
        const auto itemsize = static_cast<size_t>(task.program->input_type[k].itemsize());
        std::memcpy(to.immediate[k].bytes, task.operands[k].data, itemsize);
    }
}

unsigned blocks_for(int64_t units, int64_t per_block) {
    return static_cast<unsigned>((units + per_block - 1) / per_block);
}

// Every operand that moves is packed, and aligned for vectors.
bool flat_variant(const MapTask& task, MapVariant& variant) {
    const Program& p = *task.program;
    for (int i = 0; i < task.inputs; ++i) {
        const Operand& in = task.operands[i];
        // a single element serves as an array of one, too: no kernel of its own
        const bool one = task.size == 1 && !in.immediate && is_aligned(in.data, 16);
        if (in.scalar && !one)
            variant.access[i] = MapAccess::fixed;
        else if (!in.contiguous && !one)
            return false;
    }
    const int vector = vector_width(p, variant);
    for (int k = 0; k < task.inputs + task.outputs; ++k) {
        const Operand& operand = task.operands[k];
        const bool fixed = k < task.inputs && variant.access[k] == MapAccess::fixed;
        if (!fixed && k >= task.inputs && !operand.contiguous) return false;
        if (!operand.immediate && !is_aligned(operand.data, (fixed ? 1 : vector) * itemsize_of(p, k)))
            return false;
    }
    return true;
}

void launch_flat(int ordinal, const MapTask& task, const MapVariant& variant, Stream* stream) {
    device::FlatArguments arguments;
    char* data[kMaxOperands];
    for (int k = 0; k < task.inputs + task.outputs; ++k) data[k] = task.operands[k].data;
    fill_operands(arguments.operands, task, data);
    arguments.size = task.size;
    const int64_t stretch =
        int64_t{kThreads} * vector_width(*task.program, variant) * unroll_width(*task.program, variant);
    const Grid grid{{blocks_for(task.size, stretch), 1, 1}, {kThreads, 1, 1}, 0};
    launch(find_kernel(ordinal, *task.program, variant), grid, &arguments, stream);
}

// What one launch is told, for a space of at most `dims` dimensions.
template <int dims>
void launch_strided(int ordinal, const MapTask& task, const MapSpace& space, const MapVariant& variant,
                    Stream* stream) {
    device::StridedArguments<dims> arguments;
    fill_operands(arguments.operands, task, space.data);
    arguments.ndim = space.ndim;
    const bool tiled = variant.kind == MapKind::tile;
    const auto shape = device::tile_shape(turned_itemsize(*task.program, variant));
    int64_t count = 1;
    for (int d = 0; d < space.ndim; ++d) {
        int64_t extent = space.extent[d];
        if (tiled && d < 2) {
            arguments.plane[d] = static_cast<uint32_t>(extent);
            const int64_t side = d ? shape.across : shape.inner;
            extent = (extent + side - 1) / side;
        }
        count *= extent;
        arguments.extent[d] = device::divider(static_cast<uint32_t>(extent));
        for (int k = 0; k < space.operands; ++k)
            arguments.stride[k][d] = static_cast<int32_t>(space.stride[k][d]);
    }
    arguments.count = static_cast<uint32_t>(count);
    const int64_t stretch = tiled ? 1 : int64_t{kThreads} * unroll_width(*task.program, variant);
    const Grid grid{{blocks_for(count, stretch), 1, 1}, {kThreads, 1, 1}, 0};
    launch(find_kernel(ordinal, *task.program, variant), grid, &arguments, stream);
}

// Parts of a space whose indices, or strides, do not fit 31 bits go one by one: kernels then need no other
// index type. Along a dimension of such a stride that is at most a launch per element, of which memory holds
// no more than a hundred; a part of 2^30 elements takes over a millisecond, beside which its launch is
// nothing.
void map_strided(int ordinal, const MapTask& task, const MapSpace& space, Stream* stream) {
    const int wide = dimension_to_split(space);
    if (wide >= 0) {
        MapSpace part = space;
        for (int half = 0; half < 2; ++half) {
            take_half(space, wide, half, part);
            map_strided(ordinal, task, part, stream);
        }
        return;
    }
    MapSpace chosen = space;
    const MapVariant variant = choose_variant(*task.program, chosen);
    switch (variant.dims) {
        case 1:
            return launch_strided<1>(ordinal, task, chosen, variant, stream);
        case 2:
            return launch_strided<2>(ordinal, task, chosen, variant, stream);
        case 3:
            return launch_strided<3>(ordinal, task, chosen, variant, stream);
        case 4:
            return launch_strided<4>(ordinal, task, chosen, variant, stream);
        default:
            return launch_strided<device::kAnyDims>(ordinal, task, chosen, variant, stream);
    }
}

}  // namespace

void map(int ordinal, const MapTask& task, Stream* stream) {
    const DeviceScope scope(ordinal);
    MapVariant variant;
    if (flat_variant(task, variant)) return launch_flat(ordinal, task, variant, stream);
    MapSpace space;
    make_space(task, space);
    map_strided(ordinal, task, space, stream);
}

}  // namespace lockstep::cuda
