// From arrays, indices and masks to the tasks of gather, scatter and select.
// Must not know any particular backend, nor how an index expression of NumPy's is written.
#include "runtime/exec/indexing.h"

#include "runtime/array/error.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/stream.h"

namespace lockstep {
namespace {

// The bytes that the places can lie in.
Extent reach(const Places& p) {
    int64_t low = 0, high = p.array.itemsize();
    const auto widen = [&](int64_t n, int64_t stride) {
        if (n > 1) (stride < 0 ? low : high) += (n - 1) * stride;
    };
    for (int d = 0; d < p.shape.size(); ++d) widen(p.shape[d], p.strides[d]);
    for (int k = 0; k < p.count; ++k) widen(p.array.shape[p.axes[k]], p.array.strides[p.axes[k]]);
    return {p.array.data + low, p.array.data + high};
}

// The task's dimensions: those of size 1 gone, neighbours merged where all operands allow it.
struct IndexSpace {
    int ndim = 0;
    int64_t shape[kMaxDims], array[kMaxDims], values[kMaxDims];
    int64_t strides[kMaxDims][kMaxDims];  // by index
    IndexOperand index[kMaxDims];
    int count;

    IndexSpace(const Places& p, const Array& value) : count(p.count) {
        int64_t wide_values[kMaxDims], wide[kMaxDims][kMaxDims];
        if (!broadcast_strides(value, p.shape, wide_values))
            fail(Status::value_error, "could not broadcast input array from shape %s into shape %s",
                 shape_text(value.shape).c_str(), shape_text(p.shape).c_str());
        for (int k = 0; k < count; ++k) {
            const int axis = p.axes[k];
            index[k] = {p.indices[k].data, strides[k], p.array.shape[axis], p.array.strides[axis], axis};
            if (!broadcast_strides(p.indices[k], p.shape, wide[k]))
                fail(Status::index_error, "indices: expected shapes that broadcast to %s", shape_text(p.shape).c_str());
        }
        for (int i = 0; i < p.shape.size(); ++i) {
            if (p.shape[i] == 1) continue;
            const int d = ndim++;
            shape[d] = p.shape[i];
            array[d] = p.strides[i];
            values[d] = wide_values[i];
            for (int k = 0; k < count; ++k) strides[k][d] = wide[k][i];
            if (d > 0) merge_last();
        }
        if (ndim == 0) {
            ndim = 1;
            shape[0] = 1;
            array[0] = values[0] = 0;
            for (int k = 0; k < count; ++k) strides[k][0] = 0;
        }
    }

