// Arrays of all kinds of Python values: numbers, NumPy's arrays without a copy, and whatever numpy.asarray
// takes. Must not know single functions.
#include <memory>

#include "arguments.h"
#include "numpy_memory.h"

namespace lockstep::python {
namespace {

void drop_reference(void* object) {
    if (!Py_IsInitialized()) return;
    const PyGILState_STATE state = PyGILState_Ensure();
    Py_DECREF(static_cast<PyObject*>(object));
    PyGILState_Release(state);
}

ls_array* adopt_memory(PyObject* numpy_array, const NumpyMemory& from) {
    ls_adopt_host_options o = {};
    o.size = sizeof o;
    o.strides = from.strides;
    o.release = drop_reference;
    o.context = numpy_array;
    o.read_only = !from.writeable;
    ls_array* result = nullptr;
    check(ls_adopt_host(from.data, from.dtype, from.ndim, from.shape, &o, &result));
    Py_INCREF(numpy_array);
    return result;
}

// The borrowed memory of a NumPy array of other dtypes; given back with the last view, by any thread.
struct Loan {
    Py_buffer view;
};

void return_loan(void* context) {
    if (!Py_IsInitialized()) return;
    const PyGILState_STATE state = PyGILState_Ensure();
    Loan* const loan = static_cast<Loan*>(context);
    PyBuffer_Release(&loan->view);
    delete loan;
    PyGILState_Release(state);
}

ls_array* adopt_buffer(PyObject* exporter, ls_dtype dtype) {
    auto loan = std::make_unique<Loan>();
    if (PyObject_GetBuffer(exporter, &loan->view, PyBUF_STRIDED_RO) != 0) throw PythonError{};
    const Py_buffer& view = loan->view;
    ls_adopt_host_options o = {};
    o.size = sizeof o;
    static_assert(sizeof(Py_ssize_t) == sizeof(int64_t));
    o.strides = reinterpret_cast<const int64_t*>(view.strides);
    o.release = return_loan;
    o.context = loan.get();
    o.read_only = view.readonly != 0;
    ls_array* result = nullptr;
    const ls_status status =
        ls_adopt_host(view.buf, dtype, view.ndim, reinterpret_cast<const int64_t*>(view.shape), &o, &result);
    if (status != LS_OK) {
        PyBuffer_Release(&loan->view);
        raise_status(status);
    }
    loan.release();
    return result;
}

ls_dtype dtype_of(const ls_array* a) {
    ls_dtype dtype = 0;
    check(ls_array_dtype(a, &dtype));
    return dtype;
}

// An integer that int64 cannot hold: for the other operand's dtype, as NumPy reads it.
ls_scalar large_integer(PyObject* value, PyObject* beside) {
    const ls_dtype other = beside && is_array(beside) ? dtype_of(handle(beside)) : ls_dtype(LS_UINT64);
    const char kind = dtype_row(other).kind;
    if (kind == 'f' || kind == 'c') return ls_float(float_in(value, ""));
    if (other == LS_UINT64) {
        const uint64_t n = PyLong_AsUnsignedLongLong(value);
        if (!PyErr_Occurred()) return ls_uint64(n);
        PyErr_Clear();
    }
    raise(PyExc_OverflowError, "Python integer %S out of bounds for %s", value, dtype_row(other).name);
}

ls_scalar python_integer(PyObject* value, PyObject* beside) {
    int overflow = 0;
    const int64_t n = PyLong_AsLongLongAndOverflow(value, &overflow);
    return overflow ? large_integer(value, beside) : ls_int(n);
}

// The dtypes of Python's own numbers: exact types only, as numpy.float64 is a float, too.
bool python_number(PyObject* value, PyObject* beside, ls_scalar& scalar) {
    if (PyFloat_CheckExact(value))
        scalar = ls_float(PyFloat_AsDouble(value));
    else if (PyLong_CheckExact(value))
        scalar = python_integer(value, beside);
    else if (PyBool_Check(value))
        scalar = ls_bool(value == Py_True);
    else if (PyComplex_CheckExact(value)) {
        scalar = ls_complex(PyComplex_RealAsDouble(value), PyComplex_ImagAsDouble(value));
    } else
        return false;
    return true;
}

}  // namespace

ls_array* adopt_numpy(PyObject* numpy_array) {
    NumpyMemory memory;
    if (read_numpy(numpy_array, memory)) return adopt_memory(numpy_array, memory);
    Ref dtype(checked(attribute<"dtype">(numpy_array)));
    ls_dtype number = dtype_known(dtype.get());
    Ref native;
    if (!number) {  // bytes the other way round
        const Ref same_order(call<"newbyteorder">(dtype.get(), interned<"=">()));
        if (!same_order) PyErr_Clear();
        if (same_order) number = dtype_known(same_order.get());
        if (!number) raise(PyExc_TypeError, "Lockstep has no dtype %S", dtype.get());
        native = Ref(checked(call<"astype">(numpy_array, same_order.get())));
        numpy_array = native.get();
    }
    if (dtype_row(number).format) return adopt_buffer(numpy_array, number);
    const Ref bits(checked(
        call<"view">(numpy_array, dtype_row(number).bytes == 2 ? interned<"u2">() : interned<"u1">())));
    return adopt_buffer(bits.get(), number);
}

void Operand::make(PyObject* value, PyObject* beside) {
    ls_scalar scalar;
    if (python_number(value, beside, scalar)) {
        check(ls_from_scalar(scalar, &own_));
        size_ = 1;
    } else {
        if (is_numpy_array(value)) {
            own_ = adopt_numpy(value);
        } else {
            static PyObject* const as_array = checked(PyObject_GetAttrString(numpy, "asarray"));
            const Ref from(checked(PyObject_CallFunctionObjArgs(as_array, value, nullptr)));
            own_ = adopt_numpy(from.get());
        }
        ls_array_size(own_, &size_);
    }
    handle_ = own_;
}

ls_scalar scalar_in(PyObject* value, const char* name) {
    ls_scalar scalar = {};
    if (!given_or_none(value) || python_number(value, nullptr, scalar)) return scalar;
    const Operand number(value);
    if (number.size() != 1)
        raise(PyExc_ValueError, "%s: expected a number, got an array of %lld elements", name,
              static_cast<long long>(number.size()));
    check(ls_item(number.get(), &scalar));
    return scalar;
}

}  // namespace lockstep::python
