// Array creation.
// Must not know layouts or backends.
#include <cmath>

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/numpy/functions.h"
#include "runtime/numpy/order.h"
#include "runtime/scalar/cast.h"

namespace lockstep::numpy {
namespace {

Array filled(Array a, const Scalar& value) {
    const Array v = scalar_array(cast_scalar(value, a.dtype));
    assign(a, v, "unsafe");
    return a;
}

Array like(const Array& a, DType dtype, char order, Contents contents = Contents::undefined) {
    return empty_in_order(dtype ? dtype : a.dtype, a, order, contents);
}

char c_or_f(char order) {
    if (order != 'C' && order != 'F') fail(Status::value_error, "order: expected C or F, got '%c'", order);
    return order;
}

DType default_type(const Scalar& s) { return s.weak == Weak::no ? s.dtype : weak_with(s.weak, {}); }

}  // namespace

Array empty(std::span<const int64_t> shape, const empty_options& o) {
    return empty_array(o.dtype, shape, default_device(), c_or_f(o.order));
}
Array zeros(std::span<const int64_t> shape, const zeros_options& o) {
    return empty_array(o.dtype, shape, default_device(), c_or_f(o.order), Contents::zeros);
}
Array ones(std::span<const int64_t> shape, const ones_options& o) {
    return filled(empty(shape, {o.dtype, o.order}), weak_int(1));
}
Array full(std::span<const int64_t> shape, const Scalar& value, const full_options& o) {
    return filled(empty(shape, {o.dtype ? o.dtype : default_type(value), o.order}), value);
}

Array empty_like(const Array& a, const empty_like_options& o) { return like(a, o.dtype, o.order); }
Array zeros_like(const Array& a, const zeros_like_options& o) { return like(a, o.dtype, o.order, Contents::zeros); }
Array ones_like(const Array& a, const ones_like_options& o) { return filled(like(a, o.dtype, o.order), weak_int(1)); }
Array full_like(const Array& a, const Scalar& value, const full_like_options& o) {
    return filled(like(a, o.dtype, o.order), value);
}

Array eye(int64_t rows, const eye_options& o) {
    const int64_t columns = o.M.value_or(rows);
    if (rows < 0 || columns < 0)
        fail(Status::value_error, "N: expected sizes of at least 0, got %lld by %lld", static_cast<long long>(rows),
             static_cast<long long>(columns));
    const int64_t shape[] = {rows, columns};
    const Array a = zeros(shape, {o.dtype, o.order});
    if (o.k > -rows && o.k < columns) {
        const int64_t row = o.k < 0 ? -o.k : 0, column = o.k > 0 ? o.k : 0;
        const int64_t length = std::min(rows - row, columns - column);
        char* first = a.data + row * a.strides[0] + column * a.strides[1];
        filled(view(a, first, {length}, {a.strides[0] + a.strides[1]}), weak_int(1));
    }
    return a;
}

Array copy(const Array& a, const copy_options& o) {
    const Array b = empty_in_order(a.dtype, a, o.order);
    assign(b, a, "no");
    return b;
}

namespace {

// Number of elements from start to stop. Integers are counted exactly, as Python's true division does for what fits.
int64_t arange_length(const Scalar& start, const Scalar& stop, const Scalar& step) {
    const bool integers = !start.dtype.is_inexact() && !stop.dtype.is_inexact() && !step.dtype.is_inexact();
    if (integers) {
        __extension__ using Wide = __int128;
        const auto wide = [](const Scalar& s) {
            return s.dtype == types::uint64_ ? static_cast<Wide>(s.as<uint64_t>())
                                             : static_cast<Wide>(cast_scalar(s, types::int64_).as<int64_t>());
        };
        const Wide span = wide(stop) - wide(start), by = wide(step);
        if (by == 0) fail(Status::zero_division, "step: expected other than 0");
        const Wide n = span / by + (span % by != 0 && (span < 0) == (by < 0) ? 1 : 0);
        if (n > INT64_MAX) fail(Status::value_error, "stop: the array is too long");
        return n > 0 ? static_cast<int64_t>(n) : 0;
    }
    const auto real = [](const Scalar& s) { return cast_scalar(s, types::float64_).as<double>(); };
    if (real(step) == 0) fail(Status::zero_division, "step: expected other than 0");
    const double n = std::ceil((real(stop) - real(start)) / real(step));
    if (!(n < 9.2e18)) fail(Status::value_error, "stop: the array is too long (%g elements)", n);
    return n > 0 ? static_cast<int64_t>(n) : 0;
}

// out[i] = first + i * (second - first), in T's own arithmetic (float for halves), the first two as they are.
template <class T>
void fill_progression(T* out, int64_t n, T first, T second) {
    out[0] = first;
    if (n > 1) out[1] = second;
    if constexpr (std::is_integral_v<T>) {
        using U = std::conditional_t<(sizeof(T) < 4), uint32_t, std::make_unsigned_t<std::conditional_t<std::is_same_v<T, bool>, uint8_t, T>>>;
        const U delta = static_cast<U>(second) - static_cast<U>(first);
        for (int64_t i = 2; i < n; ++i) out[i] = static_cast<T>(static_cast<U>(first) + static_cast<U>(i) * delta);
    } else if constexpr (std::is_floating_point_v<T>) {
        const T delta = second - first;
        for (int64_t i = 2; i < n; ++i) out[i] = first + static_cast<T>(i) * delta;
    } else if constexpr (sizeof(T) == 2) {
        const float start = scalar::to_float(first), delta = scalar::to_float(second) - start;
        for (int64_t i = 2; i < n; ++i) out[i] = scalar::cast<T>(start + static_cast<float>(i) * delta);
    } else {
        using P = decltype(T::re);
        const P re = second.re - first.re, im = second.im - first.im;
        for (int64_t i = 2; i < n; ++i) out[i] = {first.re + static_cast<P>(i) * re, first.im + static_cast<P>(i) * im};
    }
}

Scalar sum_of(const Scalar& a, const Scalar& b) {
    if (a.dtype.is_complex() || b.dtype.is_complex()) {
        const auto x = cast_scalar(a, types::complex128_).as<scalar::complex128>();
        const auto y = cast_scalar(b, types::complex128_).as<scalar::complex128>();
        return Scalar::of(scalar::complex128{x.re + y.re, x.im + y.im});
    }
    if (a.dtype.is_inexact() || b.dtype.is_inexact())
        return Scalar::of(cast_scalar(a, types::float64_).as<double>() + cast_scalar(b, types::float64_).as<double>());
    return Scalar::of(static_cast<int64_t>(static_cast<uint64_t>(cast_scalar(a, types::int64_).as<int64_t>()) +
                                           static_cast<uint64_t>(cast_scalar(b, types::int64_).as<int64_t>())));
}

}  // namespace

Array arange(const Scalar& start, const Scalar& stop, const Scalar& step, const arange_options& o) {
    DType type = o.dtype;
    if (!type) {
        type = types::int64_;  // no narrower
        for (const Scalar& s : {start, stop, step}) type = promote_types(type, s.dtype);
    }
    const int64_t n = arange_length(start, stop, step);
    if (type.is_bool() && n > 2) fail(Status::type_error, "dtype: arange of bool has at most 2 elements, got %lld", static_cast<long long>(n));
    const int64_t shape[] = {n};
    const Array a = empty_array(type, shape, cpu_device());
    if (n == 0) return to_device(a, default_device());
    const Scalar first = cast_scalar(start, type), second = cast_scalar(sum_of(start, step), type);
    switch (type.type()) {
#define LS_DTYPE(number, name, character, kind, bytes, ctype)                                                  \
    case TypeNumber::name##_:                                                                                  \
        fill_progression(reinterpret_cast<ctype*>(a.data), n, first.as<ctype>(), second.as<ctype>());          \
        break;
#include "runtime/tables/dtypes.def"
#undef LS_DTYPE
        default: break;
    }
    return to_device(a, default_device());
}

namespace {

Array binary(Op op, const Array& a, const Array& b) {
    const Array* inputs[] = {&a, &b};
    return ufunc(op, inputs);
}

Array as_type(const Array& scalar, DType type) {
    return scalar.dtype == type ? scalar : scalar_array(cast_scalar(item(scalar), type));
}

// Of the type that a product with a weak float has.
Array times_one(Scalar s) {
    s.weak = Weak::no;
    return scalar_array(s.dtype.is_inexact() ? s : cast_scalar(s, types::float64_));
}

// 0, 1, ... num - 1 as arange has them, without an array of them: rows of kRow numbers, each the sum of its
// row's first and its place in the row. Both are exact, so that the sum is rounded once, as arange's numbers are.
struct Counted {
    static constexpr int64_t kRow = 2048;
    Array within, first;  // first is empty where there is one row

