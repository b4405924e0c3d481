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
                 std::span<const Array* const> parameters) {
    Array moved[random::kMaxParameters];
    const Array* pointers[random::kMaxParameters];
    for (size_t i = 0; i < parameters.size(); ++i) {
        moved[i] = to_device(*parameters[i], cpu_device());
        pointers[i] = &moved[i];
    }
    const Array draws = empty_array(out.dtype, out.shape, cpu_device());
    run_random(state, distribution, draws, {pointers, parameters.size()});
    assign(out, to_device(draws, out.device()), "no");
}

}  // namespace

void run_random(random::BitState& state, Distribution distribution, const Array& out,
                std::span<const Array* const> parameters) {
    if (out.size() == 0) return;
    const Device* device = out.device();
    if (falls_back(device, Primitive::random, out.dtype, row_of(distribution).name))
        return fill_on_cpu(state, distribution, out, parameters);
    const bool direct = is_c_contiguous(out) && is_aligned(out);
    const Array draws = direct ? out : empty_array(out.dtype, out.shape, device);
    RandomTask task{&state, distribution, out.size(), draws.data, {}};
    Array held[random::kMaxParameters];
    const Array* reads[random::kMaxParameters];
    size_t packed = 0;
    for (size_t i = 0; i < parameters.size(); ++i) {
        if (parameters[i]->size() == 1) {
            held[i] = to_device(*parameters[i], cpu_device());
            task.parameters[i] = {held[i].data, 0};
        } else {
            held[i] = empty_array(parameters[i]->dtype, out.shape, device);
            assign(held[i], to_device(*parameters[i], device), "no");
            task.parameters[i] = {held[i].data, held[i].dtype.itemsize()};
            reads[packed++] = &held[i];
        }
    }
    const Array* const writes[] = {&draws};
    if (!device->backend->random(device->ordinal, task, stream_for(device, {reads, packed}, writes))) {
        record_fallback(row_of(distribution).name, device->name);
        return fill_on_cpu(state, distribution, out, parameters);
    }
    if (!direct) assign(out, draws, "no");
}

}  // namespace lockstep
