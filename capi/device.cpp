// Devices by name, their memory, the CPU's threads, and the record of work that ran elsewhere than asked.
// Must not know any particular backend.
#include "runtime/exec/device.h"

#include "capi/border.h"
#include "capi/convert.h"
#include "runtime/exec/backend.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/provenance.h"
#include "runtime/exec/threads.h"

using namespace lockstep;
using namespace lockstep::capi;

namespace {
const Device* device_or_default(const char* name) { return name ? find_device(name) : default_device(); }
}  // namespace

ls_status ls_device_count(int* count) {
    return border("ls_device_count",
                  [&] { pointer_in(count, "count") = static_cast<int>(devices().size()); });
}

ls_status ls_device_name(int device, const char** name) {
    return border("ls_device_name", [&] {
        const auto& all = devices();
        if (device < 0 || static_cast<size_t>(device) >= all.size())
            fail(Status::index_error, "device: expected 0 to %zu, got %d", all.size() - 1, device);
        pointer_in(name, "name") = all[static_cast<size_t>(device)]->name.c_str();
    });
}

ls_status ls_device_why(const char* kind, char* text, size_t capacity, size_t* needed) {
    return border("ls_device_why",
                  [&] { give_text(device_why(string_in(kind, "kind")), text, capacity, needed); });
}

ls_status ls_set_default_device(const char* name) {
    return border("ls_set_default_device", [&] { set_thread_device(find_device(string_in(name, "name"))); });
}

ls_status ls_get_default_device(const char** name) {
    return border("ls_get_default_device",
                  [&] { pointer_in(name, "name") = default_device()->name.c_str(); });
}

ls_status ls_to_device(const ls_array* a, const char* device, ls_array** result) {
    return border("ls_to_device", [&] {
        const Array& from = array_in(a, "a");
        const Device* to = find_device(string_in(device, "device"));
        result_needed(result, nullptr, "result");
        give(result, to_device(from, to));
    });
}

ls_status ls_synchronize(const char* device) {
    return border("ls_synchronize", [&] { synchronize(device ? find_device(device) : nullptr); });
}

ls_status ls_memory_info(const char* device, ls_memory_statistics* result) {
    return border("ls_memory_info", [&] {
        const size_t size = pointer_in(result, "result").size;
        if (size != sizeof *result)
            fail(Status::value_error, "result.size: expected %zu, set by LS_SIZE, got %zu", sizeof *result,
                 size);
        const Device* from = device_or_default(device);
        const MemoryStatistics figures = from->backend->memory(from->ordinal);
        *result = {size, figures.used, figures.cached, figures.peak, figures.limit};
    });
}

ls_status ls_memory_trim(const char* device) {
    return border("ls_memory_trim", [&] {
        const Device* of = device_or_default(device);
        of->backend->trim(of->ordinal);
    });
}

ls_status ls_set_num_threads(int count) {
    return border("ls_set_num_threads", [&] { set_num_threads(count); });
}

ls_status ls_get_num_threads(int* count) {
    return border("ls_get_num_threads", [&] { pointer_in(count, "count") = num_threads(); });
}

ls_status ls_set_matmul_mode(const char* mode) {
    return border("ls_set_matmul_mode", [&] {
        const std::string_view name = string_in(mode, "mode");
        if (name != "strict" && name != "tf32")
            fail(Status::value_error, "mode: expected strict or tf32, got '%.64s'", mode);
        for (const Device* device : devices())
            if (device->backend->set_matmul_mode) device->backend->set_matmul_mode(mode);
    });
}

ls_status ls_set_fallback_policy(const char* policy) {
    return border("ls_set_fallback_policy", [&] {
        const std::string_view name = string_in(policy, "policy");
        if (name == "silent") return set_fallback_policy(FallbackPolicy::silent);
        if (name == "warn") return set_fallback_policy(FallbackPolicy::warn);
        if (name == "error") return set_fallback_policy(FallbackPolicy::error);
        fail(Status::value_error, "policy: expected silent, warn or error, got '%.64s'", policy);
    });
}

ls_status ls_fallback_count(int64_t* count) {
    return border("ls_fallback_count", [&] { pointer_in(count, "count") = fallback_count(); });
}

ls_status ls_last_fallback(char* text, size_t capacity, size_t* needed) {
    return border("ls_last_fallback", [&] { give_text(last_fallback(), text, capacity, needed); });
}
