// What Python values become: sizes, axes, numbers, texts, devices.
// Must not know single functions.
#include "arguments.h"

#include <cstring>

namespace lockstep::python {

PyObject* no_value = nullptr;

Operand required(PyObject* value, const char* name) {
    if (!given_or_none(value))
        raise(PyExc_TypeError, "%s: expected an array, got %s", name, value ? "None" : "nothing");
    return Operand(value);
}

namespace {

bool is_numpy(PyObject* value) {
    static PyObject* const numpy_array = checked(PyObject_GetAttrString(numpy, "ndarray"));
    return checked(PyObject_IsInstance(value, numpy_array)) != 0;
}

// The array of a list's or tuple's items, each converted to the dtype.
Operand items_as(PyObject* sequence, const char* dtype) {
    static PyObject* const as_array = checked(PyObject_GetAttrString(numpy, "asarray"));
    const Ref name(checked(PyUnicode_FromString(dtype)));
    const Ref from(checked(PyObject_CallFunctionObjArgs(as_array, sequence, name.get(), nullptr)));
    return Operand(from.get());
}

bool is_sequence(PyObject* value) { return value && (PyList_Check(value) || PyTuple_Check(value)); }

}  // namespace

Operand target_in(PyObject* value, const char* name) {
    if (!given(value) || (!is_array(value) && !is_numpy(value)))
        raise(PyExc_TypeError, "%s: expected an array, got %R", name, value ? (PyObject*)Py_TYPE(value) : Py_None);
    return Operand(value);
}

Operand values_in(PyObject* value, const char* name, PyObject* target) {
    if (!is_sequence(value)) return required(value, name);
    ls_dtype dtype = LS_FLOAT64;
    const Operand to(target);
    check(ls_array_dtype(to.get(), &dtype));
    return dtype_row(dtype).format ? items_as(value, dtype_row(dtype).name) : Operand(value);
}

Operand integers_in(PyObject* value, const char* name) {
    return is_sequence(value) ? items_as(value, "int64") : required(value, name);
}

Operands::Operands(PyObject* sequence, const char* name) {
    if (!given_or_none(sequence)) raise(PyExc_TypeError, "%s: expected a sequence of arrays, got None", name);
    items_ = Ref(checked(PySequence_Tuple(sequence)));
    const Py_ssize_t n = PyTuple_Size(items_.get());
    operands_.reserve(static_cast<size_t>(n));
    for (Py_ssize_t i = 0; i < n; ++i) {
        operands_.push_back(required(PyTuple_GetItem(items_.get(), i), name));
        handles_.push_back(operands_.back().get());
        size_ += operands_.back().size();
    }
}

Output::Output(PyObject* value) {
    if (!given_or_none(value)) return;
    if (PyTuple_Check(value)) {
        if (PyTuple_Size(value) != 1)
            raise(PyExc_ValueError, "out: expected a tuple of one array, got %zd", PyTuple_Size(value));
        value = PyTuple_GetItem(value, 0);
        if (value == Py_None) return;
    }
    object_ = value;
    if (is_array(value)) {
        handle_ = array(value)->handle;
        return;
    }
    if (!is_numpy(value))
        raise(PyExc_TypeError, "out: expected an array, got %R", Py_TYPE(value));
    const Ref dtype(checked(attribute<"dtype">(value)));
    if (!dtype_known(dtype.get())) raise(PyExc_TypeError, "out: Lockstep has no dtype %S", dtype.get());
    adopted_ = Operand(value);
    handle_ = const_cast<ls_array*>(adopted_.get());
}

int64_t int_in(PyObject* value, const char* name) {
    const Ref index(PyNumber_Index(value));
    if (!index) {
        PyErr_Clear();
        raise(PyExc_TypeError, "%s: expected an integer, got %R", name, Py_TYPE(value));
    }
    const int64_t n = PyLong_AsLongLong(index.get());
    if (n == -1 && PyErr_Occurred()) throw PythonError{};
    return n;
}

double float_in(PyObject* value, const char*) {
    const double x = PyFloat_AsDouble(value);
    if (x == -1.0 && PyErr_Occurred()) throw PythonError{};
    return x;
}

bool bool_in(PyObject* value) { return checked(PyObject_IsTrue(value)) != 0; }

const char* string_in(PyObject* value, const char* name) {
    if (!given_or_none(value)) return nullptr;
    if (value == Py_True) return "always";
    if (value == Py_False) return "never";
    if (!PyUnicode_Check(value)) raise(PyExc_TypeError, "%s: expected a str, got %R", name, Py_TYPE(value));
    const char* text = PyUnicode_AsUTF8AndSize(value, nullptr);
    if (!text) throw PythonError{};
    return text;
}

char order_in(PyObject* value) {
    const char* text = string_in(value, "order");
    if (!text) return 0;
    const char c = text[0] >= 'a' ? static_cast<char>(text[0] - 32) : text[0];
    if (!c || text[1] || !std::strchr("CFAK", c))
        raise(PyExc_ValueError, "order must be one of 'C', 'F', 'A', or 'K' (got '%s')", text);
    return c;
}

Shape::Shape(PyObject* value) {
    if (!given_or_none(value))
        raise(PyExc_TypeError, "shape: expected an int or a sequence of ints, got None");
    if (PyLong_Check(value) || !PySequence_Check(value) || is_array(value)) {
        few_[0] = int_in(value, "shape");
        count_ = 1;
        return;
    }
    const Ref items(checked(PySequence_Tuple(value)));
    const Py_ssize_t n = PyTuple_Size(items.get());
    if (n > INT32_MAX) raise(PyExc_ValueError, "shape: %zd dimensions are too many", n);
    count_ = static_cast<int>(n);
    int64_t* to = few_;
    if (n > static_cast<Py_ssize_t>(std::size(few_))) {
        many_.resize(static_cast<size_t>(n));
        to = many_.data();
    }
    for (Py_ssize_t i = 0; i < n; ++i) to[i] = int_in(PyTuple_GetItem(items.get(), i), "shape");
}

int64_t Shape::size() const {
    double n = 1;
    for (int i = 0; i < count_; ++i) n *= static_cast<double>(data()[i]);
    return n < 1e18 ? static_cast<int64_t>(n) : INT64_MAX;
}

AxesIn::AxesIn(PyObject* value, bool none_is_default) {
    if (!given(value)) return;
    if (value == Py_None) {
        if (!none_is_default) axes_ = ls_axis_none();
        return;
    }
    if (PyLong_Check(value) || !PySequence_Check(value)) {
        axes_ = ls_axis(int_in(value, "axis"));
        return;
    }
    const Ref items(checked(PySequence_Tuple(value)));
    const Py_ssize_t n = PyTuple_Size(items.get());
    if (n > kMaxDims) raise(PyExc_ValueError, "axis: expected at most %d axes, got %zd", kMaxDims, n);
    for (Py_ssize_t i = 0; i < n; ++i) many_[i] = int_in(PyTuple_GetItem(items.get(), i), "axis");
    axes_ = ls_axes_of(static_cast<int32_t>(n), many_);
}

DeviceScope::DeviceScope(PyObject* value) {
    if (!given_or_none(value)) return;
    const char* name = nullptr;
    const Ref text(checked(PyObject_Str(value)));  // a str, or a lockstep.device
    name = string_in(text.get(), "device");
    const char* before = nullptr;
    check(ls_get_default_device(&before));
    check(ls_set_default_device(name));
    before_ = before;
}

DeviceScope::~DeviceScope() {
    if (before_) ls_set_default_device(before_);
}

PyObject* arrays_result(ls_status status, ls_array* const* results, size_t count) {
    check(status);
    const Ref tuple(checked(PyTuple_New(static_cast<Py_ssize_t>(count))));
    size_t taken = 0;
    try {
        for (; taken < count; ++taken)
            checked(PyTuple_SetItem(tuple.get(), static_cast<Py_ssize_t>(taken), wrap(results[taken])));
    } catch (...) {
        for (size_t i = taken + 1; i < count; ++i) {
            ls_array* rest = results[i];
            ls_array_free(&rest);
        }
        throw;
    }
    return Py_NewRef(tuple.get());
}

}  // namespace lockstep::python
