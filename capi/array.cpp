// Handles on arrays: their life, what they tell of their array, and indexing.
// Must not know operations.
#include "runtime/array/array.h"

#include "capi/border.h"
#include "capi/convert.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/device.h"
#include "runtime/exec/memory.h"
#include "runtime/numpy/index_expression.h"
#include "runtime/numpy/ufunc_at.h"

using namespace lockstep;
using namespace lockstep::capi;

ls_status ls_array_free(ls_array** array) {
    return border("ls_array_free", [&] {
        if (!array || !*array) return;
        array_in(*array, "array");
        delete_handle(*array);
        *array = nullptr;
    });
}

ls_status ls_array_view(const ls_array* a, ls_array** result) {
    return border("ls_array_view", [&] {
        const Array& from = array_in(a, "a");
        result_needed(result, nullptr, "result");
        give(result, Array(from));
    });
}

ls_status ls_array_ndim(const ls_array* a, int* ndim) {
    return border("ls_array_ndim", [&] { pointer_in(ndim, "ndim") = array_in(a, "a").ndim(); });
}

namespace {
void give_dims(const Dims& dims, int capacity, int64_t* to, const char* name) {
    if (capacity < dims.size())
        fail(Status::buffer_too_small, "%s: expected a capacity of %d numbers, got %d", name, dims.size(),
             capacity);
    if (dims.size() > 0) std::copy(dims.begin(), dims.end(), &pointer_in(to, name));
}
}  // namespace

ls_status ls_array_shape(const ls_array* a, int capacity, int64_t* shape) {
    return border("ls_array_shape", [&] { give_dims(array_in(a, "a").shape, capacity, shape, "shape"); });
}

ls_status ls_array_strides(const ls_array* a, int capacity, int64_t* strides) {
    return border("ls_array_strides",
                  [&] { give_dims(array_in(a, "a").strides, capacity, strides, "strides"); });
}

ls_status ls_array_dtype(const ls_array* a, ls_dtype* dtype) {
    return border("ls_array_dtype", [&] { pointer_in(dtype, "dtype") = array_in(a, "a").dtype.code; });
}

ls_status ls_array_size(const ls_array* a, int64_t* size) {
    return border("ls_array_size", [&] { pointer_in(size, "size") = array_in(a, "a").size(); });
}

ls_status ls_array_itemsize(const ls_array* a, int64_t* itemsize) {
    return border("ls_array_itemsize",
                  [&] { pointer_in(itemsize, "itemsize") = array_in(a, "a").itemsize(); });
}

ls_status ls_array_nbytes(const ls_array* a, int64_t* nbytes) {
    return border("ls_array_nbytes", [&] { pointer_in(nbytes, "nbytes") = array_in(a, "a").nbytes(); });
}

ls_status ls_array_data(const ls_array* a, void** data) {
    return border("ls_array_data", [&] {
        const Array& from = array_in(a, "a");
        const Device* device = from.device();
        if (!device->backend->host_memory)
            fail(Status::device_unsupported, "a: the host cannot reach the memory of %s; use ls_to_host",
                 device->name.c_str());
        synchronize(device);
        pointer_in(data, "data") = from.data;
    });
}

ls_status ls_array_device_data(const ls_array* a, void** data) {
    return border("ls_array_device_data", [&] {
        const Array& from = array_in(a, "a");
        pointer_in(data, "data") = from.data;
    });
}

ls_status ls_array_device(const ls_array* a, const char** name) {
    return border("ls_array_device",
                  [&] { pointer_in(name, "name") = array_in(a, "a").device()->name.c_str(); });
}

ls_status ls_array_flags(const ls_array* a, int* flags) {
    return border("ls_array_flags", [&] {
        const Array& from = array_in(a, "a");
        pointer_in(flags, "flags") =
            (is_c_contiguous(from) ? LS_C_CONTIGUOUS : 0) | (is_f_contiguous(from) ? LS_F_CONTIGUOUS : 0) |
            (is_aligned(from) ? LS_ALIGNED : 0) | (from.writable() ? LS_WRITEABLE : 0) |
            (from.weak != Weak::no ? LS_WEAK : 0);
    });
}

ls_status ls_result_type(size_t count, const ls_array* const* arrays, ls_dtype* result) {
    return border("ls_result_type", [&] {
        const ArraysIn from(count, arrays, "arrays");
        if (count == 0) fail(Status::value_error, "arrays: expected at least one");
        pointer_in(result, "result") = result_type(from).code;
    });
}

ls_status ls_get(const ls_array* a, int count, const ls_index* index, ls_array** result) {
    return border("ls_get", [&] {
        const Array& from = array_in(a, "a");
        const IndexIn items(count, index, "index");
        result_needed(result, nullptr, "result");
        OwnedHandle handle(empty_handle());
        get_indexed(handle->array, from, items);
        *result = handle.release();
    });
}

ls_status ls_set(const ls_array* a, int count, const ls_index* index, const ls_array* value) {
    return border("ls_set", [&] {
        const Array& to = array_in(a, "a");
        const IndexIn items(count, index, "index");
        const Array& from = array_in(value, "value");
        set_indexed(to, items, from);
    });
}

ls_status ls_ufunc_at(const char* ufunc, const ls_array* a, int count, const ls_index* index, const ls_array* b) {
    return border("ls_ufunc_at", [&] {
        const char* const name = string_in(ufunc, "ufunc");
        const Array& to = array_in(a, "a");
        const IndexIn items(count, index, "index");
        ufunc_at(name, to, items, optional_array_in(b, "b"));
    });
}
