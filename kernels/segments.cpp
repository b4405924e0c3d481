// segments: one kernel, a thread for each result.
// Must not know arrays.
#include "kernels/segments.h"

#include <cstdlib>

#include "kernels/device/segment_arguments.h"
#include "kernels/errors.h"
#include "kernels/index_space.h"
#include "kernels/source/segments_source.h"

namespace lockstep::cuda {
namespace {

// Dimensions innermost first, the indices' among them. Operands: input, results, indices.
struct ResultSpace {
    int ndim = 0;
    int64_t size = 1, extent[kMaxDims + 1], stride[kMaxDims + 1][3];

    explicit ResultSpace(const SegmentTask& t) {
        // Neighbouring threads read neighbours where there are any; stretches of one length keep a warp
        // together.
        const int d = t.ndim - 1;
        const bool side_by_side = t.shape[d] > 1 && std::abs(t.in_strides[d]) < std::abs(t.in_stride);
        if (!side_by_side) add(t.count, 0, t.out_stride, 8);
        for (int k = d; k >= 0; --k)
            if (t.shape[k] > 1) add(t.shape[k], t.in_strides[k], t.out_strides[k], 0);
        if (side_by_side) add(t.count, 0, t.out_stride, 8);
    }

  private:
    void add(int64_t count, int64_t in, int64_t out, int64_t index) {
        extent[ndim] = count;
        stride[ndim][0] = in;
        stride[ndim][1] = out;
        stride[ndim++][2] = index;
        size *= count;
    }
};

bool all_aligned(const SegmentTask& t, const ResultSpace& space) {
    uint64_t bits = reinterpret_cast<uint64_t>(t.in) | reinterpret_cast<uint64_t>(t.out);
    if (t.n > 1) bits |= static_cast<uint64_t>(t.in_stride);
    for (int d = 0; d < space.ndim; ++d)
        if (space.extent[d] > 1) bits |= static_cast<uint64_t>(space.stride[d][0] | space.stride[d][1]);
    const int64_t alignment = t.type.is_complex() ? t.type.itemsize() / 2 : t.type.itemsize();
    return bits % static_cast<uint64_t>(alignment) == 0;
}

}  // namespace

void segments(int ordinal, const SegmentTask& task, Stream* stream) {
    const DeviceScope scope(ordinal);
    const ResultSpace space(task);
    const SpaceVariant variant = space_variant(space.size, space.ndim);
    const Op op = task.op;
    const DType type = task.type;
    const bool aligned = all_aligned(task, space);
    with_space(variant, [&]<class Index, int dims>() {
        device::SegmentArguments<Index, dims> a{};
        fill_space(a.space, space.ndim, space.extent, [&](int d, int k) { return space.stride[d][k]; });
        a.in = task.in;
        a.out = task.out;
        a.indices = task.indices;
        a.n = task.n;
        a.count = task.count;
        a.in_stride = task.in_stride;
        a.word = error_word(ordinal);
        const IndexKernel kernel{{'a', static_cast<char>(op), static_cast<char>(type.number()),
                                  static_cast<char>(aligned), static_cast<char>(variant.wide),
                                  static_cast<char>(variant.many)}};
        launch_index(
            ordinal, kernel, [=] { return segments_source(op, type, aligned, variant); }, space.size, &a,
            stream);
    });
}

}  // namespace lockstep::cuda