  private:
    void merge_last() {
        const int d = ndim - 1;
        bool one = array[d - 1] == shape[d] * array[d] && values[d - 1] == shape[d] * values[d];
        for (int k = 0; k < count; ++k) one &= strides[k][d - 1] == shape[d] * strides[k][d];
        if (!one) return;
        shape[d - 1] *= shape[d];
        array[d - 1] = array[d];
        values[d - 1] = values[d];
        for (int k = 0; k < count; ++k) strides[k][d - 1] = strides[k][d];
        --ndim;
    }
};

using Entry = void (*)(int, const IndexTask&, Stream*);

void run_index(const Places& p, const Array& values, Op op, bool scatter) {
    const IndexSpace space(p, values);
    IndexTask task{p.array.dtype, space.ndim,  space.shape, p.array.data, space.array, p.count,
                   space.index,   p.mode,      values.data, space.values, op};
    const Array* arrays[kMaxDims + 2];
    size_t n = 0;
    for (int k = 0; k < p.count; ++k) arrays[n++] = &p.indices[k];
    arrays[n++] = scatter ? &values : &p.array;
    const Array* writes[] = {scatter ? &p.array : &values};
    const Device* const device = p.array.device();
    const Entry entry = scatter ? device->backend->scatter : device->backend->gather;
    entry(device->ordinal, task, stream_for(device, {arrays, n}, writes));
}

// The places on the CPU: the bytes they lie in, with the same strides.
Places places_on_cpu(const Places& p, const Extent& bytes) {
    Places local = p;
    Array host = empty_array(types::uint8_, Dims{bytes.end - bytes.begin}, cpu_device());
    const Device* const device = p.array.device();
    const Array* reads[] = {&p.array};
    device->backend->to_host(device->ordinal, host.data, bytes.begin, bytes.end - bytes.begin,
                             stream_for(device, reads, {}));
    local.array.storage = host.storage;
    local.array.data = host.data + (p.array.data - bytes.begin);
    local.array.read_only = false;
    for (int k = 0; k < p.count; ++k) local.indices[k] = to_device(p.indices[k], cpu_device());
    return local;
}

// Indices follow the array to its device.
bool move_indices(const Places& p, Places& moved) {
    bool any = false;
    for (int k = 0; k < p.count; ++k) any |= p.indices[k].device() != p.array.device();
    if (!any) return false;
    moved = p;
    for (int k = 0; k < p.count; ++k) moved.indices[k] = to_device(p.indices[k], p.array.device());
    return true;
}

}  // namespace

void run_gather(const Places& p, const Array& values) {
    if (product(p.shape) == 0) return;
    Places moved;
    if (move_indices(p, moved)) return run_gather(moved, values);
    const Extent target = extent(values);
    bool overlap = share_memory(reach(p), target);
    for (int k = 0; k < p.count; ++k) overlap |= share_memory(extent(p.indices[k]), target);
    if (overlap || values.device() != p.array.device()) {
        const Array fresh = empty_array(values.dtype, values.shape, p.array.device());
        run_gather(p, fresh);
        return assign(values, fresh, "no");
    }
    if (falls_back(p.array.device(), Primitive::gather, p.array.dtype, "gather")) {
        const Array fresh = empty_array(values.dtype, values.shape, cpu_device());
        run_index(places_on_cpu(p, reach(p)), fresh, Op::copy, false);
        return assign(values, fresh, "no");
    }
    run_index(p, values, Op::copy, false);
}

bool take_packed(const Array& a, const Array& index, OutOfRange mode, Array& result) {
    const Device* const device = a.device();
    if (index.dtype != types::int64_ || index.device() != device || a.ndim() == 0) return false;
    if (!is_c_contiguous(a) || !is_c_contiguous(index) || index.ndim() + a.ndim() - 1 > kMaxDims) return false;
    if (!device->backend->supports(Primitive::gather, a.dtype)) return false;
    const int64_t n = index.size(), item = a.itemsize();
    int64_t row = 1;
    for (int i = 1; i < a.ndim(); ++i)  // an empty array's other sizes may be anything
        if (__builtin_mul_overflow(row, a.shape[i], &row)) return false;
    if (n == 0 || row == 0) return false;
    const int64_t shape[] = {n, row}, array_strides[] = {0, item}, value_strides[] = {row * item, item};
    const int64_t index_strides[] = {8, 0};
    const IndexOperand operand{index.data, index_strides, a.shape[0], row * item, 0};
    if (a.ndim() == 1) {
        result = empty_array(a.dtype, index.shape, device);
    } else {
        Dims row_shape = index.shape;
        for (int i = 1; i < a.ndim(); ++i) row_shape.push_back(a.shape[i]);
        result = empty_array(a.dtype, row_shape, device);
    }
    const IndexTask task{a.dtype,  row == 1 ? 1 : 2, shape,       a.data,        array_strides, 1,
                         &operand, mode,             result.data, value_strides, Op::copy};
    const Array *reads[] = {&a, &index}, *writes[] = {&result};
    device->backend->gather(device->ordinal, task, stream_for(device, reads, writes));
    return true;
}

bool put_packed(const Array& a, const Array& index, const Array& values) {
    const Device* const device = a.device();
    if (index.dtype != types::int64_ || index.device() != device || a.ndim() != 1 || index.ndim() != 1) return false;
    const bool single = values.size() == 1;
    const bool alike = single || (values.shape == index.shape && values.device() == device);
    const int64_t n = index.size();
    if (n == 0 || !alike || !values.device()->backend->host_memory || !device->backend->host_memory) return false;
    const Extent target = extent(a);
    if (share_memory(extent(values), target) || share_memory(extent(index), target)) return false;
    const int64_t still = 0, value_stride = single ? 0 : values.strides[0];
    const IndexOperand operand{index.data, index.strides.data(), a.shape[0], a.strides[0], 0};
    const IndexTask task{a.dtype,  1,                 &n,          a.data,        &still, 1,
                         &operand, OutOfRange::raise, values.data, &value_stride, Op::copy};
    device->backend->scatter(device->ordinal, task, nullptr);
    return true;
}

void run_scatter(const Places& p, const Array& values, Op op) {
    if (product(p.shape) == 0) return;
    if (!p.array.writable()) fail(Status::read_only, "assignment destination is read-only");
    Places moved;
    if (move_indices(p, moved)) return run_scatter(moved, values, op);
    const bool unary = row_of(op).inputs == 1 && op != Op::copy;
    const Extent target = reach(p);
    if (!unary && values.device() != p.array.device())
        return run_scatter(p, to_device(values, p.array.device()), op);
    if (!unary && share_memory(extent(values), target)) return run_scatter(p, packed_copy(values), op);
    for (int k = 0; k < p.count; ++k) {
        if (!share_memory(extent(p.indices[k]), target)) continue;
        moved = p;
        for (int i = k; i < p.count; ++i) moved.indices[i] = packed_copy(p.indices[i]);
        return run_scatter(moved, values, op);
    }
    Array none;
    if (unary) {  // one element, never read
        none = view(p.array, p.array.data, {}, {});
        none.shape = none.strides = Dims();
    }
    const Array& from = unary ? none : values;
    const Device* const device = p.array.device();
    if (!falls_back(device, Primitive::scatter, p.array.dtype, "scatter")) return run_index(p, from, op, true);
    const Places local = places_on_cpu(p, target);
    run_index(local, unary ? from : to_device(values, cpu_device()), op, true);
    const Array* writes[] = {&p.array};
    device->backend->to_device(device->ordinal, const_cast<char*>(target.begin), local.array.storage->data,
                               target.end - target.begin, stream_for(device, {}, writes));
}

void check_places(const Places& p) {
    for (int k = 0; k < p.count; ++k) {
        const int64_t n = p.array.shape[p.axes[k]];
        const Array packed = empty_array(types::int64_, p.indices[k].shape, cpu_device());
        assign(packed, to_device(p.indices[k], cpu_device()), "no");
        const int64_t* const index = reinterpret_cast<const int64_t*>(packed.data);
        for (int64_t i = 0; i < packed.size(); ++i)
            if (index[i] < -n || index[i] >= n)
                fail(Status::index_error, "index %lld is out of bounds for axis %d with size %lld",
                     static_cast<long long>(index[i]), p.axes[k], static_cast<long long>(n));
    }
}

namespace {

// The task's dimensions; `keep` leaves them as they are, for positions.
struct SelectSpace {
    int ndim = 0;
    int64_t shape[kMaxDims], mask[kMaxDims], array[kMaxDims];

