// Numbers of places, one index after the other where there are many.
// Must not know elements.
#include "kernels/places.h"

#include <algorithm>
#include <cstdlib>
#include <numeric>

#include "kernels/errors.h"

namespace lockstep::cuda {
namespace {

constexpr int kMostIndices = 2;  // of a kernel

// The dimensions that indices span.
struct Spanned {
    int ndim = 0, from[kMaxDims + 1];
    int64_t extent[kMaxDims + 1];

    explicit Spanned(const IndexSpace& s) {
        for (int d = 0; d < s.ndim; ++d)
            if (s.spanned[d]) {
                from[ndim] = d;
                extent[ndim++] = s.extent[d];
            }
        if (ndim > 0) return;
        from[0] = 0;  // which has one element only, or does not move any index
        extent[0] = 1;
        ndim = 1;
    }
};

struct Call {
    int ordinal;
    const IndexSpace& space;
    const Spanned& spanned;
    const PlaceNumbers& numbers;
    bool with_array;
    int64_t* places;
    unsigned* bad;
    Stream* stream;

    template <int indices>
    void run(int first_index) const {
        const SpaceVariant variant = space_variant(space.places, spanned.ndim);
        with_space(variant, [&]<class Index, int dims>() {
            device::PlacesArguments<Index, indices, dims> a{};
            const bool array = with_array && first_index == 0;
            fill_space(a.space, spanned.ndim, spanned.extent, [&](int d, int k) {
                const int from = spanned.from[d];
                if (k > 0) return space.index_stride(first_index + k - 1, from);
                return array && space.spanned[from] ? space.array[from] / numbers.unit : 0;
            });
            a.places = places;
            a.first = numbers.first;
            a.again = first_index > 0;
            for (int k = 0; k < indices; ++k)
                a.index[k] = indexed_axis(space.task.index[first_index + k], numbers.unit);
            a.mode = static_cast<device::IndexMode>(space.task.mode);
            a.errors = index_errors(ordinal, space.task, bad);
            const IndexKernel kernel{
                {'p', indices, static_cast<char>(variant.wide), static_cast<char>(variant.many)}};
            launch_index(
                ordinal, kernel, [variant] { return places_source(indices, variant); }, space.places, &a,
                stream);
        });
    }
};

}  // namespace

device::IndexErrors index_errors(int ordinal, const IndexTask& task, unsigned* bad) {
    return {error_word(ordinal), bad, task.op == Op::copy ? 0u : static_cast<unsigned>(task.op)};
}

device::IndexedAxis indexed_axis(const IndexOperand& index, int64_t unit) {
    return {index.data, index.size, index.stride / unit, index.axis};
}

PlaceNumbers number_places(const IndexSpace& s, bool with_array) {
    PlaceNumbers numbers{0, 0, 0};
    const auto each = [&](const auto& f) {
        for (int k = 0; k < s.task.indices; ++k) f(s.task.index[k].size, s.task.index[k].stride);
        for (int d = 0; with_array && d < s.ndim; ++d)
            if (s.spanned[d]) f(s.extent[d], s.array[d]);
    };
    each([&](int64_t, int64_t stride) { numbers.unit = std::gcd(numbers.unit, std::llabs(stride)); });
    if (!with_array || numbers.unit == 0) numbers.unit = 1;
    int64_t range = 0;
    each([&](int64_t size, int64_t stride) {
        const int64_t reach = std::max<int64_t>(size - 1, 0) * (std::llabs(stride) / numbers.unit);
        range += reach;
        if (stride < 0) numbers.first += reach;
    });
    numbers.count = range + 1;
    return numbers;
}

void write_places(int ordinal, const IndexSpace& space, const PlaceNumbers& numbers, bool with_array,
                  int64_t* places, unsigned* bad, Stream* stream) {
    const Spanned spanned(space);
    const Call call{ordinal, space, spanned, numbers, with_array, places, bad, stream};
    int k = 0;
    for (; k + kMostIndices <= space.task.indices && spanned.ndim <= device::kSpaceFew; k += kMostIndices)
        call.run<kMostIndices>(k);
    for (; k < space.task.indices; ++k) call.run<1>(k);
}

}  // namespace lockstep::cuda
