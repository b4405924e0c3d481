// NumPy's ufunc.at: which type it goes on in, and what to do where that is not the array's.
// Must not know backends. Source: ufunc_at of NumPy 2.4, which casts a literal like an array, and results unsafely.
#include "runtime/numpy/ufunc_at.h"

#include <cstring>
#include <limits>

#include "runtime/array/error.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/indexing.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/special_ufuncs.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/index_expression.h"

namespace lockstep {
namespace {

Op op_named(const char* name) {
    for (int i = 1; i < kOps; ++i)
        if (kOpRows.row[i].ufunc && std::strcmp(kOpRows.row[i].name, name) == 0) return static_cast<Op>(i);
    fail(Status::value_error, "ufunc: there is no ufunc named %s", name);
}

// Integers whose low bits depend on the low bits of the inputs alone: computed in a's width they are what is left of more.
bool keeps_low_bits(Op op) {
    const OpRow& row = row_of(op);
    return row.family == Family::arithmetic && row.rule == Rule::same && op != Op::left_shift && op != Op::right_shift;
}

// One number that a's type holds exactly: a sum in the wider type, rounded to a's, is a's own sum.
bool same_in_own_type(Op op, DType own, DType loop, const Array& b) {
    if (row_of(op).family != Family::arithmetic || own != types::float32_ || loop != types::float64_ || b.size() != 1) return false;
    const Scalar value = item(b);
    const Scalar back = cast_scalar(cast_scalar(value, types::float32_), types::float64_);
    return back.as<double>() == cast_scalar(value, types::float64_).as<double>();
}

Array converted(const Array& a, DType type) {
    if (a.dtype == type) return a;
    const Array cast = empty_array(type, a.shape, a.device());
    assign(cast, a, "unsafe");
    return cast;
}

Array by(const Array& a, const Array& index) {
    Index i;
    i.kind = Index::Kind::array;
    i.array = &index;
    Array picked;
    get_indexed(picked, a, {&i, 1});
    return picked;
}
void put(const Array& a, const Array& index, const Array& value) {
    Index i;
    i.kind = Index::Kind::array;
    i.array = &index;
    set_indexed(a, {&i, 1}, value);
}

Array counted(int64_t n, const Device* device) {
    return to_device(numpy::arange(weak_int(0), weak_int(n), weak_int(1), {.dtype = types::int64_}), device);
}

// Any types: rounds, in each of which every element named is met for the first time, until all names are used.
void in_rounds(const Array& a, std::span<const Index> index, Op op, const Array* b) {
    const Device* const device = a.device();
    Array places;
    get_indexed(places, numpy::reshape(counted(a.size(), device), a.shape, {}), index);
    Array left = numpy::ravel(places, {}), operand;
    if (b) operand = numpy::ravel(numpy::broadcast_to(to_device(*b, device), places.shape), {});
    const Array flat = empty_array(a.dtype, Dims{a.size()}, device);
    assign(numpy::reshape(flat, a.shape, {}), a, "no");
    const Array first = empty_array(types::int64_, Dims{a.size()}, device);
    while (left.size() > 0) {
        const Array ids = counted(left.size(), device);
        assign(first, scalar_array(Scalar::of(std::numeric_limits<int64_t>::max())), "no");
        Index i;
        i.kind = Index::Kind::array;
        i.array = &left;
        update_indexed(first, {&i, 1}, Op::minimum, &ids);
        const Array met = by(first, left);
        const Array* both[] = {&met, &ids};
        const Array now = ufunc(Op::equal, both), later = ufunc(Op::not_equal, both);
        const Array at = by(left, now), old = by(flat, at);
        Array with;
        if (b) with = by(operand, now);
        const Array* inputs[] = {&old, &with};
        put(flat, at, ufunc(op, {inputs, b ? size_t{2} : size_t{1}}));
        if (b) operand = by(operand, later);
        left = by(left, later);
    }
    assign(a, numpy::reshape(flat, a.shape, {}), "no");
}

}  // namespace

void ufunc_at(const char* name, const Array& a, std::span<const Index> index, const Array* b) {
    const Op op = op_named(name);
    const bool two = row_of(op).inputs == 2;
    if (two && !b) fail(Status::value_error, "b: second operand needed for ufunc");
    if (!two && b) fail(Status::value_error, "b: second operand provided when ufunc is unary");
    if (!a.writable()) fail(Status::read_only, "a: the array is read-only");
    Array second;
    if (b) {
        second = *b;
        second.weak = Weak::no;
    }
    const Array* inputs[] = {&a, &second};
    const std::span<const Array* const> operands{inputs, two ? size_t{2} : size_t{1}};
    DType loop = resolve_loop(op, operands);
    if (op == Op::power && loop.kind() == 'i') check_exponents(operands, loop, {});
    if (two && loop != a.dtype) {
        const bool low_bits = a.dtype.is_integer() && loop.is_integer() && keeps_low_bits(op);
        if (low_bits || same_in_own_type(op, a.dtype, loop, second)) loop = a.dtype;
    }
    if (loop != a.dtype || result_of(op, loop) != loop) return in_rounds(a, index, op, two ? &second : nullptr);
    if (two) second = converted(second, loop);
    update_indexed(a, index, op, two ? &second : nullptr);
}

}  // namespace lockstep
