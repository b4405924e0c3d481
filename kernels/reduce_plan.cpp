// Sorts a reduction's dimensions into a kernel's groups, and merges those that are one stride.
// Must not know launches.
#include "kernels/reduce_plan.h"

#include <bit>

#include "runtime/array/error.h"

namespace lockstep::cuda {
namespace {

// Dimensions of one group, in the task's order.
class Group {
  public:
    Group(ReducePlan& plan, const ReduceTask& task, bool may_merge)
        : plan_(plan), task_(task), first_(plan.ndim), may_merge_(may_merge) {}

    void add(int d) {
        if (task_.shape[d] == 1) return;
        if (may_merge_ && plan_.ndim > first_ && continues(d)) {
            plan_.size[plan_.ndim - 1] *= task_.shape[d];
            return;
        }
        push(task_.shape[d]);
        int64_t* const row = plan_.stride[plan_.ndim - 1];
        for (int k = 0; k < task_.inputs; ++k) row[k] = task_.operands[k].strides[d];
        row[device::reduction::kReduceOut] = task_.out_strides[d];
    }
    // At least one dimension, so that there is a stride to step by.
    void fill() {
        if (plan_.ndim == first_) push(1);
    }
    int64_t elements() const {
        int64_t n = 1;
        for (int d = first_; d < plan_.ndim; ++d) n *= plan_.size[d];
        return n;
    }

  private:
    void push(int64_t size) {
        plan_.size[plan_.ndim] = size;
        for (int64_t& s : plan_.stride[plan_.ndim]) s = 0;
        ++plan_.ndim;
    }
    // Whether dimension d goes on where the last one ends, for every operand.
    bool continues(int d) const {
        const int last = plan_.ndim - 1;
        bool one = plan_.stride[last][device::reduction::kReduceOut] * plan_.size[last] == task_.out_strides[d];
        for (int k = 0; k < task_.inputs; ++k)
            one &= plan_.stride[last][k] * plan_.size[last] == task_.operands[k].strides[d];
        return one;
    }

    ReducePlan& plan_;
    const ReduceTask& task_;
    int first_;
    bool may_merge_;
};

// An address and its steps are whole multiples of the element's alignment.
bool all_aligned(const void* data, const int64_t* strides, int ndim, int64_t alignment) {
    uint64_t bits = reinterpret_cast<uint64_t>(data);
    for (int d = 0; d < ndim; ++d) bits |= static_cast<uint64_t>(strides[d]);
    return bits % static_cast<uint64_t>(alignment) == 0;
}

int64_t alignment_of(DType type) { return type.is_complex() ? type.itemsize() / 2 : type.itemsize(); }

bool operands_aligned(const ReduceTask& task) {
    for (int k = 0; k < task.program->inputs; ++k)
        if (!all_aligned(task.operands[k].data, task.operands[k].strides, task.ndim,
                         alignment_of(task.program->input_type[k])))
            return false;
    return true;
}


}  // namespace

ReducePlan plan_reduction(const ReduceTask& task) {
    for (int k = 0; k < task.inputs; ++k)
        if (task.operands[k].immediate) fail(Status::internal_error, "cuda: a reduction of constants of the call");
    ReducePlan p;
    const Program& program = *task.program;
    p.folded = program.type(program.reduced);
    p.operands = task.inputs;
    p.ndim = 0;
    const bool ordered = order_matters(program.monoid, p.folded);
    const auto reduced = [&](int d) { return task.out_strides[d] == 0; };

    const int inner_dims = !task.horizontal ? task.ndim : ordered ? task.unit_dims : task.ndim;
    Group inner(p, task, !is_arg(program.monoid));
    for (int d = 0; d < inner_dims; ++d)
        if (reduced(d)) inner.add(d);
    inner.fill();
    p.count = inner.elements();
    p.inner = p.ndim;
    Group units(p, task, true);
    if (ordered && task.horizontal)
        for (int d = inner_dims; d < task.ndim; ++d)
            if (reduced(d)) units.add(d);
    p.units = units.elements();
    p.outer = p.ndim;
    Group kept(p, task, true);
    for (int d = 0; d < task.ndim; ++d)
        if (!reduced(d)) kept.add(d);
    p.outputs = kept.elements();

    const DType result = monoid_type(program.monoid, p.folded);
    p.out_aligned = all_aligned(task.out, task.out_strides, task.ndim, alignment_of(result));
    ReduceVariant& v = p.variant;
    v.kind = !task.horizontal ? ReduceKind::columns
             : !ordered       ? ReduceKind::folds
                              : task.masked ? ReduceKind::runs : ReduceKind::trees;
    v.linear = p.inner == 1;
    v.aligned = operands_aligned(task);
    constexpr int64_t kNarrow = int64_t{1} << 31;
    v.wide = p.count >= kNarrow || p.units >= kNarrow || p.count * p.units >= kNarrow || p.outputs >= kNarrow;
    v.many = p.ndim > device::reduction::kFewDims;
    v.masked = task.masked;
    return p;
}

template <class Index>
device::reduction::Divider<Index> divider(int64_t size) {
    constexpr int bits = 8 * sizeof(Index);
    __extension__ typedef unsigned __int128 Wide;
    const int shift = std::bit_width(static_cast<uint64_t>(size - 1));
    const Wide missing = (Wide{1} << shift) - static_cast<Wide>(size);
    const Wide magic = (missing << bits) / static_cast<Wide>(size) + 1;
    return {static_cast<Index>(size), static_cast<Index>(magic), shift};
}

template <class Layout>
void fill_layout(Layout& l, const ReducePlan& p, const ReduceTask& task) {
    l.inner = p.inner;
    l.outer = p.outer;
    l.ndim = p.ndim;
    l.out_aligned = p.out_aligned;
    for (int k = 0; k < p.operands; ++k) l.data[k] = task.operands[k].data;
    l.out = task.out;
    for (int d = 0; d < p.ndim; ++d) {
        l.size[d] = divider<typename Layout::Index>(p.size[d]);
        for (int k = 0; k <= device::reduction::kReduceOperands; ++k) l.stride[d][k] = p.stride[d][k];
    }
}

template device::reduction::Divider<uint32_t> divider(int64_t);
template device::reduction::Divider<uint64_t> divider(int64_t);
template void fill_layout(device::reduction::ReduceLayout<uint32_t, device::reduction::kFewDims>&, const ReducePlan&, const ReduceTask&);
template void fill_layout(device::reduction::ReduceLayout<uint64_t, device::reduction::kFewDims>&, const ReducePlan&, const ReduceTask&);
template void fill_layout(device::reduction::ReduceLayout<uint32_t, device::reduction::kManyDims>&, const ReducePlan&, const ReduceTask&);
template void fill_layout(device::reduction::ReduceLayout<uint64_t, device::reduction::kManyDims>&, const ReducePlan&, const ReduceTask&);

}  // namespace lockstep::cuda
