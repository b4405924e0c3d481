// The CPU's reduce: which variant serves a task, and the address arithmetic they share.
// Must not know element types.
#include "host/primitives.h"
#include "host/reduce_space.h"

namespace lockstep::host {

Split split_dimensions(const ReduceTask& task, int first) {
    Split s;
    for (int d = first; d < task.ndim; ++d)
        (task.out_strides[d] ? s.kept : s.reduced).add(d, task.shape[d]);
    return s;
}

Bases origin(const ReduceTask& task) {
    Bases b;
    for (int k = 0; k < task.inputs; ++k) b.in[k] = task.operands[k].data;
    b.out = task.out;
    return b;
}

void advance(const ReduceTask& task, const Dimensions& dims, int64_t index, Bases& b) {
    for (int i = 0; i < dims.count; ++i) {
        const int d = dims.axis[i];
        const int64_t at = index % task.shape[d];
        index /= task.shape[d];
        for (int k = 0; k < task.inputs; ++k) b.in[k] += at * task.operands[k].strides[d];
        b.out += at * task.out_strides[d];
    }
}

Inner::Inner(const ReduceTask& task, int ndim) {
    for (int k = 0; k < task.inputs; ++k) {
        const bool mask = task.masked && k == task.inputs - 1;
        int64_t packed = mask ? 1 : task.program->input_type[k].itemsize();
        bool contiguous = true, scalar = true;
        for (int d = 0; d < ndim; ++d) {
            contiguous &= task.operands[k].strides[d] == packed;
            scalar &= task.operands[k].strides[d] == 0;
            packed *= task.shape[d];
        }
        operand[k] = task.operands[k];
        operand[k].contiguous = contiguous;
        operand[k].scalar = scalar;
    }
}

int64_t cost_of(const ReduceTask& task) {
    int64_t elements = 1;
    for (int d = 0; d < task.ndim; ++d) elements *= task.shape[d];
    return elements * (task.program->input_type[0].itemsize() + 4 * task.program->length);
}

void reduce(int, const ReduceTask& task, Stream*) {
    const Monoid m = task.program->monoid;
    if (is_arg(m)) reduce_arg(task);
    else if (task.horizontal) reduce_horizontal(task);
    else reduce_vertical(task);
}

}  // namespace lockstep::host
