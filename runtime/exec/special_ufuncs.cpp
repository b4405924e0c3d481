// Exact comparison of int64 with uint64, comparison with out-of-range literals, squares and negative integer exponents.
// Must not know layouts or backends.
#include "runtime/exec/special_ufuncs.h"

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/reduce.h"

namespace lockstep {
namespace {

bool is_comparison(Op op) { return op >= Op::equal && op <= Op::greater_equal; }
bool is_logical(Op op) { return op == Op::logical_and || op == Op::logical_or || op == Op::logical_xor; }

Op mirrored(Op op) {
    switch (op) {
        case Op::less: return Op::greater;
        case Op::less_equal: return Op::greater_equal;
        case Op::greater: return Op::less;
        case Op::greater_equal: return Op::less_equal;
        default: return op;
    }
}

// s (int64) against u (uint64) without going through float64: a negative s is below every u.
Array compare_signed_unsigned(Op op, const Array& s, const Array& u, const ufunc_options& options) {
    const Array zero = scalar_array(Scalar::of<int64_t>(0));
    const Array* inputs[] = {&s, &u, &zero};
    Program program;
    for (const Array* a : inputs) program.input(a->dtype);
    if (options.where) {
        program.input(types::bool_);
        program.input(options.out ? options.out->dtype : types::bool_);
    }
    const Register wide = program.cast(0, types::int64_);
    const bool true_below = op == Op::less || op == Op::less_equal || op == Op::not_equal;
    const Register sign = program.push(true_below ? Op::less : Op::greater_equal, types::int64_, wide, 2);
    const Register rest = program.push(op, types::uint64_, program.cast(wide, types::uint64_), program.cast(1, types::uint64_));
    const Register result =
        program.push(true_below ? Op::logical_or : Op::logical_and, types::bool_, sign, rest);
    return run_elementwise(program, inputs, result, options);
}

bool fits(int64_t v, DType t) {
    if (t.kind() == 'u') return v >= 0 && (t.itemsize() == 8 || v < (int64_t{1} << (8 * t.itemsize())));
    if (t.itemsize() == 8) return true;
    const int64_t bound = int64_t{1} << (8 * t.itemsize() - 1);
    return v >= -bound && v < bound;
}

bool special_comparison(Op op, const Array& a, const Array& b, const ufunc_options& options, Array& result) {
    if (!a.dtype.is_integer() || !b.dtype.is_integer()) return false;
    const bool weak_a = a.weak != Weak::no, weak_b = b.weak != Weak::no;
    if (weak_a != weak_b) {  // a Python integer that the other's type cannot hold
        const Array& literal = weak_a ? a : b;
        const Array& other = weak_a ? b : a;
        if (fits(item(literal).as<int64_t>(), other.dtype)) return false;
        Array strong = literal;
        strong.weak = Weak::no;
        const Array* inputs[] = {weak_a ? &strong : &a, weak_a ? &b : &strong};
        result = ufunc(op, inputs, options);
        return true;
    }
    if (is_logical(op) || a.dtype.kind() == b.dtype.kind() || promote_types(a.dtype, b.dtype) != types::float64_) return false;
    if (casting_of(options.casting) < Casting::safe && (a.itemsize() != 8 || b.itemsize() != 8))
        fail(Status::type_error, "cannot cast the inputs to int64 and uint64 by the rule '%s'", options.casting);
    result = a.dtype.kind() == 'i' ? compare_signed_unsigned(op, a, b, options)
                                   : compare_signed_unsigned(mirrored(op), b, a, options);
    return true;
}

[[noreturn]] void refuse_negative_exponent() {
    fail(Status::value_error, "x2: integers to negative integer powers are not allowed");
}

}  // namespace

void check_exponents(std::span<const Array* const> inputs, DType loop, const ufunc_options& options) {
    const Array& given = *inputs[1];
    if (given.size() == 0 || inputs[0]->size() == 0 || (given.dtype.kind() != 'i' && !options.dtype)) return;
    if (given.ndim() == 0 && !options.where && given.device()->backend->host_memory) {
        if (cast_scalar(cast_scalar(item(given), loop), types::int64_).as<int64_t>() < 0) refuse_negative_exponent();
        return;
    }
    const Array exponent = given.dtype == loop ? given : numpy::astype(given, loop);
    const Scalar zero = Scalar::of<int64_t>(0);
    reduce_options o;
    o.initial = &zero;
    Array wide = exponent;
    if (options.where) {  // only those that are selected
        const Array* all[] = {inputs[0], &exponent, options.where};
        wide = numpy::broadcast_to(exponent, broadcast_shapes(all));
        o.where = options.where;
    }
    if (cast_scalar(item(reduce(Monoid::minimum, wide, o)), types::int64_).as<int64_t>() < 0) refuse_negative_exponent();
}

namespace {

bool special_power(std::span<const Array* const> inputs, const ufunc_options& options, Array& result) {
    const Array& exponent = *inputs[1];
    const DType loop = options.dtype ? options.dtype : resolve_loop(Op::power, inputs);
    const bool scalar = exponent.ndim() == 0 && exponent.device()->backend->host_memory;
    if (!scalar || exponent.dtype.is_complex() || !loop.is_float()) return false;
    if (cast_scalar(item(exponent), types::float64_).as<double>() != 2.0) return false;
    ufunc_options square = options;
    square.dtype = loop;  // x squared has the same bits as x to the power 2, as in NumPy
    result = ufunc(Op::square, inputs.first(1), square);
    return true;
}

}  // namespace

bool special_ufunc(Op op, std::span<const Array* const> inputs, const ufunc_options& options, Array& result) {
    if ((is_comparison(op) || is_logical(op)) && !options.dtype && inputs[0]->dtype != inputs[1]->dtype)
        return special_comparison(op, *inputs[0], *inputs[1], options, result);
    if (op == Op::power) return special_power(inputs, options, result);
    return false;
}

}  // namespace lockstep