    Counted(int64_t num, DType type) {
        // halves end far below the first of a row, and are counted whole
        const bool rows = num > kRow && type.itemsize() > 2 && num < (int64_t{1} << 34);
        const Array line = arange(weak_int(0), weak_int(rows ? kRow : num), weak_int(1), {type});
        within = line;
        if (rows) first = arange(weak_int(0), weak_int((num + kRow - 1) / kRow * kRow), weak_int(kRow), {type});
    }
};

// What linspace does to the numbers from 0 on, in NumPy's order.
struct Steps {
    DType type, result;
    Array scale[2];  // y * scale[0], or y / scale[0] * scale[1]
    bool divided = false, floored = false;
    Array start, one;
};

// The steps over rows of numbers (or one, where `first` is null) into `out`, in one pass.
void run_steps(const Steps& s, const Array& within, const Array* first, const Array& out) {
    const Array* arrays[kMaxOperands];
    Program p;
    size_t n = 0;
    const auto input = [&](const Array& a) {
        arrays[n++] = &a;
        return p.input(a.dtype);
    };
    const Register places = input(within), rows = first ? input(*first) : places;
    const Register scale = input(s.scale[0]), again = s.divided ? input(s.scale[1]) : scale, start = input(s.start);
    const Register unit = s.floored ? input(s.one) : start;
    Register y = first ? p.push(Op::add, s.type, rows, places) : places;
    y = p.push(s.divided ? Op::divide : Op::multiply, s.type, y, scale);
    if (s.divided) y = p.push(Op::multiply, s.type, y, again);
    y = p.push(Op::add, s.type, y, start);
    if (s.floored) y = p.push(Op::floor_divide, s.type, y, unit);  // NumPy takes the floor before it casts
    p.result(p.cast(y, s.result));
    arrays[n++] = &out;
    run_map(p, {arrays, n}, out.shape, out.device(), Outputs::fresh);
}

void run_all(const Steps& s, int64_t num, const Array& out) {
    const Counted numbers(num, s.type);
    if (numbers.first.shape.size() == 0) return run_steps(s, numbers.within, nullptr, out);
    const int64_t row = Counted::kRow, whole = num / row, rest = num % row, size = out.itemsize();
    const Array& first = numbers.first;
    const Array heads = view(first, first.data, {whole, 1}, {first.itemsize(), 0});
    run_steps(s, numbers.within, &heads, view(out, out.data, {whole, row}, {row * size, size}));
    if (rest == 0) return;
    const Array last = view(first, first.data + whole * first.itemsize(), {1}, {first.itemsize()});
    const Array part = view(numbers.within, numbers.within.data, {rest}, {first.itemsize()});
    run_steps(s, part, &last, view(out, out.data + whole * row * size, {rest}, {size}));
}

}  // namespace

Array linspace(const Scalar& start, const Scalar& stop, int64_t num, const linspace_options& o) {
    if (num < 0) fail(Status::value_error, "num: expected at least 0, got %lld", static_cast<long long>(num));
    // the ends times 1.0, then NumPy's steps with the weak float of num
    const Array one = scalar_array(weak_float(1.0)), first = times_one(start), last = times_one(stop);
    const Array* all[] = {&first, &last, &one};
    Steps s;
    s.type = result_type(all);
    s.result = o.dtype ? o.dtype : s.type;
    s.floored = s.result.is_integer() && !s.type.is_complex();
    s.start = as_type(first, s.type);
    if (s.floored) s.one = as_type(one, s.type);
    const Array span = binary(Op::subtract, last, first);
    s.scale[0] = s.scale[1] = as_type(span, s.type);
    const int64_t divisions = o.endpoint ? num - 1 : num;
    if (divisions > 0) {
        const Array count = scalar_array(weak_int(divisions)), step = binary(Op::divide, span, count);
        const auto size = cast_scalar(item(step), types::complex128_).as<scalar::complex128>();
        s.divided = size.re == 0 && size.im == 0;
        s.scale[0] = as_type(s.divided ? count : step, s.type);
    }
    const Array y = empty_array(s.result, Dims{num}, default_device());
    if (num > 0) run_all(s, num, y);
    if (o.endpoint && num > 1) {
        Array end = as_type(last, s.type);
        if (s.floored) end = binary(Op::floor_divide, end, s.one);
        assign(view(y, y.data + (num - 1) * y.itemsize(), {}, {}), end, "unsafe");
    }
    return y;
}

}  // namespace lockstep::numpy
