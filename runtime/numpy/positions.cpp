// Arguments of the indexing routines: indices as int64, modes, values to write.
// Must not know what is read or written at the places, nor layouts or backends.
#include "runtime/numpy/positions.h"

#include <algorithm>
#include <cstring>

#include "runtime/array/error.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/indexing.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/ufunc.h"
#include "runtime/numpy/axes.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/reduce.h"
#include "runtime/numpy/reshape_strides.h"
#include "runtime/scalar/cast.h"

namespace lockstep {

OutOfRange out_of_range(std::string_view mode) {
    if (mode == "raise") return OutOfRange::raise;
    if (mode == "wrap") return OutOfRange::wrap;
    if (mode == "clip") return OutOfRange::clip;
    fail(Status::value_error, "mode: expected raise, wrap or clip, got '%.*s'", static_cast<int>(mode.size()), mode.data());
}

Array positions(const Array& indices, Casting casting, const char* argument) {
    if (indices.dtype == types::int64_) return indices;
    if (indices.weak != Weak::floating && !can_cast(indices.dtype, types::int64_, casting))
        fail(Status::type_error, "%s: expected integers, got %s", argument, indices.dtype.name());
    return numpy::astype(indices, types::int64_);
}

Array counting(int64_t n, const Device* device) {
    return to_device(numpy::arange(weak_int(0), weak_int(n), weak_int(1)), device);
}

bool any_outside(const Array& numbers, int64_t low, int64_t high) {
    if (numbers.size() <= kFew) {
        int64_t few[kFew];
        to_host(numbers, few, sizeof few);
        return std::any_of(few, few + numbers.size(), [&](int64_t n) { return n < low || n > high; });
    }
    const Array bounds[] = {scalar_array(Scalar::of(low)), scalar_array(Scalar::of(high))};
    const Array* inputs[] = {&numbers, &bounds[0], &bounds[1]};
    Program p;
    for (const Array* a : inputs) p.input(a->dtype);
    const Register below = p.push(Op::less, types::int64_, 0, 1), above = p.push(Op::greater, types::int64_, 0, 2);
    const Register outside = p.push(Op::logical_or, types::bool_, below, above);
    return item(reduce_program(p, outside, Monoid::logical_or, inputs, numbers, false, {})).as<bool>();
}

Array values_as(const Array& values, DType dtype, const char* casting, const char* argument, const Device* device) {
    if (values.weak != Weak::no) {
        if (values.weak == Weak::complex && !dtype.is_complex())
            fail(Status::type_error, "%s: expected a real number, got a complex one", argument);
        return scalar_array(cast_scalar(item(values), dtype));
    }
    if (!can_cast(values.dtype, dtype, casting_of(casting)))
        fail(Status::type_error, "%s: cannot cast from %s to %s by the rule '%s'", argument, values.dtype.name(), dtype.name(),
             casting);
    return to_device(values.dtype == dtype ? values : numpy::astype(values, dtype), device);
}

// Elements of a cycle, at least, that are copied as one row: 2048 of them take longer than the step to the next row.
constexpr int64_t kCycle = 2048;

Array cycled(const Array& values, int64_t n) {
    if (values.size() == 1) return view(values, values.data, {n}, {0});
    if (values.size() >= n) return view(values, values.data, {n}, {values.strides[0]});
    const Array all = empty_array(values.dtype, Dims{n}, values.device());
    const int64_t item = all.itemsize();
    const auto part = [&](int64_t begin, int64_t count) { return view(all, all.data + begin * item, {count}, {item}); };
    int64_t made = values.size();
    assign(part(0, made), values, "no");
    while (made < n && made < kCycle) {  // twice as many each time
        const int64_t more = std::min(made, n - made);
        assign(part(made, more), part(0, more), "no");
        made += more;
    }
    const int64_t times = (n - made) / made, rest = (n - made) % made;
    if (times > 0)
        assign(view(all, all.data + made * item, {times, made}, {made * item, item}), view(all, all.data, {times, made}, {0, item}), "no");
    if (rest > 0) assign(part(n - rest, rest), part(0, rest), "no");
    return all;
}

Array truth(const Array& a) {
    if (a.dtype.is_bool()) return a;
    const Array* inputs[] = {&a};
    Program p;
    return run_elementwise(p, inputs, p.cast(p.input(a.dtype), types::bool_), {});
}

namespace {
template <class T>
int64_t truth_in(const unsigned char* from, int64_t n, bool* bits) {
    int64_t count = 0;
    for (int64_t i = 0; i < n; ++i) {
        T value;
        std::memcpy(&value, from + i * static_cast<int64_t>(sizeof value), sizeof value);
        bits[i] = scalar::cast<bool>(value);
        count += bits[i];
    }
    return count;
}
}  // namespace

int64_t truth_of_few(const Array& a, bool* bits) {
    unsigned char copied[kFew * 16];
    const unsigned char* elements = reinterpret_cast<const unsigned char*>(a.data);
    if (!a.device()->backend->host_memory || !is_c_contiguous(a)) {
        to_host(a, copied, sizeof copied);
        elements = copied;
    }
    switch (a.dtype.type()) {
#define LS_DTYPE(number, name, character, kind, bytes, type) \
    case TypeNumber::name##_: return truth_in<type>(elements, a.size(), bits);
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
        default: fail(Status::type_error, "a: no truth of elements of %s", a.dtype.name());
    }
}

const Array& along(const Array& a, std::optional<int64_t> axis, int& normalized, Array& made) {
    normalized = axis ? normalize_axis(*axis, std::max(1, a.ndim())) : 0;
    if (a.ndim() == 1 || (axis && a.ndim() > 1)) return a;
    return made = a.ndim() == 0 ? view(a, a.data, {1}, {a.itemsize()}) : numpy::ravel(a);
}

Array narrowed(const Array& a, int ndim) {
    int extra = 0;
    while (a.ndim() - extra > ndim && a.shape[extra] == 1) ++extra;
    if (extra == 0) return a;
    return view(a, a.data, Dims(std::span(a.shape.begin() + extra, a.shape.end())),
                Dims(std::span(a.strides.begin() + extra, a.strides.end())));
}

void scatter_flat(const Array& a, const Array& at, const Array& values, OutOfRange mode) {
    Places p;
    Dims strides;
    const bool viewed = reshape_strides(a, {a.size()}, false, strides);
    const Array packed = viewed ? a : numpy::copy(a, {.order = 'C'});
    p.array = view(packed, packed.data, {a.size()}, {viewed ? strides[0] : a.itemsize()});
    p.shape = at.shape;
    p.strides = {0};
    p.count = 1;
    p.indices[0] = at;
    p.axes[0] = 0;
    p.mode = mode;
    run_scatter(p, values);
    if (!viewed) assign(a, packed, "no");
}

}  // namespace lockstep
