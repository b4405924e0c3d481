// Stacks of matrix products, from arrays to the backend's task.
// Must not know backends.
#include "runtime/numpy/contraction.h"

#include "runtime/array/error.h"
#include "runtime/array/promotion.h"
#include "runtime/exec/dispatch.h"
#include "runtime/exec/memory.h"
#include "runtime/exec/plan.h"
#include "runtime/exec/stream.h"
#include "runtime/numpy/functions.h"

namespace lockstep {

Array strong(const Array& a) {
    Array s = a;
    s.weak = Weak::no;
    return s;
}

Array in_elements(const Array& a, DType type) {
    bool whole = a.dtype == type && is_aligned(a);
    for (int i = 0; i < a.ndim(); ++i) whole &= a.shape[i] == 1 || a.strides[i] % a.itemsize() == 0;
    return numpy::astype(a, type, {.copy = !whole});
}

Array conjugated(const Array& a) {
    if (!a.dtype.is_complex()) return a;
    const Array result = numpy::copy(a, {.order = 'K'});
    const Array imaginary = numpy::imag(result);
    const Array* inputs[] = {&imaginary};
    ufunc_options in_place;
    in_place.out = &imaginary;
    ufunc(Op::negative, inputs, in_place);
    return result;
}

void multiply_into(const Array& a, const Array& b, const Array& out, bool conjugate) {
    if (out.size() == 0) return;
    const Device* const device = out.device();
    conjugate &= a.dtype.is_complex();
    const bool dots = a.shape[a.ndim() - 2] == 1 && b.shape[b.ndim() - 1] == 1;
    if (conjugate && !(dots && device->backend->host_memory)) return multiply_into(conjugated(a), b, out);
    const Backend* const backend = backend_for(device, Primitive::matmul, a.dtype, "matmul");
    if (backend != device->backend) {
        const Array c = empty_array(out.dtype, out.shape, cpu_device());
        multiply_into(to_device(a, cpu_device()), to_device(b, cpu_device()), c);
        return assign(out, c, "no");
    }
    const int batch = out.ndim() - 2;
    const std::span<const int64_t> batch_shape{out.shape.data(), static_cast<size_t>(batch)};
    int64_t strides[3][kMaxDims + 2];
    const Array* arrays[] = {&a, &b, &out};
    for (int k = 0; k < 3; ++k) {
        const Array& x = *arrays[k];
        const int outer = x.ndim() - 2, shift = batch - outer;
        for (int i = 0; i < batch; ++i)
            strides[k][i] = i < shift || x.shape[i - shift] == 1 ? 0 : x.strides[i - shift];
        strides[k][batch] = x.strides[outer];
        strides[k][batch + 1] = x.strides[outer + 1];
    }
    const MatmulTask task{a.dtype,
                          a.shape[a.ndim() - 2],
                          b.shape[b.ndim() - 1],
                          a.shape[a.ndim() - 1],
                          batch,
                          batch_shape.data(),
                          a.data,
                          b.data,
                          out.data,
                          strides[0],
                          strides[1],
                          strides[2],
                          conjugate};
    const Array *reads[] = {&a, &b}, *writes[] = {&out};
    backend->matmul(device->ordinal, task, stream_for(device, reads, writes));
}

bool takes_product(const Array& out, DType type, std::span<const Array* const> inputs) {
    if (out.dtype != type || !out.writable() || !is_aligned(out) ||
        !(is_c_contiguous(out) || is_f_contiguous(out)))
        return false;
    const Extent target = extent(out);
    for (const Array* in : inputs)
        if (in->device() != out.device() || share_memory(extent(*in), target)) return false;
    return true;
}

namespace {

long long wide(int64_t n) { return static_cast<long long>(n); }

void check_dimensions(const Array& x, const char* name, int least) {
    if (x.ndim() < least)
        fail(Status::value_error, "%s: expected at least %d dimension%s, got %d", name, least,
             least > 1 ? "s" : "", x.ndim());
}

// The stacks' broadcast shape, then the product's rows and columns.
Dims product_shape(const Array& a, const Array& b) {
    Array outer_a = a, outer_b = b;
    outer_a.shape.resize(a.ndim() - 2);
    outer_b.shape.resize(b.ndim() - 2);
    const Array* both[] = {&outer_a, &outer_b};
    Dims shape = broadcast_shapes(both);
    if (shape.size() + 2 > kMaxDims)
        fail(Status::value_error, "x1: expected a result of at most %d dimensions", kMaxDims);
    shape.push_back(a.shape[a.ndim() - 2]);
    shape.push_back(b.shape[b.ndim() - 1]);
    return shape;
}

// Drops the axes that stood in for a missing dimension.
Array without_axes(const Array& c, const ProductForm& form) {
    Dims shape, strides;
    for (int i = 0; i < c.ndim(); ++i) {
        if ((form.row && i == c.ndim() - 2) || (form.column && i == c.ndim() - 1)) continue;
        shape.push_back(c.shape[i]);
        strides.push_back(c.strides[i]);
    }
    return view(c, c.data, std::move(shape), std::move(strides));
}

// `out` of the narrow shape, with those axes.
Array with_axes(const Array& out, const ProductForm& form) {
    Array c = view(out, out.data, out.shape, out.strides);
    if (form.row) {
        const int at = c.ndim() - !form.column;
        c.shape.insert(at, 1);
        c.strides.insert(at, c.itemsize());
    }
    if (form.column) {
        c.shape.push_back(1);
        c.strides.push_back(c.itemsize());
    }
    return c;
}

// out may have a wider stack than the result, never another matrix.
void check_out(const Array& out, const Array& result, const ProductForm& form, const char* casting) {
    if (!out.writable()) fail(Status::read_only, "out: the array is read-only");
    const int core = 2 - form.row - form.column, outer = out.ndim() - core;
    int64_t unused[kMaxDims];
    bool fits = outer >= 0 && broadcast_strides(result, out.shape, unused);
    for (int i = 0; fits && i < core; ++i)
        fits = out.shape[outer + i] == result.shape[result.ndim() - core + i];
    if (!fits)
        fail(Status::value_error, "out: expected shape %s, got %s", shape_text(result.shape).c_str(),
             shape_text(out.shape).c_str());
    if (!can_cast(result.dtype, out.dtype, casting_of(casting)))
        fail(Status::type_error, "out: cannot cast the result from %s to %s by the rule '%s'",
             result.dtype.name(), out.dtype.name(), casting);
}

DType product_type(std::span<const Array* const> both, const product_options& o) {
    const DType type = o.dtype ? o.dtype : result_type(both);
    if (!type)
        fail(Status::type_error, "x1: there is no common type of %s and %s", both[0]->dtype.name(),
             both[1]->dtype.name());
    for (const Array* x : both)
        if (!can_cast(x->dtype, type, casting_of(o.casting)))
            fail(Status::type_error, "dtype: cannot cast from %s to %s by the rule '%s'", x->dtype.name(),
                 type.name(), o.casting);
    return type;
}

Array with_axis(const Array& a, int axis) { return numpy::expand_dims(a, {Axes(axis)}); }

}  // namespace

Array stacked_product(const Array& x1, const Array& x2, const ProductForm& form, const product_options& o) {
    check_dimensions(x1, "x1", 2 - form.row);
    check_dimensions(x2, "x2", 2 - form.column);
    const Array* both[] = {&x1, &x2};
    const DType type = product_type(both, o);
    const Device* device = common_device(both);
    const Array left = form.row ? with_axis(x1, x1.ndim() - 1) : x1,
                right = form.column ? with_axis(x2, x2.ndim()) : x2;
    const int64_t k = left.shape[left.ndim() - 1], inner = right.shape[right.ndim() - 2];
    if (inner != k)
        fail(Status::value_error, "x2: expected %s dimension %lld (to match x1's last), got %lld",
             form.column     ? "last"
             : x2.ndim() > 2 ? "second-to-last"
                             : "first",
             wide(k), wide(inner));
    Array c;
    c.dtype = type;
    c.shape = product_shape(left, right);
    checked_bytes(c.shape, type.itemsize());
    c.strides = c_strides(c.shape, type.itemsize());
    if (o.out) check_out(*o.out, without_axes(c, form), form, o.casting);
    const Array a = in_elements(to_device(left, device), type), b = in_elements(to_device(right, device), type);
    const Array* ready[] = {&a, &b};
    if (o.out && o.out->ndim() + form.row + form.column == c.ndim() && takes_product(*o.out, type, ready) &&
        with_axes(*o.out, form).shape == c.shape) {
        multiply_into(a, b, with_axes(*o.out, form), form.conjugate);
        return *o.out;
    }
    c = empty_array(type, c.shape, device);
    multiply_into(a, b, c, form.conjugate);
    const Array result = without_axes(c, form);
    if (!o.out) return result;
    assign(*o.out, result, o.casting);
    return *o.out;
}

}  // namespace lockstep
