// Elements between the host program's memory and arrays: copied, adopted, single numbers.
// Must not know operations.
#include "capi/border.h"
#include "capi/convert.h"
#include "runtime/exec/device.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/ufunc.h"

using namespace lockstep;
using namespace lockstep::capi;

namespace {
std::span<const int64_t> strides_in(const int64_t* strides, int ndim) {
    return {strides, strides ? static_cast<size_t>(ndim) : 0};
}

void adopt_into(const Device* device, void* data, ls_dtype dtype, int ndim, const int64_t* shape,
                const ls_adopt_host_options* options, ls_array** result) {
    const DType type = dtype_in(dtype, "dtype");
    const auto sizes = shape_in(ndim, shape, "shape");
    ls_adopt_host_options o = {};
    if (options) {
        const OptionsIn<ls_adopt_host_options> c(options);
        o = *c.operator->();
    }
    result_needed(result, nullptr, "result");
    adopt(result, [&] {
        return adopt_memory(device, data, type, sizes, strides_in(o.strides, ndim), o.read_only, o.release,
                            o.context);
    });
}
}  // namespace

ls_status ls_from_host(const void* data, ls_dtype dtype, int ndim, const int64_t* shape,
                       const ls_from_host_options* options, ls_array** result) {
    return border("ls_from_host", [&] {
        const DType type = dtype_in(dtype, "dtype");
        const auto sizes = shape_in(ndim, shape, "shape");
        const int64_t* strides = nullptr;
        const Device* device = nullptr;
        if (options) {
            const OptionsIn<ls_from_host_options> c(options);
            strides = c->strides;
            if (c->device) device = find_device(c->device);
        }
        result_needed(result, nullptr, "result");
        if (!device) device = default_device();
        give(result, from_host(data, type, sizes, strides_in(strides, ndim), device));
    });
}

ls_status ls_adopt_host(void* data, ls_dtype dtype, int ndim, const int64_t* shape,
                        const ls_adopt_host_options* options, ls_array** result) {
    return border("ls_adopt_host",
                  [&] { adopt_into(cpu_device(), data, dtype, ndim, shape, options, result); });
}

ls_status ls_adopt_device(const char* device, void* data, ls_dtype dtype, int ndim, const int64_t* shape,
                          const ls_adopt_host_options* options, ls_array** result) {
    return border("ls_adopt_device", [&] {
        adopt_into(find_device(string_in(device, "device")), data, dtype, ndim, shape, options, result);
    });
}

ls_status ls_to_host(const ls_array* a, void* buffer, size_t bytes) {
    return border("ls_to_host", [&] {
        const Array& from = array_in(a, "a");
        if (!buffer && bytes > 0) refuse_null("buffer");
        to_host(from, buffer, bytes > INT64_MAX ? INT64_MAX : static_cast<int64_t>(bytes));
    });
}

ls_status ls_from_scalar(ls_scalar value, ls_array** result) {
    return border("ls_from_scalar", [&] {
        const ScalarIn from(value, "value");
        result_needed(result, nullptr, "result");
        give(result, scalar_array(from.required()));
    });
}

ls_status ls_item(const ls_array* a, ls_scalar* result) {
    return border("ls_item", [&] {
        const Array& from = array_in(a, "a");
        ls_scalar& to = pointer_in(result, "result");
        if (from.size() != 1)
            fail(Status::value_error, "a: expected an array with one element, got shape %s",
                 shape_text(from.shape).c_str());
        to = scalar_out(item(from));
    });
}
