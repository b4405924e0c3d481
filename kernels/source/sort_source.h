// The kernels around a sort as text: keys, values from keys, positions, short rows.
// Must not know tasks or launches.
#pragma once

#include <vector>

#include "kernels/compile/kernel.h"
#include "runtime/array/dtype.h"

namespace lockstep::cuda {

enum class SortKey : uint8_t { values, order, major, minor, row };  // device::KeyKind

// `number`: bytes of the numbers in the order, 4 or 8.
KernelSource keys_source(DType type, SortKey kind, int key_bytes, int number);
KernelSource values_source(DType type, int key_bytes);
KernelSource numbers_source(int number);
// Elements are only moved: real types of one size share their text.
KernelSource take_source(DType type, int number);
KernelSource rows_source(DType type, bool positions);

// What the kernel pack holds of a type.
std::vector<KernelSource> standard_sort_sources(DType type);

}  // namespace lockstep::cuda