    SelectSpace(const Array& m, const Array* a, bool keep) {
        for (int i = 0; i < m.ndim(); ++i) {
            if (m.shape[i] == 1 && !keep) continue;
            const int d = ndim++;
            shape[d] = m.shape[i];
            mask[d] = m.strides[i];
            array[d] = a ? a->strides[i] : 0;
            if (d == 0 || keep) continue;
            if (mask[d - 1] != shape[d] * mask[d] || array[d - 1] != shape[d] * array[d]) continue;
            shape[d - 1] *= shape[d];
            mask[d - 1] = mask[d];
            array[d - 1] = array[d];
            --ndim;
        }
        if (ndim == 0) {
            ndim = 1;
            shape[0] = 1;
            mask[0] = array[0] = 0;
        }
    }
};

void check_mask(const Array& mask, const Array* a) {
    if (mask.dtype != types::bool_) fail(Status::type_error, "mask: expected a bool array, got %s", mask.dtype.name());
    if (a && !(a->shape == mask.shape))
        fail(Status::value_error, "mask: expected the array's shape %s, got %s", shape_text(a->shape).c_str(),
             shape_text(mask.shape).c_str());
}

SelectTask select_task(const SelectSpace& s, const Array& mask, SelectTask::Direction direction) {
    SelectTask task{};
    task.ndim = s.ndim;
    task.shape = s.shape;
    task.mask = mask.data;
    task.mask_strides = s.mask;
    task.direction = direction;
    task.array_strides = s.array;
    return task;
}

// Pack and unpack; everything is on one device, and nothing written is also read.
void run_select(const Array& mask, const Array& a, const Array& packed, SelectTask::Direction direction) {
    const SelectSpace space(mask, &a, false);
    SelectTask task = select_task(space, mask, direction);
    task.itemsize = a.itemsize();
    task.array = a.data;
    task.packed = packed.data;
    const bool single = direction == SelectTask::Direction::unpack && packed.size() == 1;
    task.packed_stride = single ? 0 : packed.size() == 1 ? packed.itemsize() : packed.strides[0];
    task.count = packed.size();
    if (task.count == 0) return;
    const bool unpack = direction == SelectTask::Direction::unpack;
    const Array* reads[] = {&mask, unpack ? &packed : &a};
    const Array* writes[] = {unpack ? &a : &packed};
    const Device* const device = a.device();
    device->backend->select(device->ordinal, task, stream_for(device, reads, writes));
}

}  // namespace

int64_t count_true(const Array& mask) {
    check_mask(mask, nullptr);
    if (mask.size() == 0) return 0;
    const Device* const device = mask.device();
    if (falls_back(device, Primitive::select, types::bool_, "select"))
        return count_true(to_device(mask, cpu_device()));
    const SelectSpace space(mask, nullptr, false);
    const SelectTask task = select_task(space, mask, SelectTask::Direction::pack);
    const Array* reads[] = {&mask};
    return device->backend->count_true(device->ordinal, task, stream_for(device, reads, {}));
}

void pack_selected(const Array& mask, const Array& a, const Array& packed) {
    check_mask(mask, &a);
    if (packed.size() == 0) return;
    if (mask.device() != a.device()) return pack_selected(to_device(mask, a.device()), a, packed);
    const Extent target = extent(packed);
    const bool overlap = share_memory(extent(a), target) || share_memory(extent(mask), target);
    const bool fallback = falls_back(a.device(), Primitive::select, a.dtype, "select");
    if (!overlap && !fallback && packed.device() == a.device())
        return run_select(mask, a, packed, SelectTask::Direction::pack);
    const Device* const device = fallback ? cpu_device() : a.device();
    const Array fresh = empty_array(packed.dtype, packed.shape, device);
    run_select(to_device(mask, device), to_device(a, device), fresh, SelectTask::Direction::pack);
    assign(packed, fresh, "no");
}

void unpack_selected(const Array& mask, const Array& a, const Array& packed) {
    check_mask(mask, &a);
    if (!a.writable()) fail(Status::read_only, "assignment destination is read-only");
    if (packed.size() == 0 || a.size() == 0) return;
    const Device* const device = a.device();
    if (mask.device() != device) return unpack_selected(to_device(mask, device), a, packed);
    if (packed.device() != device) return unpack_selected(mask, a, to_device(packed, device));
    if (share_memory(extent(packed), extent(a))) return unpack_selected(mask, a, packed_copy(packed));
    if (share_memory(extent(mask), extent(a))) return unpack_selected(packed_copy(mask), a, packed);
    if (!falls_back(device, Primitive::select, a.dtype, "select"))
        return run_select(mask, a, packed, SelectTask::Direction::unpack);
    const Array local = to_device(a, cpu_device());
    run_select(to_device(mask, cpu_device()), local, to_device(packed, cpu_device()), SelectTask::Direction::unpack);
    assign(a, local, "no");
}

void fill_selected(const Array& mask, const Array& a, const Array& value) {
    check_mask(mask, &a);
    if (!a.writable()) fail(Status::read_only, "assignment destination is read-only");
    if (mask.device() != a.device()) return fill_selected(to_device(mask, a.device()), a, value);
    if (a.device()->backend->host_memory && a.size() > 0) {  // 10^7 of them: nine times as fast as a map
        if (!share_memory(extent(value), extent(a))) return unpack_selected(mask, a, view(value, value.data, {}, {}));
    }
    Program program;
    const Register chosen = program.input(types::bool_), one = program.input(a.dtype), old = program.input(a.dtype);
    program.result(program.push(Op::select, a.dtype, chosen, one, old));
    Array scalar = view(value, value.data, {}, {});
    const bool here = value.device() == a.device() || value.device()->backend->host_memory;
    if (!here) scalar = to_device(scalar, a.device());
    const Array* arrays[] = {&mask, &scalar, &a, &a};
    run_map(program, arrays, a.shape, a.device());
}

void selected_positions(const Array& mask, const Array& out) {
    check_mask(mask, nullptr);
    if (out.size() == 0) return;
    const Device* const device = mask.device();
    if (falls_back(device, Primitive::select, types::int64_, "select")) {
        const Array fresh = empty_array(types::int64_, out.shape, cpu_device());
        selected_positions(to_device(mask, cpu_device()), fresh);
        return assign(out, fresh, "no");
    }
    if (share_memory(extent(mask), extent(out))) return selected_positions(packed_copy(mask), out);
    const SelectSpace space(mask, nullptr, true);
    SelectTask task = select_task(space, mask, SelectTask::Direction::positions);
    task.itemsize = 8;
    task.packed = out.data;
    task.packed_stride = 8;
    task.count = out.shape[1];
    const Array *reads[] = {&mask}, *writes[] = {&out};
    device->backend->select(device->ordinal, task, stream_for(device, reads, writes));
}

}  // namespace lockstep
