// Elementwise steps around a product or a transform: copies between layouts, casts, a constant factor. They run as maps.
// Must not know products or transforms.
#pragma once

#include <span>

#include "kernels/cuda.h"
#include "runtime/array/array.h"

namespace lockstep::cuda {

// Device memory seen as an array that owns nothing; steps in bytes.
Array region(const void* data, DType type, std::span<const int64_t> shape, std::span<const int64_t> strides);
// The same for one value in host memory, at most 16 bytes, which is a constant of the call it is given to.
Array constant(const void* value, DType type);

// to = from, which broadcasts; cast where the types differ. The two do not overlap.
void copy_region(int ordinal, const Array& from, const Array& to, Stream* stream);
void fill_region(int ordinal, const Array& value, const Array& to, Stream* stream);
// out = a * b; both broadcast to `out`, and `out` may be one of them.
void multiply_regions(int ordinal, const Array& a, const Array& b, const Array& out, Stream* stream);
// to = from + value, which is of to's type; `from` is cast to it, and may be `to`.
void add_constant(int ordinal, const Array& from, const Array& value, const Array& to, Stream* stream);
void scale_region(int ordinal, const Array& factor, const Array& region, Stream* stream);

}  // namespace lockstep::cuda
