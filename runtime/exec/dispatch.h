// Sends a task to its device's backend, or to the CPU's where that one lacks the primitive or the dtype.
// Must not know any particular backend, nor NumPy's functions.
#pragma once

#include <span>

#include "runtime/array/array.h"
#include "runtime/exec/backend.h"
#include "runtime/array/scalar.h"
#include "runtime/exec/device.h"

namespace lockstep {

// The device of a call on these arrays: theirs, where one-element CPU arrays follow the others. Throws value_error when
// they live on different devices.
const Device* common_device(std::span<const Array* const> arrays);

// Whether a call's outputs were just allocated, so that no input can overlap them.
enum class Outputs { given, fresh };

// Runs a program without a monoid; `arrays` are its inputs, then its outputs, all broadcasting to `shape`. Inputs that
// overlap an output are copied first.
void run_map(const Program& program, std::span<const Array* const> arrays, std::span<const int64_t> shape,
             const Device* device, Outputs outputs = Outputs::given);

// What a reduction needs besides its program and inputs.
struct Reduction {
    std::span<const int64_t> axes;  // normalised, distinct
    const Array* out;               // shape with the reduced axes as size 1 (keepdims), of the accumulator's type
    const Array* where = nullptr;   // bool, broadcasts to the inputs' shape
    const Scalar* initial = nullptr;  // of the accumulator's type; needed by all but argmax and argmin
    const Array* layout = nullptr;  // the array whose layout decides the order: by default the first input
    bool cast = false;              // NumPy would read the input through casting buffers
};
void run_reduce(const Program& program, std::span<const Array* const> inputs, const Reduction& reduction,
                const Device* device);

// The backend that will run the primitive for `device`, recording a fallback when it is not the device's own.
const Backend* backend_for(const Device* device, Primitive primitive, DType dtype, const char* what);
// Whether that is the CPU's in place of the device's own.
inline bool falls_back(const Device* device, Primitive primitive, DType dtype, const char* what) {
    return backend_for(device, primitive, dtype, what) != device->backend;
}

}  // namespace lockstep
