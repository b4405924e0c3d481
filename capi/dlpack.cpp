// Arrays to and from DLPack tensors, without a copy; every field of a tensor from outside is checked.
// Must not know operations.
#include <memory>
#include <string>

#include "capi/border.h"
#include "capi/convert.h"
#include "capi/dlpack_abi.h"
#include "runtime/exec/backend.h"
#include "runtime/exec/device.h"
#include "runtime/exec/memory.h"

using namespace lockstep;
using namespace lockstep::capi;

namespace {

uint8_t code_of(DType t) {
    if (t == types::bfloat16_) return DLPACK_BFLOAT;
    switch (t.kind()) {
        case 'b':
            return DLPACK_BOOL;
        case 'i':
            return DLPACK_INT;
        case 'u':
            return DLPACK_UINT;
        case 'c':
            return DLPACK_COMPLEX;
        default:
            return DLPACK_FLOAT;
    }
}

DType dtype_of_tensor(const dlpack_dtype& from) {
    for (int n = 1; n < kTypeNumbers && from.lanes == 1; ++n) {
        const DType t(static_cast<uint64_t>(n));
        if (t.valid() && code_of(t) == from.code && t.itemsize() * 8 == from.bits) return t;
    }
    fail(Status::type_error,
         "managed.dtype: expected a type of Lockstep, got code %d with %d bits and %d lanes", from.code,
         from.bits, from.lanes);
}

// The array and the numbers that an exported tensor points to, until its consumer calls the deleter.
template <class Managed>
struct Exported {
    Managed managed = {};
    Array array;
    Dims strides;  // in elements
};

template <class Managed>
void delete_exported(Managed* managed) {
    delete static_cast<Exported<Managed>*>(managed->manager_ctx);
}

dlpack_device device_of(const Array& a) {
    const Device* device = a.device();
    if (device->backend->host_memory) return {DLPACK_DEVICE_CPU, 0};
    if (device->name.starts_with("cuda")) return {DLPACK_DEVICE_CUDA, device->ordinal};
    fail(Status::device_unsupported, "a: DLPack has no name for the device %s", device->name.c_str());
}

Dims element_strides(const Array& a) {
    Dims strides = c_strides(a.shape, 1);
    if (a.size() == 0) return strides;
    for (int i = 0; i < a.ndim(); ++i) {
        if (a.shape[i] == 1) continue;
        if (a.strides[i] % a.itemsize() != 0)
            fail(Status::value_error,
                 "a: DLPack counts strides in elements of %lld bytes, and axis %d has %lld bytes",
                 static_cast<long long>(a.itemsize()), i, static_cast<long long>(a.strides[i]));
        strides[i] = a.strides[i] / a.itemsize();
    }
    return strides;
}

template <class Managed>
std::unique_ptr<Exported<Managed>> exported(const Array& a) {
    auto e = std::make_unique<Exported<Managed>>();
    e->strides = element_strides(a);
    e->array = a;
    synchronize(a.device());
    const DType t = a.dtype;
    e->managed.tensor = {a.data,
                         device_of(a),
                         a.ndim(),
                         {code_of(t), static_cast<uint8_t>(t.itemsize() * 8), 1},
                         e->array.shape.data(),
                         e->strides.data(),
                         0};
    e->managed.manager_ctx = e.get();
    e->managed.deleter = delete_exported<Managed>;
    return e;
}

const Device* device_of(const dlpack_device& d) {
    switch (d.device_type) {
        case DLPACK_DEVICE_CPU:
        case DLPACK_DEVICE_CUDA_HOST:
            return cpu_device();
        case DLPACK_DEVICE_CUDA:
            return find_device("cuda:" + std::to_string(d.device_id));
        default:
            fail(Status::device_missing,
                 "managed.device: expected host memory (type 1 or 3) or a CUDA device (2), got device type %d",
                 d.device_type);
    }
}

// The tensor as an array that calls the deleter when its last view goes.
template <class Managed>
Array imported(Managed& managed, bool read_only) {
    const dlpack_tensor& t = managed.tensor;
    const Device* const device = device_of(t.device);
    const DType dtype = dtype_of_tensor(t.dtype);
    const auto shape = shape_in(t.ndim, t.shape, "managed.shape");
    const int64_t bytes = checked_bytes(shape, dtype.itemsize());
    if (bytes > 0 && !t.data) fail(Status::value_error, "managed.data: expected memory, got NULL");
    if (t.byte_offset > INT64_MAX)
        fail(Status::value_error, "managed.byte_offset: expected less than 2^63, got %llu",
             static_cast<unsigned long long>(t.byte_offset));
    Dims strides = c_strides(shape, dtype.itemsize());
    for (int i = 0; t.strides && bytes > 0 && i < t.ndim; ++i)
        if (__builtin_mul_overflow(t.strides[i], dtype.itemsize(), &strides[i]))
            fail(Status::value_error, "managed.strides: %lld elements of %lld bytes pass 2^63",
                 static_cast<long long>(t.strides[i]), static_cast<long long>(dtype.itemsize()));
    const auto release = [](void* context) {
        auto* const m = static_cast<Managed*>(context);
        if (m->deleter) m->deleter(m);
    };
    char* const data = t.data ? static_cast<char*>(t.data) + t.byte_offset : nullptr;
    return adopt_memory(device, data, dtype, shape, strides, read_only, release, &managed);
}

}  // namespace

ls_status ls_to_dlpack(const ls_array* a, void** managed) {
    return border("ls_to_dlpack", [&] {
        const Array& from = array_in(a, "a");
        void*& to = pointer_in(managed, "managed");
        auto e = exported<dlpack_managed_versioned>(from);
        e->managed.version = {DLPACK_MAJOR, DLPACK_MINOR};
        e->managed.flags = from.writable() ? 0 : DLPACK_FLAG_READ_ONLY;
        to = &e.release()->managed;
    });
}

ls_status ls_to_dlpack_unversioned(const ls_array* a, void** managed) {
    return border("ls_to_dlpack_unversioned", [&] {
        const Array& from = array_in(a, "a");
        void*& to = pointer_in(managed, "managed");
        if (!from.writable())
            fail(Status::read_only,
                 "a: an unversioned tensor cannot say that it is read-only; use ls_to_dlpack");
        to = &exported<dlpack_managed>(from).release()->managed;
    });
}

ls_status ls_from_dlpack(void* managed, ls_array** result) {
    return border("ls_from_dlpack", [&] {
        auto& m = pointer_in(static_cast<dlpack_managed_versioned*>(managed), "managed");
        if (m.version.major != DLPACK_MAJOR)
            fail(Status::value_error, "managed.version: expected major version %d, got %u", DLPACK_MAJOR,
                 m.version.major);
        result_needed(result, nullptr, "result");
        adopt(result, [&] { return imported(m, (m.flags & DLPACK_FLAG_READ_ONLY) != 0); });
    });
}

ls_status ls_from_dlpack_unversioned(void* managed, ls_array** result) {
    return border("ls_from_dlpack_unversioned", [&] {
        auto& m = pointer_in(static_cast<dlpack_managed*>(managed), "managed");
        result_needed(result, nullptr, "result");
        adopt(result, [&] { return imported(m, false); });
    });
}
