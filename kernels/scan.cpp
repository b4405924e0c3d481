// scan: rows by threads of their own, or groups of 4096 elements by blocks; the totals of groups are scanned by the same kernel.
// Must not know arrays.
#include "kernels/scan.h"

#include <algorithm>
#include <cstdlib>
#include <optional>

#include "kernels/device/scan_arguments.h"
#include "kernels/index_space.h"
#include "kernels/source/scan_source.h"
#include "runtime/exec/scan_order.h"

namespace lockstep::cuda {
namespace {

constexpr int64_t kManyRows = 2048;    // that keep a device busy, a thread each
constexpr int64_t kMostBlocks = 1 << 20;

struct Call {
    int ordinal;
    Op op;
    Stream* stream;

    void launch(ScanKernel kind, DType type, const device::ScanArguments& a, int64_t blocks) const {
        const Op operation = op;
        const IndexKernel kernel{{'S', static_cast<char>(kind), static_cast<char>(op), static_cast<char>(type.number())},
                                 1,
                                 device::kScanGroupThreads};
        launch_index(
            ordinal, kernel, [kind, operation, type] { return scan_source(kind, operation, type); },
            std::min(blocks, kMostBlocks), &a, stream);
    }

    void groups(DType type, device::ScanArguments a) const {
        a.groups = (a.n + device::kScanGroupElements - 1) / device::kScanGroupElements;
        std::optional<Workspace> totals, prefixes;
        if (a.groups > 1) {
            const DType carried = scan_carry(op, type);
            const int64_t item = carried.itemsize(), bytes = a.rows * a.groups * item;
            totals.emplace(ordinal, bytes, stream);
            prefixes.emplace(ordinal, bytes, stream);
            device::ScanArguments first = a;
            first.totals = totals->data();
            first.prefixes = nullptr;
            launch(ScanKernel::groups, type, first, a.rows * a.groups);
            device::ScanArguments above{};
            above.n = a.groups;
            above.rows = a.rows;
            above.in = totals->data();
            above.out = prefixes->data();
            above.in_stride = above.out_stride = item;
            above.ndim = 1;
            above.shape[0] = a.rows;
            above.in_strides[0] = above.out_strides[0] = a.groups * item;
            above.exclusive = true;
            groups(carried, above);
            a.prefixes = prefixes->data();
        }
        launch(ScanKernel::groups, type, a, a.rows * a.groups);
    }
};

// Neighbouring rows lie closer than the elements of one.
bool side_by_side(const ScanTask& t) {
    const int d = t.ndim - 1;
    return std::abs(t.in_strides[d]) + std::abs(t.out_strides[d]) < std::abs(t.in_stride) + std::abs(t.out_stride);
}

}  // namespace

void scan(int ordinal, const ScanTask& task, Stream* stream) {
    const DeviceScope scope(ordinal);
    device::ScanArguments a{};
    a.n = task.n;
    a.rows = 1;
    a.in = task.in;
    a.out = task.out;
    a.in_stride = task.in_stride;
    a.out_stride = task.out_stride;
    a.ndim = task.ndim;
    for (int d = 0; d < task.ndim; ++d) {
        a.rows *= task.shape[d];
        a.shape[d] = task.shape[d];
        a.in_strides[d] = task.in_strides[d];
        a.out_strides[d] = task.out_strides[d];
    }
    const Call call{ordinal, task.op, stream};
    const bool many = a.rows >= kManyRows && (side_by_side(task) || a.n < device::kScanGroupElements / 8);
    if (many || scans_in_sequence(task.op, task.type))
        call.launch(ScanKernel::rows, task.type, a,
                    (a.rows + device::kScanGroupThreads - 1) / device::kScanGroupThreads);
    else call.groups(task.type, a);
}

}  // namespace lockstep::cuda
