// Sorts, merges and groups the axes of a reduction as NumPy 2.4's iterator does.
// Must not know backends; tests/oracle/summation_order_where.py is the same rule as a model fuzzed against
// NumPy.
#include "runtime/exec/reduce_order.h"

#include <algorithm>

#include "runtime/exec/plan.h"

namespace lockstep {
namespace {

// Strides of the iterator's operands in NumPy's order. Axes of size 1 have stride 0 in all.
struct Operands {
    enum { out, in, mask, most };
    int count;
    int64_t stride[most][kMaxDims];

    Operands(std::span<const int64_t> shape, std::span<const int64_t> out_strides,
             std::span<const int64_t> in_strides, std::span<const int64_t> mask_strides)
        : count(mask_strides.empty() ? 2 : 3) {
        fill(out, shape, out_strides);
        fill(in, shape, in_strides);
        fill(mask, shape, mask_strides);
    }

  private:
    void fill(int operand, std::span<const int64_t> shape, std::span<const int64_t> strides) {
        int64_t* s = stride[operand];
        for (size_t k = 0; k < shape.size(); ++k) s[k] = strides.empty() || shape[k] == 1 ? 0 : strides[k];
    }
};

// The iterator's own sort, its operands in this order.
void sort_axes(const Operands& operands, int ndim, int* order) {
    const int64_t* rows[] = {operands.stride[Operands::out], operands.stride[Operands::in],
                             operands.stride[Operands::mask]};
    lockstep::sort_axes(ndim, {rows, static_cast<size_t>(operands.count)}, order);
}

// Fills the dimensions of `r`: sorted axes, with neighbours merged where they are one stride in every
// operand.
void merge_axes(ReduceOrder& r, const Operands& operands, std::span<const int64_t> shape, const int* order) {
    const int64_t(&s)[Operands::most][kMaxDims] = operands.stride;
    r.size[0] = 1;
    r.in_stride[0] = r.out_stride[0] = r.mask_stride[0] = 0;
    int d = 0;
    for (size_t i = 0; i < shape.size(); ++i) {
        const int k = order[i];
        const int64_t n = shape[k], last = r.size[d];
        if (n == 1) continue;
        if (last != 1) {
            if (last * r.in_stride[d] == s[Operands::in][k] &&
                last * r.out_stride[d] == s[Operands::out][k] &&
                last * r.mask_stride[d] == s[Operands::mask][k]) {
                r.size[d] *= n;
                continue;
            }
            ++d;
        }
        r.size[d] = n;
        r.in_stride[d] = s[Operands::in][k];
        r.out_stride[d] = s[Operands::out][k];
        r.mask_stride[d] = s[Operands::mask][k];
    }
    r.ndim = d + 1;
}

// Finds how many innermost dimensions one call of NumPy's inner loop spans, by NumPy's cost estimate:
// (1 + operands copied to buffers) / elements between two calls. The search ends at the first dimension along
// which the output moves; if that is the best choice, each position along it is a call of its own (no
// chunks).
void group_dims(ReduceOrder& r, int operands, bool cast) {
    const int64_t* stride[Operands::most] = {r.out_stride, r.in_stride, r.mask_stride};
    int single[Operands::most] = {1, 1, 1};  // innermost dimensions that are one stride, for each operand
    int cost = cast ? 2 : 1, best_cost = cost, best = 0;
    int64_t size = r.size[0], best_size = size, core = 1;
    bool moves = false;
    for (int d = 1; d < r.ndim && !moves && !(size >= kReduceBuffer && cost > 1); ++d) {
        for (int op = 0; op < operands; ++op) {
            if (single[op] != d) continue;
            if (stride[op][d - 1] * r.size[d - 1] == stride[op][d]) {
                ++single[op];
            } else if (!(op == Operands::in && cast)) {
                ++cost;
            }
        }
        moves = r.out_stride[d] != 0;
        const int64_t inner = size;
        size *= r.size[d];
        if (size == 0) break;
        const int64_t buffered = size > kReduceBuffer && cost > 1 ? kReduceBuffer : size;
        if (cost * static_cast<double>(best_size) <= best_cost * static_cast<double>(buffered)) {
            best_cost = cost, best_size = size, best = d, core = inner;
        }
    }
    if (r.out_stride[best] != 0) {
        r.unit_dims = best;
        r.unit = r.chunk = core;
        return;
    }
    r.unit_dims = best + 1;
    r.unit = r.chunk = best_size;
    bool copied = cast;
    for (int op = 0; op < operands; ++op) copied |= single[op] <= best;
    if (copied && best_size > kReduceBuffer) r.chunk = core * (kReduceBuffer / core);
}

}  // namespace

ReduceOrder reduce_order(std::span<const int64_t> shape, std::span<const int64_t> in_strides,
                         std::span<const int64_t> out_strides, std::span<const int64_t> mask_strides,
                         bool cast) {
    const Operands operands(shape, out_strides, in_strides, mask_strides);
    int order[kMaxDims];
    sort_axes(operands, static_cast<int>(shape.size()), order);
    ReduceOrder r;
    merge_axes(r, operands, shape, order);
    r.horizontal = r.out_stride[0] == 0;
    if (r.horizontal) {
        group_dims(r, operands.count, cast);
        if (r.chunk == 0) r.chunk = 1;  // an empty reduction
    } else {
        r.unit_dims = 0;
        r.unit = r.chunk = 1;
    }
    return r;
}

void fresh_strides(std::span<const int64_t> shape, std::span<const int64_t> in_strides,
                   std::span<const int64_t> mask_strides, uint64_t reduced, int64_t itemsize,
                   std::span<int64_t> strides) {
    const Operands operands(shape, {}, in_strides, mask_strides);
    int order[kMaxDims];
    sort_axes(operands, static_cast<int>(shape.size()), order);
    int64_t step = itemsize;
    for (size_t i = 0; i < shape.size(); ++i) {
        const int k = order[i];
        strides[k] = step;
        if (!(reduced >> k & 1)) step *= shape[k];
    }
    if (step == 0) std::fill(strides.begin(), strides.end(), 0);
}

}  // namespace lockstep
