// Geometry of arrays and life of storage.
// Must not know how memory is obtained: storages carry their own release function.
#include "runtime/array/array.h"

#include "runtime/array/error.h"
#include "runtime/array/free_list.h"

namespace lockstep {

Storage* new_storage() { return FreeList<Storage>::make(); }

void delete_storage(Storage* s) noexcept {
    if (s->release) s->release(s);
    FreeList<Storage>::recycle(s);
}

namespace {
bool contiguous(const Array& a, bool c_order) {
    int64_t expected = a.itemsize();
    bool packed = true;
    for (int i = 0; i < a.ndim(); ++i) {
        const int axis = c_order ? a.ndim() - 1 - i : i;
        const int64_t n = a.shape[axis];
        if (n == 0) return true;
        if (n != 1) {
            packed &= a.strides[axis] == expected;
            expected *= n;
        }
    }
    return packed;
}
}  // namespace

bool is_c_contiguous(const Array& a) { return contiguous(a, true); }
bool is_f_contiguous(const Array& a) { return contiguous(a, false); }

bool is_aligned(const Array& a) {
    // complex numbers align as their parts, all others as their size
    const int64_t alignment = a.dtype.is_complex() ? a.itemsize() / 2 : a.itemsize();
    uint64_t bits = reinterpret_cast<uintptr_t>(a.data);
    for (int i = 0; i < a.ndim(); ++i)
        if (a.shape[i] > 1) bits |= static_cast<uint64_t>(a.strides[i]);
    return alignment <= 1 || (bits & static_cast<uint64_t>(alignment - 1)) == 0;
}

Dims c_strides(std::span<const int64_t> shape, int64_t itemsize) {
    Dims strides(static_cast<int>(shape.size()));
    for (int i = strides.size() - 1; i >= 0; --i) {
        strides[i] = itemsize;
        if (shape[static_cast<size_t>(i)] > 1) itemsize *= shape[static_cast<size_t>(i)];
    }
    return strides;
}

Dims f_strides(std::span<const int64_t> shape, int64_t itemsize) {
    Dims strides(static_cast<int>(shape.size()));
    for (int i = 0; i < strides.size(); ++i) {
        strides[i] = itemsize;
        if (shape[static_cast<size_t>(i)] > 1) itemsize *= shape[static_cast<size_t>(i)];
    }
    return strides;
}

int64_t checked_bytes(std::span<const int64_t> shape, int64_t itemsize) {
    if (shape.size() > kMaxDims)
        fail(Status::value_error, "shape: expected at most %d dimensions, got %zu", kMaxDims, shape.size());
    int64_t bytes = itemsize;
    bool empty = false, overflow = false;
    for (const int64_t n : shape) {
        if (n < 0) fail(Status::value_error, "shape: expected sizes of at least 0, got %s", shape_text(shape).c_str());
        if (n == 0) empty = true;
        else overflow |= __builtin_mul_overflow(bytes, n, &bytes);
    }
    if (overflow)
        fail(Status::value_error, "shape: %s with items of %lld bytes is too big for 64-bit sizes",
             shape_text(shape).c_str(), static_cast<long long>(itemsize));
    return empty ? 0 : bytes;
}

Extent extent(const Array& a) {
    const char *low = a.data, *high = a.data + a.itemsize();
    for (int i = 0; i < a.ndim(); ++i) {
        if (a.shape[i] == 0) return {a.data, a.data};
        const int64_t reach = (a.shape[i] - 1) * a.strides[i];
        (reach < 0 ? low : high) += reach;
    }
    return {low, high};
}

Array view(const Array& a, char* data, Dims shape, Dims strides) {
    Array v;
    v.storage = a.storage;
    v.data = data;
    v.dtype = a.dtype;
    v.read_only = a.read_only;
    v.shape = std::move(shape);
    v.strides = std::move(strides);
    return v;
}

}  // namespace lockstep
