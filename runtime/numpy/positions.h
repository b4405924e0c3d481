// Arguments of the indexing routines: indices as int64, modes, values to write.
// Must not know what is read or written at the places.
#pragma once

#include <optional>
#include <string_view>

#include "runtime/array/array.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/backend.h"
#include "runtime/exec/device.h"

namespace lockstep {

// raise, wrap or clip by name; throws value_error.
OutOfRange out_of_range(std::string_view mode);

// The indices as int64 on their device, themselves where they are that; throws type_error where the rule forbids the cast.
// A weak float is cut off, as NumPy does with a Python number.
Array positions(const Array& indices, Casting casting, const char* argument);

// 0, 1, ... n - 1, int64.
Array counting(int64_t n, const Device* device);

// Whether a number is below low or above high. Waits for the device.
bool any_outside(const Array& numbers, int64_t low, int64_t high);

// Values to be written to an array of the dtype, on the device: cast by the rule; a weak integer that does not fit throws
// overflow_error.
Array values_as(const Array& values, DType dtype, const char* casting, const char* argument, const Device* device);

// The first n elements of the 1-D values, which start again at their end; they are not empty.
Array cycled(const Array& values, int64_t n);

// Non-zero or not, as bool.
Array truth(const Array& a);

// So few elements that one look at them on the host is faster than a primitive.
inline constexpr int64_t kFew = 64;
inline bool is_few(const Array& a) { return a.size() <= kFew && a.device()->backend->host_memory; }
// The truth of at most kFew elements, C order, and how many are true. Waits for the device.
int64_t truth_of_few(const Array& a, bool* bits);

// The array along whose axis a function runs: a itself, or made: a flattened when no axis is given; a 0-d array has one
// element along axis 0.
const Array& along(const Array& a, std::optional<int64_t> axis, int& normalized, Array& made);

// a, without its leading axes of size 1 beyond ndim.
Array narrowed(const Array& a, int ndim);

// a's elements in C order at the 1-D positions = values, 1-D, too; a is not empty.
void scatter_flat(const Array& a, const Array& at, const Array& values, OutOfRange mode);

}  // namespace lockstep
