// From arrays to the task of a random fill: packed draws, one parameter for all of them or one each.
// Must not know any particular backend, how a draw is made, nor NumPy's functions.
#include "runtime/exec/random.h"

#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/provenance.h"
#include "runtime/exec/stream.h"

namespace lockstep {
namespace {

void fill_on_cpu(random::BitState& state, Distribution distribution, const Array& out,
                 std::span<const DrawParameter> parameters) {
    Array moved[random::kMaxParameters];
    DrawParameter here[random::kMaxParameters];
    for (size_t i = 0; i < parameters.size(); ++i) {
        here[i] = parameters[i];
        if (!here[i].many) continue;
        moved[i] = to_device(*here[i].many, cpu_device());
        here[i].many = &moved[i];
    }
    const Array draws = empty_array(out.dtype, out.shape, cpu_device());
    run_random(state, distribution, draws, {here, parameters.size()});
    assign(out, to_device(draws, out.device()), "no");
}

}  // namespace

void run_random(random::BitState& state, Distribution distribution, const Array& out,
                std::span<const DrawParameter> parameters) {
    if (out.size() == 0) return;
    const Device* device = out.device();
    if (falls_back(device, Primitive::random, out.dtype, row_of(distribution).name))
        return fill_on_cpu(state, distribution, out, parameters);
    const bool direct = is_c_contiguous(out) && is_aligned(out);
    const Array draws = direct ? out : empty_array(out.dtype, out.shape, device);
    RandomTask task{&state, distribution, out.size(), draws.data, {}};
    Array packed[random::kMaxParameters];
    const Array* reads[random::kMaxParameters];
    size_t read = 0;
    for (size_t i = 0; i < parameters.size(); ++i) {
        const DrawParameter& p = parameters[i];
        if (!p.many) {
            task.parameters[i] = {reinterpret_cast<const char*>(&p.number), 0};
            continue;
        }
        packed[i] = empty_array(p.many->dtype, out.shape, device);
        assign(packed[i], to_device(*p.many, device), "no");
        task.parameters[i] = {packed[i].data, packed[i].dtype.itemsize()};
        reads[read++] = &packed[i];
    }
    const Array* const writes[] = {&draws};
    const auto fill = device->backend->random;  // null, or one that refuses
    if (!fill || !fill(device->ordinal, task, stream_for(device, {reads, read}, writes))) {
        record_fallback(row_of(distribution).name, device->name);
        return fill_on_cpu(state, distribution, out, parameters);
    }
    if (!direct) assign(out, draws, "no");
}

}  // namespace lockstep
