// From arrays to the tasks of sort and search: packed rows, a device's own sort or the CPU's.
// Must not know any particular backend, nor NumPy's functions.
#include "runtime/exec/sort.h"

#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/stream.h"

namespace lockstep {
namespace {

bool is_packed(const Array& a) { return is_c_contiguous(a) && is_aligned(a); }

Array packed(const Array& a) { return is_packed(a) ? a : packed_copy(a); }

void sort_on_cpu(const Array& a, const Array* values, const Array* positions, std::span<const int64_t> ranks) {
    const Array in = to_device(a, cpu_device());
    Array sorted, order;
    if (values) sorted = empty_array(a.dtype, a.shape, cpu_device());
    if (positions) order = empty_array(types::int64_, a.shape, cpu_device());
    run_sort(in, values ? &sorted : nullptr, positions ? &order : nullptr, ranks);
    if (values) assign(*values, sorted, "no");
    if (positions) assign(*positions, order, "no");
}

}  // namespace

void run_sort(const Array& a, const Array* values, const Array* positions, std::span<const int64_t> ranks) {
    if (a.size() == 0) return;
    const Device* device = a.device();
    if (falls_back(device, Primitive::sort, a.dtype, "sort")) return sort_on_cpu(a, values, positions, ranks);
    // What the task writes is packed: the result itself, or rows that are copied to it.
    Array in = a, sorted, order;
    if (values) {
        const bool direct = is_packed(*values);
        const bool as_is = is_packed(a) && (a.data == values->data || !overlaps(a, *values));
        sorted = direct ? *values : empty_array(a.dtype, a.shape, device);
        if (!as_is) {
            assign(sorted, a, "no");
            in = sorted;
        }
    } else {
        in = packed(a);
    }
    if (positions) {
        const bool direct = is_packed(*positions) && !overlaps(in, *positions);
        order = direct ? *positions : empty_array(types::int64_, a.shape, device);
    }
    const int64_t n = a.shape[a.ndim() - 1];
    const SortTask task{a.dtype,
                        a.size() / n,
                        n,
                        in.data,
                        values ? sorted.data : nullptr,
                        positions ? reinterpret_cast<int64_t*>(order.data) : nullptr,
                        ranks.data(),
                        static_cast<int64_t>(ranks.size())};
    const Array* const reads[] = {&in};
    const Array* writes[2];
    size_t written = 0;
    if (values) writes[written++] = &sorted;
    if (positions) writes[written++] = &order;
    device->backend->sort(device->ordinal, task, stream_for(device, reads, {writes, written}));
    if (values && sorted.data != values->data) assign(*values, sorted, "no");
    if (positions && order.data != positions->data) assign(*positions, order, "no");
}

Array run_search(const Array& sorted, const Array& values, bool right, const Array* sorter) {
    const Array* const arrays[] = {&sorted, &values, sorter};
    const Device* device = common_device({arrays, sorter ? size_t{3} : size_t{2}});
    if (falls_back(device, Primitive::search, sorted.dtype, "search")) {
        const Array order = sorter ? to_device(*sorter, cpu_device()) : Array{};
        const Array found = run_search(to_device(sorted, cpu_device()), to_device(values, cpu_device()), right,
                                       sorter ? &order : nullptr);
        return to_device(found, device);
    }
    const Array row = packed(to_device(sorted, device)), asked = packed(to_device(values, device));
    const Array order = sorter ? packed(to_device(*sorter, device)) : Array{};
    const Array out = empty_array(types::int64_, values.shape, device);
    if (out.size() == 0) return out;
    const SearchTask task{sorted.dtype,
                          row.size(),
                          asked.size(),
                          row.data,
                          sorter ? reinterpret_cast<const int64_t*>(order.data) : nullptr,
                          asked.data,
                          right,
                          reinterpret_cast<int64_t*>(out.data)};
    const Array* const reads[] = {&row, &asked, &order};
    const Array* const writes[] = {&out};
    device->backend->search(device->ordinal, task, stream_for(device, {reads, sorter ? size_t{3} : size_t{2}}, writes));
    return out;
}

}  // namespace lockstep
