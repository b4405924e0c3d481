// From arrays to a backend's task.
// Must not know any particular backend.
#include "runtime/exec/dispatch.h"

#include "runtime/array/error.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/provenance.h"
#include "runtime/exec/stream.h"

namespace lockstep {

const Device* common_device(std::span<const Array* const> arrays) {
    const Device* chosen = nullptr;
    for (const Array* a : arrays) {
        const Device* d = a->device();
        if (d == chosen || (d->backend->host_memory && a->size() == 1)) continue;
        if (chosen)
            fail(Status::value_error, "expected all arrays on one device, got %s and %s", chosen->name.c_str(),
                 d->name.c_str());
        chosen = d;
    }
    return chosen ? chosen : arrays[0]->device();
}

const Backend* backend_for(const Device* device, Primitive primitive, DType dtype, const char* what) {
    if (device->backend->supports(primitive, dtype)) return device->backend;
    record_fallback((std::string(dtype.name()) + " " + what).c_str(), device->name);
    return &cpu_backend();
}

namespace {

// The device's own backend refuses a map when it refuses any type in it.
bool map_supported(const Program& program, const Device* device) {
    for (int r = 0; r < program.inputs + program.length; ++r)
        if (!device->backend->supports(Primitive::map, program.type(static_cast<Register>(r)))) return false;
    return true;
}

void run_map_on_cpu(const Program& program, std::span<const Array* const> arrays, std::span<const int64_t> shape) {
    Array moved[kMaxOperands];
    const Array* pointers[kMaxOperands];
    for (size_t k = 0; k < arrays.size(); ++k) {
        moved[k] = to_device(*arrays[k], cpu_device());
        pointers[k] = &moved[k];
    }
    run_map(program, {pointers, arrays.size()}, shape, cpu_device());
    for (size_t k = static_cast<size_t>(program.inputs); k < arrays.size(); ++k) assign(*arrays[k], moved[k], "no");
}

// Copies the inputs that overlap an output, then runs.
void run_map_copied(const Program& program, std::span<const Array* const> arrays, std::span<const int64_t> shape,
                    const Device* device) {
    Array copies[kMaxOperands];
    const Array* pointers[kMaxOperands];
    const auto outputs = arrays.subspan(static_cast<size_t>(program.inputs));
    for (size_t k = 0; k < arrays.size(); ++k) {
        pointers[k] = arrays[k];
        if (k >= static_cast<size_t>(program.inputs)) continue;
        for (const Array* out : outputs) {
            if (!overlaps(*arrays[k], *out)) continue;
            copies[k] = packed_copy(*arrays[k]);
            pointers[k] = &copies[k];
            break;
        }
    }
    run_map(program, {pointers, arrays.size()}, shape, device);
}

}  // namespace

void run_map(const Program& program, std::span<const Array* const> arrays, std::span<const int64_t> shape,
             const Device* device, Outputs outputs) {
#ifndef NDEBUG
    verify(program);
#endif
    const bool host = device->backend->host_memory;
    if (!host && !map_supported(program, device)) {
        record_fallback(program.length ? row_of(program.code[program.length - 1].op).name : "copy", device->name);
        return run_map_on_cpu(program, arrays, shape);
    }
    if (outputs == Outputs::given)
        for (const Array* in : arrays.first(static_cast<size_t>(program.inputs)))
            for (const Array* out : arrays.subspan(static_cast<size_t>(program.inputs)))
                if (overlaps(*in, *out)) return run_map_copied(program, arrays, shape, device);
    MapPlan plan;
    make_plan(plan, arrays, program.outputs, shape);
    if (plan.size == 0) return;
    if (!host)
        for (size_t k = 0; k < static_cast<size_t>(program.inputs); ++k)
            plan.operand[k].immediate = plan.operand[k].scalar && arrays[k]->device()->backend->host_memory;
    const MapTask task{&program, plan.ndim, plan.shape, plan.size, program.inputs, program.outputs, plan.operand};
    const size_t inputs = static_cast<size_t>(program.inputs);
    device->backend->map(device->ordinal, task, stream_for(device, arrays.first(inputs), arrays.subspan(inputs)));
}

}  // namespace lockstep
