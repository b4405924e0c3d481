// The CPU's folds of stretches of an axis: NumPy's reduceat.
// Must not know element types: the fold and scan tables do.
#include <cstring>

#include "host/gather.h"
#include "host/loops/loops.h"
#include "host/parallel.h"
#include "host/primitives.h"
#include "host/scan_loops.h"
#include "runtime/array/error.h"
#include "runtime/exec/pairwise.h"

namespace lockstep::host {
namespace {

// The monoid whose tree gives NumPy's bits: its own order for sums, any order where that cannot show.
Monoid tree_of(Op op, DType type) {
    if (scans_in_sequence(op, type)) return Monoid::none;
    for (int m = static_cast<int>(Monoid::add); m <= static_cast<int>(Monoid::logical_or); ++m)
        if (operation_of(static_cast<Monoid>(m)) == op) return static_cast<Monoid>(m);
    return Monoid::none;
}

struct Segments {
    const SegmentTask& task;
    const int64_t* const index;
    const int64_t itemsize;
    const int64_t parts;
    const Monoid monoid;
    const Fold* const tree;
    const ScanLoop& loop;

    explicit Segments(const SegmentTask& t)
        : task(t),
          index(reinterpret_cast<const int64_t*>(t.indices)),
          itemsize(t.type.itemsize()),
          parts(t.type.is_complex() ? 2 : 1),
          monoid(tree_of(t.op, t.type)),
          tree(monoid == Monoid::none ? nullptr : &loops().fold[static_cast<int>(monoid)][t.type.number()]),
          loop(scan_table().loop[scan_slot(t.op)][t.type.number()]) {}

    void check() const {
        for (int64_t i = 0; i < task.count; ++i)
            if (index[i] < 0 || index[i] >= task.n)
                fail(Status::index_error, "indices: index %lld is out of bounds for an axis of size %lld",
                     static_cast<long long>(index[i]), static_cast<long long>(task.n));
    }

    void fold_tree(const char* x, int64_t n, char* partial) const {
        constexpr int64_t kPiece = 1024;
        if (task.in_stride == itemsize && is_aligned(x, itemsize)) return tree->tree(x, n, partial);
        if (n <= kPiece) {
            alignas(64) char copy[kPiece * 16];
            const Walk walk{1, &n, &task.in_stride, itemsize};
            gather(walk, x, 0, n, copy);
            return tree->tree(copy, n, partial);
        }
        const int64_t half = pairwise_split(n * parts) / parts;
        alignas(16) char right[16];
        fold_tree(x, half, partial);
        fold_tree(x + half * task.in_stride, n - half, right);
        tree->join(partial, right);
    }

    void segment(const char* in, char* out, int64_t i) const {
        const int64_t begin = index[i], end = i + 1 < task.count ? index[i + 1] : task.n;
        const char* const x = in + begin * task.in_stride;
        alignas(16) char value[16], rest[16];
        std::memcpy(value, x, static_cast<size_t>(itemsize));
        if (end - begin > 1) {
            if (tree) {
                fold_tree(x + task.in_stride, end - begin - 1, rest);
                tree->combine(value, rest);
            } else {
                loop.fold(x + task.in_stride, task.in_stride, end - begin - 1, value);
            }
        }
        std::memcpy(out + i * task.out_stride, value, static_cast<size_t>(itemsize));
    }
};

}  // namespace

void segments(int, const SegmentTask& task, Stream*) {
    const Segments s(task);
    s.check();
    int64_t rows = 1;
    for (int d = 0; d < task.ndim; ++d) rows *= task.shape[d];
    parallel_ranges(rows * task.count, 1, rows * task.n * s.itemsize, [&](int64_t begin, int64_t end) {
        for (int64_t k = begin; k < end; ++k) {
            const char* in = task.in;
            char* out = task.out;
            int64_t row = k / task.count;
            for (int d = task.ndim - 1; d >= 0; --d) {
                in += row % task.shape[d] * task.in_strides[d];
                out += row % task.shape[d] * task.out_strides[d];
                row /= task.shape[d];
            }
            s.segment(in, out, k % task.count);
        }
    });
}

}  // namespace lockstep::host
