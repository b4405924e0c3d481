// What an operator does with its operands: who does the work, in place or not, and truth, int and float of
// one element. Must not know single operations.
#include "operators.h"

#include <cstring>

namespace lockstep::python {
namespace {

ls_dtype dtype_of(PyObject* value) {
    ls_dtype dtype = 0;
    if (is_array(value)) check(ls_array_dtype(handle(value), &dtype));
    if (PyBool_Check(value)) dtype = LS_BOOL;
    return dtype;
}

[[noreturn]] void not_there(const OperatorRow& row) {
    raise(PyExc_NotImplementedError, "numpy.%s is not there yet in Lockstep", row.name);
}

const UfuncRow& ufunc_of(const OperatorRow& row, PyObject* a, PyObject* b) {
    if (row.ufunc) return *row.ufunc;
    if (row.boolean && dtype_of(a) == LS_BOOL && dtype_of(b) == LS_BOOL) return *row.boolean;
    not_there(row);
}

// Of the types that come along often, these are known to be operands like any other.
bool plain(PyObject* o) {
    return is_array(o) || PyFloat_CheckExact(o) || PyLong_CheckExact(o) || PyBool_Check(o) ||
           PyComplex_CheckExact(o) || PyList_CheckExact(o) || PyTuple_CheckExact(o);
}

}  // namespace

bool takes_part(PyObject* other) {
    if (plain(other)) return true;
    static PyObject* const generic = checked(PyObject_GetAttrString(numpy, "generic"));
    static PyObject* const numpy_array = checked(PyObject_GetAttrString(numpy, "ndarray"));
    if (checked(PyObject_IsInstance(other, numpy_array)) || checked(PyObject_IsInstance(other, generic)))
        return true;
    PyObject* const type = reinterpret_cast<PyObject*>(Py_TYPE(other));
    if (has<"__array_ufunc__">(type)) return false;
    return has<"__array__">(type) || has<"__array_interface__">(type) || PyObject_CheckBuffer(other) ||
           PySequence_Check(other);
}

PyObject* binary_operator(const OperatorRow& row, PyObject* a, PyObject* b, PyObject* out) {
    if (!(is_array(a) && is_array(b)) && !(takes_part(a) && takes_part(b))) Py_RETURN_NOTIMPLEMENTED;
    if (row.function) {
        PyObject* slots[kMaxSlots] = {a, b, out};
        return row.function->body(slots);
    }
    return call_two(ufunc_of(row, a, b), a, b, out);
}

PyObject* unary_operator(const OperatorRow& row, PyObject* a) {
    if (row.function) {
        PyObject* slots[kMaxSlots] = {a};
        return row.function->body(slots);
    }
    return call_one(ufunc_of(row, a, a), a);
}

// x == y of things that cannot be compared is False everywhere, as in NumPy.
PyObject* comparison(const OperatorRow& row, int op, PyObject* a, PyObject* b) {
    const bool equality = op == Py_EQ || op == Py_NE;
    if (equality && (b == Py_None || PyUnicode_Check(b) || PyBytes_Check(b))) {
        const Geometry shape(handle(a));
        ls_full_options o = {};
        o.size = sizeof o;
        ls_array* result = nullptr;
        check(ls_full(shape.ndim, shape.shape, ls_bool(op == Py_NE), &o, &result));
        return wrap(result);
    }
    if (!takes_part(b)) Py_RETURN_NOTIMPLEMENTED;
    return call_two(ufunc_of(row, a, b), a, b, nullptr);
}

bool is_square_of_booleans(PyObject* a, PyObject* b) {
    static PyObject* const two = checked(PyLong_FromLong(2));
    return PyLong_CheckExact(b) && PyObject_RichCompareBool(b, two, Py_EQ) == 1 && dtype_of(a) == LS_BOOL;
}

PyObject* item(const ls_array* a) {
    ls_scalar s = {};
    check(ls_item(a, &s));
    const DTypeRow& row = dtype_row(s.dtype);
    switch (row.kind) {
        case 'b':
            return PyBool_FromLong(s.value.boolean);
        case 'i':
        case 'u': {
            const bool is_signed = row.kind == 'i';
            switch (row.bytes) {
                case 1:
                    return PyLong_FromLong(is_signed ? s.value.int8 : s.value.uint8);
                case 2:
                    return PyLong_FromLong(is_signed ? s.value.int16 : s.value.uint16);
                case 4:
                    return PyLong_FromLongLong(is_signed ? s.value.int32
                                                         : static_cast<int64_t>(s.value.uint32));
                default:
                    return is_signed ? PyLong_FromLongLong(s.value.int64)
                                     : PyLong_FromUnsignedLongLong(s.value.uint64);
            }
        }
        case 'f':
            if (row.bytes == 8) return PyFloat_FromDouble(s.value.float64);
            if (row.bytes == 4) return PyFloat_FromDouble(static_cast<double>(s.value.float32));
            break;
        case 'c':
            return row.bytes == 16 ? PyComplex_FromDoubles(s.value.complex128[0], s.value.complex128[1])
                                   : PyComplex_FromDoubles(static_cast<double>(s.value.complex64[0]),
                                                           static_cast<double>(s.value.complex64[1]));
        default:
            break;
    }
    ls_array* wide = nullptr;  // halves: by way of double, which is exact
    check(ls_astype(a, LS_FLOAT64, nullptr, &wide));
    const Ref owner(wrap(wide));
    check(ls_item(wide, &s));
    return PyFloat_FromDouble(s.value.float64);
}

namespace {

PyObject* only_item(PyObject* self) {
    if (size_of(self) != 1) raise(PyExc_TypeError, "only length-1 arrays can be converted to Python scalars");
    int ndim = 0;
    check(ls_array_ndim(handle(self), &ndim));
    if (ndim > 0) raise(PyExc_TypeError, "only 0-dimensional arrays can be converted to Python scalars");
    return checked(item(handle(self)));
}

}  // namespace

int array_bool(PyObject* self) {
    return entry<int>(
        [&] {
            if (size_of(self) == 0)
                raise(PyExc_ValueError,
                      "The truth value of an empty array is ambiguous. Use `array.size > 0` to check that an "
                      "array is not empty.");
            if (size_of(self) > 1)
                raise(PyExc_ValueError,
                      "The truth value of an array with more than one element is ambiguous. Use a.any() or "
                      "a.all()");
            const Ref value(checked(item(handle(self))));
            return checked(PyObject_IsTrue(value.get()));
        },
        -1);
}
PyObject* array_int(PyObject* self) {
    return entry([&] {
        const Ref value(only_item(self));
        return checked(PyNumber_Long(value.get()));
    });
}
PyObject* array_float(PyObject* self) {
    return entry([&] {
        const Ref value(only_item(self));
        return checked(PyNumber_Float(value.get()));
    });
}
PyObject* array_complex(PyObject* self, PyObject*) {
    return entry([&] {
        const Ref value(only_item(self));
        return checked(
            PyObject_CallFunctionObjArgs(reinterpret_cast<PyObject*>(&PyComplex_Type), value.get(), nullptr));
    });
}
PyObject* array_index(PyObject* self) {
    return entry([&] {
        const ls_dtype dtype = dtype_of(self);
        int ndim = 0;
        check(ls_array_ndim(handle(self), &ndim));
        if (ndim > 0 || !std::strchr("iu", dtype_row(dtype).kind))
            raise(PyExc_TypeError, "only integer scalar arrays can be converted to a scalar index");
        return checked(item(handle(self)));
    });
}

}  // namespace lockstep::python
