// Elementwise steps of other primitives, as map tasks.
// Must not know products or transforms.
#include "kernels/region.h"

#include "kernels/map.h"
#include "runtime/exec/plan.h"

namespace lockstep::cuda {
namespace {

// `constant_input`: which input is host memory, or -1.
void run(int ordinal, const Program& program, std::span<const Array* const> arrays, int constant_input, Stream* stream) {
    const Array& out = *arrays.back();
    MapPlan plan;
    make_plan(plan, arrays, program.outputs, out.shape);
    if (plan.size == 0) return;
    if (constant_input >= 0) plan.operand[constant_input].immediate = true;
    map(ordinal, {&program, plan.ndim, plan.shape, plan.size, program.inputs, program.outputs, plan.operand}, stream);
}

void run_copy(int ordinal, const Array& from, const Array& to, int constant_input, Stream* stream) {
    Program p;
    const Register x = p.input(from.dtype);
    p.result(from.dtype == to.dtype ? p.push(Op::copy, to.dtype, x) : p.cast(x, to.dtype));
    const Array* arrays[] = {&from, &to};
    run(ordinal, p, arrays, constant_input, stream);
}

void run_product(int ordinal, const Array& a, const Array& b, const Array& out, int constant_input, Stream* stream) {
    Program p;
    const Register x = p.input(a.dtype), y = p.input(b.dtype);
    p.result(p.push(Op::multiply, out.dtype, x, y));
    const Array* arrays[] = {&a, &b, &out};
    run(ordinal, p, arrays, constant_input, stream);
}

}  // namespace

void add_constant(int ordinal, const Array& from, const Array& value, const Array& to, Stream* stream) {
    Program p;
    const Register x = p.input(from.dtype), y = p.input(to.dtype);
    p.result(p.push(Op::add, to.dtype, p.cast(x, to.dtype), y));
    const Array* arrays[] = {&from, &value, &to};
    run(ordinal, p, arrays, 1, stream);
}

Array region(const void* data, DType type, std::span<const int64_t> shape, std::span<const int64_t> strides) {
    Array a;
    a.data = const_cast<char*>(static_cast<const char*>(data));
    a.dtype = type;
    a.shape = Dims(shape);
    a.strides = Dims(strides);
    return a;
}

Array constant(const void* value, DType type) { return region(value, type, {}, {}); }

void copy_region(int ordinal, const Array& from, const Array& to, Stream* stream) { run_copy(ordinal, from, to, -1, stream); }

void fill_region(int ordinal, const Array& value, const Array& to, Stream* stream) { run_copy(ordinal, value, to, 0, stream); }

void multiply_regions(int ordinal, const Array& a, const Array& b, const Array& out, Stream* stream) {
    run_product(ordinal, a, b, out, -1, stream);
}

void scale_region(int ordinal, const Array& factor, const Array& region, Stream* stream) {
    run_product(ordinal, factor, region, region, 0, stream);
}

}  // namespace lockstep::cuda
