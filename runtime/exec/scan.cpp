// From arrays and an axis to the tasks of scan and segments.
// Must not know any particular backend, nor NumPy's functions.
#include "runtime/exec/scan.h"

#include <vector>

#include "runtime/array/error.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/scan_order.h"
#include "runtime/exec/stream.h"

namespace lockstep {
namespace {

// The dimensions beside the axis, outermost first by stride, those of size 1 gone and neighbours merged; at least one.
struct Beside {
    int ndim = 0;
    int64_t shape[kMaxDims], in[kMaxDims], out[kMaxDims];

    Beside(const Array& a, int axis, const Array& result) {
        int order[kMaxDims];
        const int64_t* rows[] = {result.strides.data(), a.strides.data()};
        sort_axes(a.ndim(), rows, order);
        for (int i = a.ndim() - 1; i >= 0; --i) {
            const int d = order[i];
            if (d == axis || a.shape[d] == 1) continue;
            shape[ndim] = a.shape[d];
            in[ndim] = a.strides[d];
            out[ndim++] = result.strides[d];
            if (ndim > 1) merge_last();
        }
        if (ndim > 0) return;
        ndim = 1;
        shape[0] = 1;
        in[0] = out[0] = 0;
    }

  private:
    void merge_last() {
        const int d = ndim - 1;
        if (in[d - 1] != shape[d] * in[d] || out[d - 1] != shape[d] * out[d]) return;
        shape[d - 1] *= shape[d];
        in[d - 1] = in[d];
        out[d - 1] = out[d];
        --ndim;
    }
};

void check_scan(Op op, DType type) {
    const OpRow& row = row_of(op);
    if (scan_slot(op) < 0) fail(Status::not_implemented, "%s has no scan yet", row.name);
    if (scans_truth(op) ? !type.is_bool() : !row.has_loop(type))
        fail(Status::type_error, "%s has no loop for %s", row.name, type.name());
}

// What a backend would check, where there is nothing to fold.
void check_indices(const Array& indices, int64_t n) {
    std::vector<int64_t> values(static_cast<size_t>(indices.size()));
    to_host(indices, values.data(), indices.nbytes());
    for (const int64_t i : values)
        if (i < 0 || i >= n)
            fail(Status::index_error, "indices: index %lld is out of bounds for an axis of size %lld",
                 static_cast<long long>(i), static_cast<long long>(n));
}

}  // namespace

void run_scan(Op op, const Array& in, int axis, const Array& out) {
    check_scan(op, in.dtype);
    if (out.size() == 0) return;
    const Device* const device = out.device();
    if (in.device() != device) return run_scan(op, to_device(in, device), axis, out);
    if (falls_back(device, Primitive::scan, in.dtype, "scan")) {
        const Array fresh = empty_array(out.dtype, out.shape, cpu_device());
        run_scan(op, to_device(in, cpu_device()), axis, fresh);
        return assign(out, fresh, "no");
    }
    if (overlaps(in, out)) return run_scan(op, packed_copy(in), axis, out);
    const Beside beside(in, axis, out);
    const ScanTask task{op,       in.dtype,          in.shape[axis],     in.data,     out.data,     in.strides[axis],
                        out.strides[axis], beside.ndim, beside.shape, beside.in, beside.out};
    const Array *reads[] = {&in}, *writes[] = {&out};
    device->backend->scan(device->ordinal, task, stream_for(device, reads, writes));
}

void run_segments(Op op, const Array& in, int axis, const Array& indices, const Array& out) {
    check_scan(op, in.dtype);
    if (indices.size() == 0) return;
    const Device* const device = out.device();
    const Array packed = is_c_contiguous(indices) && is_aligned(indices) ? indices : packed_copy(indices);
    if (in.device() != device || packed.device() != device)
        return run_segments(op, to_device(in, device), axis, to_device(packed, device), out);
    if (falls_back(device, Primitive::segments, in.dtype, "segments")) {
        const Array fresh = empty_array(out.dtype, out.shape, cpu_device());
        run_segments(op, to_device(in, cpu_device()), axis, to_device(packed, cpu_device()), fresh);
        return assign(out, fresh, "no");
    }
    const Extent source = extent(in), target = extent(out), places = extent(packed);
    if (share_memory(source, target)) return run_segments(op, packed_copy(in), axis, packed, out);
    if (share_memory(places, target)) return run_segments(op, in, axis, packed_copy(packed), out);
    if (out.size() == 0) return check_indices(packed, in.shape[axis]);
    const Beside beside(in, axis, out);
    const SegmentTask task{op,          in.dtype,         in.shape[axis],    packed.size(), packed.data,  in.data,  out.data,
                           in.strides[axis], out.strides[axis], beside.ndim, beside.shape, beside.in, beside.out};
    const Array *reads[] = {&in, &packed}, *writes[] = {&out};
    device->backend->segments(device->ordinal, task, stream_for(device, reads, writes));
}

}  // namespace lockstep
