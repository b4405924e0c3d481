// select: counts of tiles, how many stand before each tile, then every tile writes its own.
// Must not know arrays.
#include "kernels/select.h"

#include "kernels/device/select_arguments.h"
#include "kernels/index_space.h"
#include "kernels/transfer.h"

namespace lockstep::cuda {
namespace {

using device::kSelectTile;

struct Call {
    int ordinal;
    const SelectTask& task;
    Stream* stream;
    int64_t size = 1;
    int64_t extent[kMaxDims];

    Call(int o, const SelectTask& t, Stream* s) : ordinal(o), task(t), stream(s) {
        for (int d = 0; d < t.ndim; ++d) size *= extent[d] = t.shape[t.ndim - 1 - d];
    }
    int64_t tiles() const { return (size + kSelectTile - 1) / kSelectTile; }
    SpaceVariant variant() const { return space_variant(size, task.ndim); }

    template <class Index, int dims>
    device::SelectArguments<Index, dims> arguments() const {
        device::SelectArguments<Index, dims> a{};
        int64_t packed = 1;
        bool is_packed = reinterpret_cast<uint64_t>(task.mask) % 8 == 0;
        for (int d = 0; d < task.ndim; ++d) {
            is_packed &= extent[d] == 1 || task.mask_strides[task.ndim - 1 - d] == packed;
            packed *= extent[d];
        }
        fill_space(a.space, task.ndim, extent, [&](int d, int k) {
            if (k == 0) return task.mask_strides[task.ndim - 1 - d];
            return task.array ? task.array_strides[task.ndim - 1 - d] : 0;
        });
        a.mask = task.mask;
        a.packed_mask = is_packed;
        a.array = task.array;
        a.packed = task.packed;
        a.packed_stride = task.packed_stride;
        a.count = task.count;
        return a;
    }
    // Either of the two is null.
    void count(unsigned long long* tile_counts, unsigned long long* total) const {
        const SpaceVariant v = variant();
        with_space(v, [&]<class Index, int dims>() {
            auto a = arguments<Index, dims>();
            a.tiles = tile_counts;
            a.total = total;
            const IndexKernel kernel{{'t', static_cast<char>(v.wide), static_cast<char>(v.many)},
                                     kSelectTile};
            launch_index(
                ordinal, kernel, [v] { return count_source(v); }, size, &a, stream);
        });
    }
};

// Bytes of an access that all elements are aligned for.
int unit_of(const SelectTask& t) {
    uint64_t bits = static_cast<uint64_t>(t.itemsize) | reinterpret_cast<uint64_t>(t.array) |
                    reinterpret_cast<uint64_t>(t.packed) | static_cast<uint64_t>(t.packed_stride) | 16;
    for (int d = 0; d < t.ndim; ++d)
        if (t.shape[d] > 1) bits |= static_cast<uint64_t>(t.array_strides[d]);
    return static_cast<int>(bits & (~bits + 1));
}

SelectKind kind_of(SelectTask::Direction direction) {
    switch (direction) {
        case SelectTask::Direction::pack:
            return SelectKind::pack;
        case SelectTask::Direction::unpack:
            return SelectKind::unpack;
        default:
            return SelectKind::positions;
    }
}

}  // namespace

int64_t count_true(int ordinal, const SelectTask& task, Stream* stream) {
    const DeviceScope scope(ordinal);
    const Call call(ordinal, task, stream);
    const Workspace total(ordinal, 8, stream);
    check(cudaMemsetAsync(total.data(), 0, 8, queue_of(stream)), "cudaMemsetAsync");
    call.count(nullptr, reinterpret_cast<unsigned long long*>(total.data()));
    int64_t count = 0;
    to_host(ordinal, &count, total.data(), 8, stream);
    return count;
}

void scan_tiles(int ordinal, unsigned long long* tiles, int64_t count, Stream* stream) {
    const device::ScanTilesArguments scan{tiles, count};
    launch_index(ordinal, {{'n'}, count, device::kScanThreads}, scan_tiles_source, count, &scan, stream);
}

void select(int ordinal, const SelectTask& task, Stream* stream) {
    const DeviceScope scope(ordinal);
    const Call call(ordinal, task, stream);
    const Workspace memory(ordinal, call.tiles() * 8, stream);
    unsigned long long* const tiles = reinterpret_cast<unsigned long long*>(memory.data());
    call.count(tiles, nullptr);
    scan_tiles(ordinal, tiles, call.tiles(), stream);
    const SelectKind kind = kind_of(task.direction);
    const int unit = kind == SelectKind::positions ? 8 : unit_of(task);
    const SpaceVariant v = call.variant();
    with_space(v, [&]<class Index, int dims>() {
        auto a = call.arguments<Index, dims>();
        a.tiles = tiles;
        a.units = static_cast<int>(task.itemsize / unit);
        const IndexKernel kernel{{'w', static_cast<char>(kind), static_cast<char>(unit),
                                  static_cast<char>(v.wide), static_cast<char>(v.many)},
                                 kSelectTile};
        launch_index(
            ordinal, kernel, [=] { return select_source(kind, unit, v); }, call.size, &a, stream);
    });
}

}  // namespace lockstep::cuda
