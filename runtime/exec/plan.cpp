// Broadcasting, axis sorting and dimension merging.
// Must not know operations or backends.
#include "runtime/exec/plan.h"

#include <cstdlib>
#include <string>

#include "runtime/array/error.h"

namespace lockstep {

Dims broadcast_shapes(std::span<const Array* const> arrays) {
    Dims shape = arrays[0]->shape;
    for (const Array* a : arrays.subspan(1)) {
        if (a->shape == shape) continue;
        Dims wider = a->ndim() > shape.size() ? a->shape : shape;
        const Dims& other = a->ndim() > shape.size() ? shape : a->shape;
        const int shift = wider.size() - other.size();
        for (int i = 0; i < other.size(); ++i) {
            int64_t& n = wider[shift + i];
            if (n == 1) n = other[i];
            else if (other[i] != 1 && other[i] != n) {
                std::string texts;
                for (const Array* each : arrays) texts += " " + shape_text(each->shape);
                fail(Status::value_error, "operands could not be broadcast together with shapes%s", texts.c_str());
            }
        }
        shape = std::move(wider);
    }
    return shape;
}

bool broadcast_strides(const Array& a, std::span<const int64_t> shape, int64_t* strides) {
    const int ndim = static_cast<int>(shape.size()), shift = ndim - a.ndim();
    if (shift < 0) return false;
    for (int i = 0; i < shift; ++i) strides[i] = 0;
    for (int i = 0; i < a.ndim(); ++i) {
        const int64_t n = shape[static_cast<size_t>(shift + i)];
        if (a.shape[i] != n && a.shape[i] != 1) return false;
        strides[shift + i] = a.shape[i] == 1 ? 0 : a.strides[i];
    }
    return true;
}

void sort_axes(int ndim, std::span<const int64_t* const> strides, int* order) {
    for (int i = 0; i < ndim; ++i) order[i] = ndim - 1 - i;
    for (int i0 = 1; i0 < ndim; ++i0) {
        const int axis = order[i0];
        int position = i0;
        for (int i1 = i0 - 1; i1 >= 0; --i1) {
            bool ambiguous = true, swap = false;
            for (const int64_t* s : strides) {
                const int64_t outer = s[axis], inner = s[order[i1]];
                if (outer == 0 || inner == 0) continue;
                if (std::llabs(inner) <= std::llabs(outer)) swap = false;
                else if (ambiguous) swap = true;
                ambiguous = false;
            }
            if (ambiguous) continue;
            if (!swap) break;
            position = i1;
        }
        for (int i = i0; i > position; --i) order[i] = order[i - 1];
        order[position] = axis;
    }
}

Dims result_order(std::span<const Array* const> inputs, std::span<const int64_t> shape) {
    const int ndim = static_cast<int>(shape.size());
    Dims order(ndim);
    int64_t strides[kMaxOperands][kMaxDims];
    const int64_t* rows[kMaxOperands];
    size_t n = 0;
    for (const Array* a : inputs)
        if (a->ndim() && broadcast_strides(*a, shape, strides[n])) {
            rows[n] = strides[n];
            ++n;
        }
    int sorted[kMaxDims];
    sort_axes(ndim, {rows, n}, sorted);
    for (int i = 0; i < ndim; ++i) order[i] = sorted[i];
    return order;
}

namespace {

bool plain(const Array& a, std::span<const int64_t> shape) {
    return a.shape.size() == static_cast<int>(shape.size()) &&
           std::equal(a.shape.begin(), a.shape.end(), shape.begin()) && is_c_contiguous(a);
}

// Every operand is packed alike or is one element: one dimension, nothing to sort.
bool plan_flat(MapPlan& plan, std::span<const Array* const> arrays, int outputs, std::span<const int64_t> shape) {
    const size_t inputs = arrays.size() - static_cast<size_t>(outputs);
    for (size_t k = 0; k < arrays.size(); ++k) {
        const Array& a = *arrays[k];
        const bool single = k < inputs && a.size() == 1;
        if (!single && !plain(a, shape)) return false;
        plan.strides[k][0] = single ? 0 : a.itemsize();
        plan.operand[k] = {a.data, plan.strides[k], !single, single, false};
    }
    plan.ndim = 1;
    plan.shape[0] = plan.size;
    return true;
}

// Reverses axes that no operand walks upwards, so that memory is read in rising order.
void flip_negative(MapPlan& plan, int axis) {
    bool any = false;
    for (int k = 0; k < plan.operands; ++k) {
        if (plan.strides[k][axis] > 0) return;
        any |= plan.strides[k][axis] < 0;
    }
    if (!any) return;
    for (int k = 0; k < plan.operands; ++k) {
        plan.operand[k].data += (plan.shape[axis] - 1) * plan.strides[k][axis];
        plan.strides[k][axis] = -plan.strides[k][axis];
    }
}

// Merges dimension `inner` (= outer + 1) into `outer` where every operand's strides allow it.
bool merge(MapPlan& plan, int outer, int inner) {
    for (int k = 0; k < plan.operands; ++k)
        if (plan.strides[k][outer] != plan.shape[inner] * plan.strides[k][inner]) return false;
    plan.shape[outer] *= plan.shape[inner];
    for (int k = 0; k < plan.operands; ++k) plan.strides[k][outer] = plan.strides[k][inner];
    return true;
}

}  // namespace

void make_plan(MapPlan& plan, std::span<const Array* const> arrays, int outputs, std::span<const int64_t> shape) {
    plan.operands = static_cast<int>(arrays.size());
    plan.size = product(shape);
    if (plan.size == 0) return;  // empty arrays may have no memory to walk
    if (plan_flat(plan, arrays, outputs, shape)) return;

    const int ndim = static_cast<int>(shape.size());
    int64_t wide[kMaxOperands][kMaxDims];
    const int64_t* rows[kMaxOperands];
    for (int k = 0; k < plan.operands; ++k) {
        const Array& a = *arrays[static_cast<size_t>(k)];
        if (!broadcast_strides(a, shape, wide[k]))
            fail(Status::value_error, "shape %s could not be broadcast to %s", shape_text(a.shape).c_str(),
                 shape_text(shape).c_str());
        plan.operand[k] = {a.data, plan.strides[k], false, false, false};
        rows[(k + outputs) % plan.operands] = wide[k];  // outputs vote first
    }
    int order[kMaxDims];
    sort_axes(ndim, {rows, static_cast<size_t>(plan.operands)}, order);

    plan.ndim = 0;
    for (int i = ndim - 1; i >= 0; --i) {  // outermost first
        const int axis = order[i];
        if (shape[static_cast<size_t>(axis)] == 1) continue;
        const int d = plan.ndim++;
        plan.shape[d] = shape[static_cast<size_t>(axis)];
        for (int k = 0; k < plan.operands; ++k) plan.strides[k][d] = wide[k][axis];
        flip_negative(plan, d);
        if (d && merge(plan, d - 1, d)) --plan.ndim;
    }
    if (plan.ndim == 0) {
        plan.ndim = 1;
        plan.shape[0] = 1;
        for (int k = 0; k < plan.operands; ++k) plan.strides[k][0] = 0;
    }
    for (int k = 0; k < plan.operands; ++k) {
        bool scalar = true;
        for (int d = 0; d < plan.ndim; ++d) scalar &= plan.strides[k][d] == 0;
        plan.operand[k].scalar = scalar;
        plan.operand[k].contiguous =
            plan.size == 1 || (plan.ndim == 1 && plan.strides[k][0] == arrays[static_cast<size_t>(k)]->itemsize());
    }
}

bool overlaps(const Array& in, const Array& out) {
    if (!share_memory(extent(in), extent(out))) return false;
    return !(in.data == out.data && in.shape == out.shape && in.strides == out.strides && in.itemsize() == out.itemsize());
}

}  // namespace lockstep
