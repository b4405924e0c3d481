// NumPy's element-wise call: loop, result type, scalars, `out`, `where`.
// Must not know layouts or backends.
#include "runtime/exec/ufunc.h"

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/special_ufuncs.h"

namespace lockstep {
namespace {

void check_out(const Array& out, DType result, const ufunc_options& options) {
    if (!out.writable()) fail(Status::read_only, "out: the array is read-only");
    if (!can_cast(result, out.dtype, casting_of(options.casting)))
        fail(Status::type_error, "out: cannot cast the result from %s to %s by the rule '%s'", result.name(),
             out.dtype.name(), options.casting);
}

// The shape of the call: the inputs' (and mask's) broadcast shape, which must fit into out's.
Dims call_shape(std::span<const Array* const> inputs, const ufunc_options& options) {
    if (!options.out && !options.where) {
        if (inputs.size() == 1) return inputs[0]->shape;
        if (inputs[0]->shape == inputs[1]->shape && inputs.size() == 2) return inputs[0]->shape;
        return broadcast_shapes(inputs);
    }
    const Array* all[kMaxOperands];
    size_t n = 0;
    for (const Array* a : inputs) all[n++] = a;
    if (options.where) all[n++] = options.where;
    Dims shape = broadcast_shapes({all, n});
    if (!options.out || options.out->shape == shape) return shape;
    // out may be wider than all of them, never narrower
    Array wide;
    wide.shape = shape;
    wide.strides = Dims(shape.size());
    int64_t unused[kMaxDims];
    if (!broadcast_strides(wide, options.out->shape, unused))
        fail(Status::value_error, "out: expected shape %s, got %s", shape_text(shape).c_str(),
             shape_text(options.out->shape).c_str());
    return options.out->shape;
}

Array fresh_result(DType dtype, std::span<const Array* const> inputs, const Dims& shape, const Device* device) {
    bool c_order = true;
    for (const Array* a : inputs) c_order &= a->ndim() < 2 || is_c_contiguous(*a);
    if (c_order) return empty_array(dtype, shape, device);
    return empty_ordered(dtype, shape, result_order(inputs, shape), device);
}

void check_where(const Array& where) {
    if (where.dtype != types::bool_)
        fail(Status::type_error, "where: expected a bool array, got %s", where.dtype.name());
}

// Where the call runs: with its arrays, `out` and `where` among them; one-element CPU arrays follow the others.
const Device* call_device(std::span<const Array* const> inputs, const ufunc_options& options) {
    if (!options.out && !options.where) return common_device(inputs);
    const Array* all[kMaxOperands];
    size_t n = 0;
    for (const Array* a : inputs) all[n++] = a;
    if (options.where) all[n++] = options.where;
    if (options.out) all[n++] = options.out;
    const Device* const device = common_device({all, n});
    if (options.out && options.out->device() != device)
        fail(Status::value_error, "out: expected an array on %s, got one on %s", device->name.c_str(),
             options.out->device()->name.c_str());
    return device;
}

}  // namespace

Array run_elementwise(Program& program, std::span<const Array* const> inputs, Register result,
                      const ufunc_options& options) {
    const DType type = program.type(result);
    if (options.out) check_out(*options.out, type, options);
    if (options.where) check_where(*options.where);
    const Dims shape = call_shape(inputs, options);
    const Device* const device = call_device(inputs, options);
    Array out;
    if (options.out) {
        out = *options.out;
    } else {
        out = fresh_result(type, inputs, shape, device);
        if (options.where) assign(out, scalar_array(weak_int(0)), "unsafe");
    }
    const Array* arrays[kMaxOperands];
    size_t n = 0;
    for (const Array* a : inputs) arrays[n++] = a;
    result = program.cast(result, out.dtype);
    if (options.where) {  // inputs named in the program's head: where and out follow the call's own
        const Register mask = static_cast<Register>(n), old = static_cast<Register>(n + 1);
        result = program.push(Op::select, out.dtype, mask, result, old);
        arrays[n++] = options.where;
        arrays[n++] = &out;
    } else if (result < program.inputs) {
        result = program.push(Op::copy, out.dtype, result);
    }
    program.result(result);
    arrays[n++] = &out;
    run_map(program, {arrays, n}, shape, device, options.out ? Outputs::given : Outputs::fresh);
    return out;
}

namespace {

// Weak scalars and one-element host arrays are cast here, once, not in every tile.
bool fold_scalar(const Array& a, DType loop, Array& folded) {
    if (a.dtype == loop || a.ndim() != 0 || !a.device()->backend->host_memory) return false;
    folded = scalar_array(cast_scalar(item(a), loop));
    return true;
}

void check_input_casts(Op op, std::span<const Array* const> inputs, DType loop, const ufunc_options& options) {
    for (const Array* a : inputs)
        if (a->weak == Weak::no && !can_cast(a->dtype, loop, casting_of(options.casting)))
            fail(Status::type_error, "%s: cannot cast an input from %s to %s by the rule '%s'", row_of(op).name,
                 a->dtype.name(), loop.name(), options.casting);
}

// Predicates and logical operations have NumPy loops for each type, or ask for the truth of it: nothing is cast.
bool casts_inputs(Op op) { return row_of(op).rule != Rule::boolean || (op >= Op::equal && op <= Op::greater_equal); }

// dtype= names the result's type: the loop is the one that computes it.
DType loop_for_request(Op op, std::span<const Array* const> inputs, const ufunc_options& options) {
    const OpRow& row = row_of(op);
    DType loop = row.rule == Rule::boolean ? resolve_loop(op, inputs) : options.dtype;
    if (row.rule == Rule::real && inputs[0]->dtype.is_complex()) {
        const DType complex = options.dtype == types::float32_ ? types::complex64_ : types::complex128_;
        if (result_of(op, complex) == options.dtype && can_cast(inputs[0]->dtype, complex, Casting::safe)) loop = complex;
    }
    if (row.rule == Rule::boolean ? options.dtype != types::bool_ : !row.has_loop(loop) || result_of(op, loop) != options.dtype)
        fail(Status::type_error, "%s has no loop with a result of %s", row.name, options.dtype.name());
    if (casts_inputs(op)) check_input_casts(op, inputs, loop, options);
    return loop;
}

}  // namespace

Array ufunc(Op op, std::span<const Array* const> inputs, const ufunc_options& options) {
    const Casting casting = casting_of(options.casting);
    if (options.out && !options.out->writable())  // before a missing loop, as in NumPy
        fail(Status::read_only, "out: the array is read-only");
    Array special;
    if (special_ufunc(op, inputs, options, special)) return special;
    const DType loop = options.dtype ? loop_for_request(op, inputs, options) : resolve_loop(op, inputs);
    // safe, same_kind and unsafe allow all that a promotion asks for
    if (!options.dtype && casting < Casting::safe && casts_inputs(op)) check_input_casts(op, inputs, loop, options);
    Program program;
    const Array* arrays[3];
    Array folded[2];
    for (size_t i = 0; i < inputs.size(); ++i) {
        arrays[i] = inputs[i];
        if (inputs[i]->dtype != loop && fold_scalar(*inputs[i], loop, folded[i])) arrays[i] = &folded[i];
        program.input(arrays[i]->dtype);
    }
    if (op == Op::power && loop.kind() == 'i') check_exponents(inputs, loop, options);
    if (options.where) {
        program.input(types::bool_);
        program.input(options.out ? options.out->dtype : result_of(op, loop));
    }
    Register in[3] = {};
    for (size_t i = 0; i < inputs.size(); ++i) in[i] = program.cast(static_cast<Register>(i), loop);
    const Register result = program.push(op, loop, in[0], in[1]);
    return run_elementwise(program, {arrays, inputs.size()}, result, options);
}

}  // namespace lockstep
