// The exception class of each status: Python's own, or NumPy's by name.
// Must not know single functions.
#include "error.h"

#include <cstdarg>
#include <cstring>

namespace lockstep::python {
namespace {

// AxisError and LinAlgError are NumPy's own; everything else is a built-in.
PyObject* class_named(const char* name) {
    const char* module = std::strcmp(name, "AxisError") == 0     ? "numpy.exceptions"
                         : std::strcmp(name, "LinAlgError") == 0 ? "numpy.linalg"
                                                                 : "builtins";
    const Ref home(checked(PyImport_ImportModule(module)));
    return checked(PyObject_GetAttrString(home.get(), name));
}

// Looked up once: every iteration over an array ends in an IndexError. Guarded by the interpreter's lock;
// borrowed.
PyObject* class_of(ls_status status) {
    static PyObject* known[LS_INTERNAL_ERROR + 1];
    if (status < 0 || status > LS_INTERNAL_ERROR) return PyExc_RuntimeError;
    if (!known[status]) known[status] = class_named(ls_status_python(status));
    return known[status];
}

}  // namespace

void raise_status(ls_status status) {
    const char* text = ls_last_error();
    if (std::strncmp(text, "ls_", 3) == 0) text += 3;
    const Ref message(
        checked(PyUnicode_DecodeUTF8(text, static_cast<Py_ssize_t>(std::strlen(text)), "replace")));
    PyErr_SetObject(class_of(status), message.get());
    throw PythonError{};
}

void raise(PyObject* type, const char* format, ...) {
    va_list arguments;
    va_start(arguments, format);
    PyErr_FormatV(type, format, arguments);
    va_end(arguments);
    throw PythonError{};
}

}  // namespace lockstep::python
