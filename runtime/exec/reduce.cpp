// From arrays and axes to a reduction task in NumPy's order.
// Must not know any particular backend, nor NumPy's functions.
#include <algorithm>

#include "runtime/array/error.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/provenance.h"
#include "runtime/exec/reduce_order.h"
#include "runtime/exec/stream.h"

namespace lockstep {
namespace {

// Byte strides of every operand under the full shape, axes in the array's order.
struct Wide {
    int operands = 0;
    int64_t strides[kMaxOperands][kMaxDims];
    int64_t out[kMaxDims];
    int64_t layout[kMaxDims];  // what the order is decided by

    Wide(std::span<const Array* const> inputs, const Reduction& r, std::span<const int64_t> shape) {
        const int ndim = static_cast<int>(shape.size());
        for (const Array* a : inputs) add(*a, shape);
        if (r.where) add(*r.where, shape);
        uint64_t reduced = 0;
        for (const int64_t axis : r.axes) reduced |= uint64_t{1} << axis;
        const Array& decisive = r.layout ? *r.layout : *inputs[0];
        broadcast_strides(decisive, shape, layout);
        for (int i = 0; i < ndim; ++i) {
            const bool moves = !(reduced >> i & 1) && shape[static_cast<size_t>(i)] != 1;
            out[i] = moves ? r.out->strides[i] : 0;
        }
    }
    void add(const Array& a, std::span<const int64_t> shape) {
        if (!broadcast_strides(a, shape, strides[operands++]))
            fail(Status::value_error, "where: shape %s could not be broadcast to %s", shape_text(a.shape).c_str(),
                 shape_text(shape).c_str());
    }
};

// The task's dimensions in memory the task can point to.
struct Space {
    int ndim = 0;
    int64_t shape[kMaxDims], out_strides[kMaxDims];
    int64_t strides[kMaxOperands][kMaxDims];
    Operand operand[kMaxOperands];

