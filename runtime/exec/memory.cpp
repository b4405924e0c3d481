// Allocation, adoption and transport of arrays.
// Must not know operations.
#include "runtime/exec/memory.h"

#include <cstring>

#include "runtime/array/error.h"
#include "runtime/exec/dispatch.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/stream.h"
#include "runtime/exec/ufunc.h"

namespace lockstep {
namespace {

StorageRef allocate(int64_t bytes, const Device* device, Contents contents) {
    StorageRef storage(new_storage());
    storage->device = device;
    storage->bytes = bytes;
    storage->made = device->backend->stream_new ? current_stream(device) : nullptr;
    storage->writer = storage->made;
    storage->written = kUnknownWork;
    const Backend& backend = *device->backend;
    const bool zeroed = contents == Contents::zeros && backend.allocate_zeroed;
    storage->data = (zeroed ? backend.allocate_zeroed : backend.allocate)(device->ordinal, bytes, storage->made);
    storage->release = [](Storage* s) {
        s->device->backend->deallocate(s->device->ordinal, s->data, s->bytes, stream_to_free(s));
    };
    return storage;
}

Array fresh(DType dtype, const Device* device, int64_t bytes, Contents contents) {
    Array a;
    a.storage = allocate(bytes, device, contents);
    a.data = static_cast<char*>(a.storage->data);
    a.dtype = dtype;
    return a;
}

void check_dtype(DType dtype) {
    if (!dtype.valid())
        fail(Status::type_error, "dtype: expected a dtype that holds numbers or booleans, got code %llu",
             static_cast<unsigned long long>(dtype.code));
}

}  // namespace

Array empty_array(DType dtype, std::span<const int64_t> shape, const Device* device, char order, Contents contents) {
    check_dtype(dtype);
    Array a = fresh(dtype, device, checked_bytes(shape, dtype.itemsize()), contents);
    a.shape = Dims(shape);
    a.strides = order == 'F' ? f_strides(shape, dtype.itemsize()) : c_strides(shape, dtype.itemsize());
    if (contents == Contents::zeros && !device->backend->allocate_zeroed)
        assign(a, scalar_array(cast_scalar(Scalar::of(false), dtype)), "no");
    return a;
}

Array empty_ordered(DType dtype, std::span<const int64_t> shape, std::span<const int64_t> order, const Device* device,
                    Contents contents) {
    Array a = empty_array(dtype, shape, device, 'C', contents);
    int64_t stride = dtype.itemsize();
    for (const int64_t axis : order) {
        const int i = static_cast<int>(axis);
        a.strides[i] = stride;
        if (a.shape[i] > 1) stride *= a.shape[i];
    }
    return a;
}

Array scalar_array(const Scalar& s) {
    Array a = empty_array(s.dtype, {}, cpu_device());
    std::memcpy(a.data, s.value, static_cast<size_t>(s.dtype.itemsize()));
    a.weak = s.weak;
    return a;
}

namespace {
struct Adopted {
    void (*release)(void*);
    void* context;
};

void check_strides(std::span<const int64_t> shape, std::span<const int64_t> strides, int64_t itemsize) {
    if (strides.size() != shape.size())
        fail(Status::value_error, "strides: expected %zu (one per dimension), got %zu", shape.size(), strides.size());
    __extension__ using Wide = __int128;
    Wide low = 0, high = itemsize;
    for (size_t i = 0; i < shape.size(); ++i) {
        const Wide reach = static_cast<Wide>(shape[i] > 0 ? shape[i] - 1 : 0) * strides[i];
        (reach < 0 ? low : high) += reach;
    }
    if (high - low > INT64_MAX) fail(Status::value_error, "strides: the array spans more than 2^63 bytes");
}

void check_device_layout(const Array& a, const Device* device) {
    bool multiple = reinterpret_cast<uintptr_t>(a.data) % static_cast<uintptr_t>(a.itemsize()) == 0;
    for (int i = 0; i < a.ndim(); ++i) multiple &= a.shape[i] <= 1 || a.strides[i] % a.itemsize() == 0;
    if (!multiple)
        fail(Status::value_error, "data, strides: expected multiples of the itemsize %lld on %s",
             static_cast<long long>(a.itemsize()), device->name.c_str());
}
}  // namespace

Array adopt_host(void* data, DType dtype, std::span<const int64_t> shape, std::span<const int64_t> strides_bytes,
                 bool read_only, void (*release)(void*), void* context) {
    return adopt_memory(cpu_device(), data, dtype, shape, strides_bytes, read_only, release, context);
}

Array adopt_memory(const Device* device, void* data, DType dtype, std::span<const int64_t> shape,
                   std::span<const int64_t> strides_bytes, bool read_only, void (*release)(void*), void* context) {
    check_dtype(dtype);
    const int64_t bytes = checked_bytes(shape, dtype.itemsize());
    if (!data && bytes > 0) fail(Status::bad_handle, "data: expected memory, got NULL");
    Array a;
    if (!strides_bytes.empty()) check_strides(shape, strides_bytes, dtype.itemsize());
    a.shape = Dims(shape);
    a.strides = strides_bytes.empty() ? c_strides(shape, dtype.itemsize()) : Dims(strides_bytes);
    a.dtype = dtype;
    a.data = static_cast<char*>(data);
    a.read_only = read_only;
    if (!device->backend->host_memory) check_device_layout(a, device);
    auto adopted = release ? std::make_unique<Adopted>(Adopted{release, context}) : nullptr;
    StorageRef storage(new_storage());
    storage->device = device;
    storage->data = data;
    storage->bytes = bytes;
    storage->read_only = read_only;
    storage->owner = adopted.release();
    storage->release = [](Storage* s) {
        if (!s->owner) return;
        const std::unique_ptr<Adopted> owner(static_cast<Adopted*>(s->owner));
        wait_for_users(s);
        owner->release(owner->context);
    };
    a.storage = std::move(storage);
    return a;
}

Array from_host(const void* data, DType dtype, std::span<const int64_t> shape, std::span<const int64_t> strides_bytes,
                const Device* device) {
    // the temporary view is only read
    const Array source = adopt_host(const_cast<void*>(data), dtype, shape, strides_bytes, true, nullptr, nullptr);
    if (device->backend->host_memory || !is_c_contiguous(source)) {
        Array packed = empty_array(dtype, shape, cpu_device());
        assign(packed, source, "no");
        return to_device(packed, device);
    }
    return to_device(source, device);
}

// So few bytes are copied before a map has begun: count_nonzero of 8 numbers went from 338 to 202 ns.
constexpr int64_t kShort = 4096;

void to_host(const Array& a, void* buffer, int64_t bytes) {
    if (bytes < a.nbytes())
        fail(Status::buffer_too_small, "buffer: expected at least %lld bytes, got %lld",
             static_cast<long long>(a.nbytes()), static_cast<long long>(bytes));
    if (a.size() == 0) return;
    if (!buffer) fail(Status::bad_handle, "buffer: expected memory, got NULL");
    if (is_c_contiguous(a) && !a.device()->backend->host_memory) {
        const Array* reads[] = {&a};
        a.device()->backend->to_host(a.device()->ordinal, buffer, a.data, a.nbytes(), stream_for(a.device(), reads, {}));
        return;
    }
    if (a.nbytes() <= kShort && is_c_contiguous(a)) {
        std::memcpy(buffer, a.data, static_cast<size_t>(a.nbytes()));
        return;
    }
    const Array target = adopt_host(buffer, a.dtype, a.shape, {}, false, nullptr, nullptr);
    if (a.device()->backend->host_memory) {
        assign(target, a, "no");
        return;
    }
    const Array packed = packed_copy(a);
    to_host(packed, buffer, bytes);
}

Array to_device(const Array& a, const Device* device) {
    if (a.device() == device) return a;
    if (device->backend->host_memory) {
        Array b = empty_array(a.dtype, a.shape, device);
        to_host(a, b.data, b.nbytes());
        b.weak = a.weak;
        return b;
    }
    if (!a.device()->backend->host_memory && a.device()->backend != device->backend)
        return to_device(to_device(a, cpu_device()), device);
    if (!is_c_contiguous(a)) {
        const Array packed = packed_copy(a);
        return to_device(packed, device);
    }
    Array b = empty_array(a.dtype, a.shape, device);
    const Array *reads[] = {&a}, *writes[] = {&b};
    Stream* const stream = stream_for(device, reads, writes);
    if (a.size() == 0) return b;
    if (a.device()->backend == device->backend)
        device->backend->copy(device->ordinal, b.data, a.device()->ordinal, a.data, a.nbytes(), stream);
    else device->backend->to_device(device->ordinal, b.data, a.data, a.nbytes(), stream);
    b.weak = a.weak;
    return b;
}

void synchronize(const Device* device) {
    for (const Device* d : devices())
        if (!device || d == device) d->backend->synchronize(d->ordinal, nullptr);
}

Array packed_copy(const Array& a) {
    Array copy = empty_array(a.dtype, a.shape, a.device());
    assign(copy, a, "no");
    return copy;
}

void assign(const Array& dst, const Array& src, const char* casting) {
    if (!dst.writable()) fail(Status::read_only, "assignment destination is read-only");
    if (casting_of(casting) != Casting::unsafe && src.weak == Weak::no && !can_cast(src.dtype, dst.dtype, casting_of(casting)))
        fail(Status::type_error, "cannot cast from %s to %s by the rule '%s'", src.dtype.name(), dst.dtype.name(), casting);
    if (dst.size() == 0 && src.size() == 0 && src.shape == dst.shape) return;
    Array source = src;
    // NumPy drops leading axes of size 1 when it assigns
    while (source.ndim() > dst.ndim() && source.shape[0] == 1) {
        source.shape.erase(0);
        source.strides.erase(0);
    }
    int64_t unused[kMaxDims];
    if (!broadcast_strides(source, dst.shape, unused))
        fail(Status::value_error, "could not broadcast input array from shape %s into shape %s",
             shape_text(src.shape).c_str(), shape_text(dst.shape).c_str());
    if (source.device() != dst.device()) source = to_device(source, dst.device());
    Program program;
    const Register x = program.input(source.dtype);
    program.result(source.dtype == dst.dtype ? program.push(Op::copy, dst.dtype, x) : program.cast(x, dst.dtype));
    const Array* arrays[] = {&source, &dst};
    run_map(program, arrays, dst.shape, dst.device());
}

}  // namespace lockstep
