// Stacks of matrix products, which products and einsum are made of: operands made ready, the task, the
// result's type. Must not know which of NumPy's functions asks.
#pragma once

#include <span>

#include "runtime/array/array.h"

namespace lockstep {

// The array without its weakness: NumPy's products take a Python number as an array of its default type.
Array strong(const Array& a);

// `a` as `type` where products can read it: they count strides in elements, so other layouts (fields of
// packed structures) are copied.
Array in_elements(const Array& a, DType type);

// The complex conjugate, a fresh array; `a` itself where its type is real.
Array conjugated(const Array& a);

// out = a * b, matrices in the last two axes, the others of a and b broadcast to out's. One dtype and one
// device; out is disjoint from a and b and has elements of its own everywhere. `conjugate` stands for the complex
// conjugate of a.
void multiply_into(const Array& a, const Array& b, const Array& out, bool conjugate = false);

// Whether a product can be written straight to `out`, which is not read before.
bool takes_product(const Array& out, DType type, std::span<const Array* const> inputs);

struct product_options {
    const Array* out = nullptr;
    DType dtype;
    const char* casting = "same_kind";
};

// What each operand of NumPy's matmul, matvec, vecmat and vecdot lacks to be a matrix.
struct ProductForm {
    bool row = false;        // x1 is a vector: a matrix of one row
    bool column = false;     // x2 is a vector: a matrix of one column
    bool conjugate = false;  // x1 is conjugated
};

// The product by the rules of NumPy's gufuncs for types, stacks, out and errors.
Array stacked_product(const Array& x1, const Array& x2, const ProductForm& form,
                      const product_options& options);

}  // namespace lockstep
