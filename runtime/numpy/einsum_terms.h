// The subscripts of einsum, taken apart: which label each axis of each operand has, and the result's.
// Must not know how terms are multiplied.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "runtime/array/array.h"

namespace lockstep::numpy {

inline constexpr int kMaxLabels = 64;
using Labels = uint64_t;  // a set

// The labels of the axes of one array, in the axes' order.
struct EinsumTerm {
    int ndim = 0;
    uint8_t label[kMaxDims];
    Labels labels = 0;

    void push_back(int l) {
        label[ndim++] = static_cast<uint8_t>(l);
        labels |= Labels{1} << l;
    }
};

// Labels are numbered in the order of an implicit result: the axes of ellipses, then letters as ASCII has
// them.
struct EinsumTerms {
    std::vector<EinsumTerm> operands;
    EinsumTerm result;
    int count = 0;                     // of labels
    int64_t size[kMaxLabels];          // of each label; operands may have 1 in its place
    unsigned char letter[kMaxLabels];  // 0 for the axes of ellipses

    // The product of the sizes, as a floating number: it only compares costs.
    double elements(Labels labels) const;
};

// Throws value_error for what NumPy's einsum refuses: wrong text, numbers of operands or dimensions, sizes
// that differ.
EinsumTerms einsum_terms(const char* subscripts, std::span<const Array* const> operands);

}  // namespace lockstep::numpy
