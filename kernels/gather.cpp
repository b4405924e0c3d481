// gather: one kernel for up to two indices, else places first.
// Must not know arrays.
#include "kernels/gather.h"

#include "kernels/device/gather_unroll.h"
#include "kernels/places.h"

namespace lockstep::cuda {
namespace {

template <int indices>
void run(int ordinal, const IndexSpace& space, const int64_t* places, const PlaceNumbers& numbers,
         Stream* stream) {
    const SpaceVariant variant = space_variant(space.size, space.ndim);
    with_space(variant, [&]<class Index, int dims>() {
        device::GatherArguments<Index, indices, dims> a{};
        fill_space(a.space, space.ndim, space.extent, [&](int d, int k) {
            if (k == 0) return space.array[d];
            if (k == 1) return space.values[d];
            return places ? space.position[d] * 8 : space.index_stride(k - 2, d);
        });
        a.array = space.task.array;
        a.values = space.task.values;
        a.mode = static_cast<device::IndexMode>(space.task.mode);
        a.errors = index_errors(ordinal, space.task, nullptr);
        for (int k = 0; k < indices && !places; ++k) a.index[k] = indexed_axis(space.task.index[k], 1);
        if (places) {
            a.array -= numbers.first;
            a.index[0] = {reinterpret_cast<const char*>(places), numbers.count, 1, 0};
        }
        const IndexKernel kernel{{'g', static_cast<char>(space.unit), indices,
                                  static_cast<char>(variant.wide), static_cast<char>(variant.many)},
                                 device::kIndexThreads * device::kGatherUnroll};
        const int unit = space.unit;
        launch_index(
            ordinal, kernel, [unit, variant] { return gather_source(unit, indices, variant); }, space.size,
            &a, stream);
    });
}

}  // namespace

void gather(int ordinal, const IndexTask& task, Stream* stream) {
    const DeviceScope scope(ordinal);
    const IndexSpace space(task, true);
    if (task.indices == 1) return run<1>(ordinal, space, nullptr, {}, stream);
    if (task.indices == 2 && space.ndim <= device::kSpaceFew)
        return run<2>(ordinal, space, nullptr, {}, stream);
    const PlaceNumbers numbers = number_places(space, false);
    const Workspace places(ordinal, space.places * 8, stream);
    int64_t* const data = reinterpret_cast<int64_t*>(places.data());
    if (task.indices == 0)
        check(cudaMemsetAsync(data, 0, static_cast<size_t>(space.places) * 8, queue_of(stream)),
              "cudaMemsetAsync");
    write_places(ordinal, space, numbers, false, data, nullptr, stream);
    run<1>(ordinal, space, data, numbers, stream);
}

}  // namespace lockstep::cuda
