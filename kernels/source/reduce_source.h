// The reduction kernels as text: which variants there are, and the body that each needs around a Program.
// Must not know arrays, streams or launches.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "kernels/compile/kernel.h"
#include "runtime/exec/program.h"

namespace lockstep::cuda {

// trees: floats and complex numbers added or multiplied along units, in the contract's order. runs: the same under a mask.
// folds: monoids whose order does not matter, along units. columns: the output moves along the innermost dimension.
enum class ReduceKind : uint8_t { trees, runs, folds, columns };

struct ReduceVariant {
    ReduceKind kind;
    bool linear;   // the space inside a unit (of columns: the rows) is one dimension
    bool aligned;  // every operand's elements are aligned
    bool wide;     // 64-bit indices
    bool many;     // more than kFewDims dimensions
    bool masked;
};

// Whether the result of `monoid` over elements of `type` depends on the order of folding.
bool order_matters(Monoid monoid, DType type);

KernelSource reduce_source(const Program& program, const ReduceVariant& variant);

// The kernels of a reduction that common calls hit: what the kernel pack holds of it.
std::vector<KernelSource> standard_reduce_sources(const Program& program);
// The same of the plain reduction of elements of a type, folded in that type.
std::vector<KernelSource> standard_reduce_sources(DType type, Monoid monoid);

}  // namespace lockstep::cuda