    void push(const Wide& w, int axis, int64_t n) {
        shape[ndim] = n;
        out_strides[ndim] = w.out[axis];
        for (int k = 0; k < w.operands; ++k) strides[k][ndim] = w.strides[k][axis];
        ++ndim;
    }
    // Merges the newest dimension into the one before it where every operand is one stride across both.
    void merge_last(int operands) {
        const int d = ndim - 1;
        bool one = out_strides[d] == shape[d - 1] * out_strides[d - 1] &&
                   (out_strides[d] == 0) == (out_strides[d - 1] == 0);
        for (int k = 0; k < operands; ++k) one &= strides[k][d] == shape[d - 1] * strides[k][d - 1];
        if (!one) return;
        shape[d - 1] *= shape[d];
        --ndim;
    }
};

// Axes innermost first, merged, but never across the end of a unit.
int fill_space(Space& space, const Wide& w, std::span<const int64_t> shape, const int* order, int64_t unit,
               bool horizontal, bool keep_axes) {
    int64_t spanned = 1;
    int unit_dims = 0;
    bool inside = horizontal;
    for (size_t i = 0; i < shape.size(); ++i) {
        const int axis = order[i];
        const int64_t n = shape[static_cast<size_t>(axis)];
        // argmax and argmin run along the first axis, whatever its size
        if (n == 1 && !(keep_axes && horizontal && i == 0)) continue;
        const int before = space.ndim;
        space.push(w, axis, n);
        if (!keep_axes && before > 0 && (inside ? before > 0 : before > unit_dims)) space.merge_last(w.operands);
        spanned *= n;
        if (inside && spanned >= unit) {
            inside = false;
            unit_dims = space.ndim;
        }
    }
    if (space.ndim == 0) {
        space.ndim = 1;
        space.shape[0] = 1;
        space.out_strides[0] = 0;
        for (int k = 0; k < w.operands; ++k) space.strides[k][0] = 0;
    }
    if (horizontal && unit_dims == 0) unit_dims = 1;
    return horizontal ? unit_dims : 0;
}

void sorted_axes(const Wide& w, bool masked, int ndim, int* order) {
    const int64_t* rows[] = {w.out, w.layout, masked ? w.strides[w.operands - 1] : nullptr};
    sort_axes(ndim, {rows, masked ? size_t{3} : size_t{2}}, order);
}

// argmax and argmin: one reduced axis, innermost where its stride is the smallest, else the output moves first.
bool arg_order(const Wide& w, int64_t axis, std::span<const int64_t> shape, int* order) {
    const int ndim = static_cast<int>(shape.size());
    sorted_axes(w, false, ndim, order);
    int first = 0;
    while (first < ndim - 1 && shape[static_cast<size_t>(order[first])] == 1) ++first;
    const bool horizontal = order[first] == axis || shape[static_cast<size_t>(axis)] == 1;
    if (horizontal) {  // the reduced axis leads even when it has size 1
        int* const at = std::find(order, order + ndim, static_cast<int>(axis));
        std::rotate(order, at, at + 1);
    }
    return horizontal;
}

}  // namespace

namespace {

// The device lacks the reduction: inputs go to the CPU, the result comes back.
void run_reduce_on_cpu(const Program& program, std::span<const Array* const> inputs, const Reduction& r) {
    Array moved[kMaxOperands], out = empty_array(r.out->dtype, r.out->shape, cpu_device()), where;
    const Array* pointers[kMaxOperands];
    for (size_t k = 0; k < inputs.size(); ++k) {
        moved[k] = to_device(*inputs[k], cpu_device());
        pointers[k] = &moved[k];
    }
    Reduction local = r;
    local.out = &out;
    if (r.where) {
        where = to_device(*r.where, cpu_device());
        local.where = &where;
    }
    run_reduce(program, {pointers, inputs.size()}, local, cpu_device());
    assign(*r.out, out, "no");
}

}  // namespace

void run_reduce(const Program& program, std::span<const Array* const> inputs, const Reduction& r, const Device* device) {
#ifndef NDEBUG
    verify(program);
#endif
    const Array& out = *r.out;
    if (out.size() == 0) return;
    if (inputs[0]->size() == 0) return assign(out, scalar_array(*r.initial), "no");
    const DType folded = program.type(program.reduced);
    if (!device->backend->host_memory && !device->backend->supports(Primitive::reduce, folded)) {
        record_fallback((std::string(folded.name()) + " reduction").c_str(), device->name);
        return run_reduce_on_cpu(program, inputs, r);
    }
    const std::span<const int64_t> shape = inputs[0]->shape;
    const Wide wide(inputs, r, shape);
    const bool arg = is_arg(program.monoid);
    int order[kMaxDims];
    int64_t unit = 1, chunk = 1;
    bool horizontal;
    if (arg) {
        horizontal = arg_order(wide, r.axes[0], shape, order);
        unit = chunk = shape[static_cast<size_t>(r.axes[0])];
    } else {
        const std::span<const int64_t> mask =
            r.where ? std::span<const int64_t>{wide.strides[wide.operands - 1], shape.size()} : std::span<const int64_t>{};
        const ReduceOrder o = reduce_order(shape, {wide.layout, shape.size()}, {wide.out, shape.size()}, mask, r.cast);
        horizontal = o.horizontal;
        unit = o.unit;
        chunk = o.chunk;
        sorted_axes(wide, r.where != nullptr, static_cast<int>(shape.size()), order);
    }
    Space space;
    const int unit_dims = fill_space(space, wide, shape, order, unit, horizontal, arg);
    for (int k = 0; k < wide.operands; ++k) {
        const Array& a = k < static_cast<int>(inputs.size()) ? *inputs[static_cast<size_t>(k)] : *r.where;
        space.operand[k] = {a.data, space.strides[k], false, a.size() == 1, false};
    }
    const ReduceTask task{&program,         space.ndim, space.shape, space.out_strides,
                          wide.operands,    space.operand, r.where != nullptr, horizontal,
                          unit_dims,        unit,       chunk,       out.data,
                          r.initial ? r.initial->value : nullptr};
    const Array* reads[kMaxOperands];
    std::copy(inputs.begin(), inputs.end(), reads);
    if (r.where) reads[inputs.size()] = r.where;
    const Array* writes[] = {&out};
    Stream* const stream = stream_for(device, {reads, static_cast<size_t>(wide.operands)}, writes);
    device->backend->reduce(device->ordinal, task, stream);
}

}  // namespace lockstep
