// An n-dimensional array: a view (pointer, shape, byte strides, dtype) of reference-counted storage on one device.
// Must not know operations or how a device computes.
#pragma once

#include <atomic>
#include <cstdint>
#include <utility>

#include "runtime/array/dims.h"
#include "runtime/array/dtype.h"

namespace lockstep {

struct Device;
struct Stream;

// A block of device memory shared by views. `release` gives the block back when the last view goes; it may be any owner:
// a device's pool, a caller's deleter, a DLPack producer.
struct Storage {
    std::atomic<int64_t> references{1};
    void* data = nullptr;
    int64_t bytes = 0;
    const Device* device = nullptr;
    void (*release)(Storage*) = nullptr;  // frees data and whatever `owner` stands for, not the Storage itself
    void* owner = nullptr;
    bool read_only = false;

    // Who works with it, kept by runtime/exec/stream.cpp once a second stream exists: the stream it was allocated on
    // and the last to write it (null: the device's own), how far that one was, and a bit per stream that read it since.
    Stream* made = nullptr;
    Stream* writer = nullptr;
    uint64_t written = 0;
    uint64_t readers = 0;
};

Storage* new_storage();
void delete_storage(Storage* s) noexcept;

class StorageRef {
  public:
    StorageRef() = default;
    explicit StorageRef(Storage* adopted) : s_(adopted) {}
    StorageRef(const StorageRef& o) : s_(o.s_) {
        if (s_) s_->references.fetch_add(1, std::memory_order_relaxed);
    }
    StorageRef(StorageRef&& o) noexcept : s_(std::exchange(o.s_, nullptr)) {}
    StorageRef& operator=(StorageRef o) noexcept {
        std::swap(s_, o.s_);
        return *this;
    }
    ~StorageRef() {
        if (s_ && s_->references.fetch_sub(1, std::memory_order_acq_rel) == 1) delete_storage(s_);
    }
    Storage* get() const { return s_; }
    Storage* operator->() const { return s_; }
    explicit operator bool() const { return s_ != nullptr; }

  private:
    Storage* s_ = nullptr;
};

// How a Python literal takes part in promotion (NEP 50): it has a kind but no width. Zero-dimensional arrays only.
enum class Weak : uint8_t { no, integer, floating, complex };

struct Array {
    StorageRef storage;
    char* data = nullptr;  // address of element (0, ..., 0)
    DType dtype;
    Weak weak = Weak::no;
    bool read_only = false;  // of this view; writing needs the storage to be writable too
    Dims shape;
    Dims strides;  // bytes; any sign; anything where the size is 1

    int ndim() const { return shape.size(); }
    int64_t size() const { return product(shape); }
    int64_t itemsize() const { return dtype.itemsize(); }
    int64_t nbytes() const { return size() * itemsize(); }
    const Device* device() const { return storage->device; }
    bool writable() const { return !read_only && !storage->read_only; }
};

// C- and Fortran-contiguity by NumPy's relaxed rule: strides of axes with size 1 and of empty arrays do not matter.
bool is_c_contiguous(const Array& a);
bool is_f_contiguous(const Array& a);
// Every element lies at a multiple of its item's natural alignment.
bool is_aligned(const Array& a);

Dims c_strides(std::span<const int64_t> shape, int64_t itemsize);
Dims f_strides(std::span<const int64_t> shape, int64_t itemsize);

// Checked element count times itemsize: throws value_error on a negative size or past 64 dimensions, overflow_error-like
// value_error when the product passes 2^63 (NumPy: "array is too big").
int64_t checked_bytes(std::span<const int64_t> shape, int64_t itemsize);

// Half-open range of addresses that the elements occupy; {data, data} when empty.
struct Extent {
    const char* begin;
    const char* end;
};
Extent extent(const Array& a);
inline bool share_memory(const Extent& a, const Extent& b) { return a.begin < b.end && b.begin < a.end; }

// A view of the same storage with another geometry.
Array view(const Array& a, char* data, Dims shape, Dims strides);

}  // namespace lockstep
