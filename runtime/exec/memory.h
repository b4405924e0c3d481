// Arrays into being and across devices: allocation, adoption of host memory, copies in and out.
// Must not know operations.
#pragma once

#include <cstdint>
#include <span>

#include "runtime/array/array.h"
#include "runtime/array/scalar.h"
#include "runtime/exec/backend.h"
#include "runtime/exec/device.h"

namespace lockstep {

enum class Contents : uint8_t { undefined, zeros };

// A fresh C-ordered (or Fortran-ordered) array. Throws value_error or out_of_memory.
Array empty_array(DType dtype, std::span<const int64_t> shape, const Device* device, char order = 'C',
                  Contents contents = Contents::undefined);
// The same with given axis order: `order[0]` is the axis with the smallest stride.
Array empty_ordered(DType dtype, std::span<const int64_t> shape, std::span<const int64_t> order, const Device* device,
                    Contents contents = Contents::undefined);

// A fresh 0-d array holding the scalar (weak if it is), in host memory of the CPU device whatever the default device.
Array scalar_array(const Scalar& s);

// Wraps host memory without a copy on the CPU device. `release(context)` runs when the last view goes (may be null).
Array adopt_host(void* data, DType dtype, std::span<const int64_t> shape, std::span<const int64_t> strides_bytes,
                 bool read_only, void (*release)(void*), void* context);

// The same for memory of any device. A device that the host cannot reach needs elements and strides at multiples of the
// itemsize: value_error else.
Array adopt_memory(const Device* device, void* data, DType dtype, std::span<const int64_t> shape,
                   std::span<const int64_t> strides_bytes, bool read_only, void (*release)(void*), void* context);

// Copies host memory (C order when strides are empty) into a fresh array on `device`.
Array from_host(const void* data, DType dtype, std::span<const int64_t> shape, std::span<const int64_t> strides_bytes,
                const Device* device);
// Writes all elements in C order; throws buffer_too_small. Waits for pending work on the array.
void to_host(const Array& a, void* buffer, int64_t bytes);

// The same values on another device; the array itself when it is there already.
Array to_device(const Array& a, const Device* device);
// Waits for all work of the device (of all devices: null).
void synchronize(const Device* device);

// A fresh C-ordered copy on the array's device.
Array packed_copy(const Array& a);

// dst[...] = src, broadcast and cast by NumPy's `casting` ("no", "equiv", "safe", "same_kind", "unsafe"); overlap allowed.
void assign(const Array& dst, const Array& src, const char* casting = "same_kind");

}  // namespace lockstep
