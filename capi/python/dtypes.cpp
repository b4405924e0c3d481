// The table of dtype objects, filled from NumPy when the module is imported; bfloat16 from ml_dtypes on first
// use. Must not know arrays.
#include "dtypes.h"

#include <cstring>
#include <string>

#include "python/tables.h"

namespace lockstep::python {

PyObject* numpy = nullptr;

namespace {

constexpr size_t kCount = std::size(kDTypes);
PyObject* objects[kCount];  // as kDTypes; NULL for bfloat16 until it is asked for

// What users write as a dtype: found by its address, without asking NumPy.
struct Known {
    PyObject* value;
    ls_dtype dtype;
};
Known known[64];
int known_count = 0;

void remember(PyObject* value, ls_dtype dtype) {
    if (known_count < static_cast<int>(std::size(known))) known[known_count++] = {Py_NewRef(value), dtype};
}

constexpr int row_index(ls_dtype dtype) {
    for (size_t i = 0; i < kCount; ++i)
        if (kDTypes[i].number == dtype) return static_cast<int>(i);
    return -1;
}

PyObject* numpy_dtype(PyObject* value) { return call<"dtype">(numpy, value); }

// ml_dtypes costs 10 ms to import: only those pay who use bfloat16.
PyObject* load_extended(int row) {
    const Ref module(PyImport_ImportModule("ml_dtypes"));
    if (!module) throw PythonError{};
    const Ref scalar(checked(PyObject_GetAttrString(module.get(), kDTypes[row].name)));
    objects[row] = checked(numpy_dtype(scalar.get()));
    remember(objects[row], kDTypes[row].number);
    remember(scalar.get(), kDTypes[row].number);
    return objects[row];
}

std::string name_of(PyObject* dtype) {
    const Ref value(checked(attribute<"name">(dtype)));
    const char* text = PyUnicode_AsUTF8AndSize(value.get(), nullptr);
    if (!text) throw PythonError{};
    return text;
}

}  // namespace

void load_dtypes() {
    numpy = checked(PyImport_ImportModule("numpy"));
    const std::pair<PyTypeObject*, ls_dtype> builtins[] = {{&PyBool_Type, LS_BOOL},
                                                           {&PyLong_Type, LS_INT64},
                                                           {&PyFloat_Type, LS_FLOAT64},
                                                           {&PyComplex_Type, LS_COMPLEX128}};
    for (size_t i = 0; i < kCount; ++i) {
        const Ref name(checked(PyUnicode_FromString(kDTypes[i].name)));
        const Ref scalar(PyObject_GetAttr(numpy, name.get()));
        if (!scalar) {
            PyErr_Clear();
            continue;
        }
        objects[i] = checked(numpy_dtype(scalar.get()));
        remember(objects[i], kDTypes[i].number);
        remember(scalar.get(), kDTypes[i].number);
    }
    for (const auto& [type, dtype] : builtins) remember(reinterpret_cast<PyObject*>(type), dtype);
}

const DTypeRow& dtype_row(ls_dtype dtype) {
    const int i = row_index(dtype);
    if (i < 0)
        raise(PyExc_RuntimeError, "Lockstep's dtype number %llu is not in the package's table",
              static_cast<unsigned long long>(dtype));
    return kDTypes[i];
}

PyObject* dtype_object(ls_dtype dtype) {
    dtype_row(dtype);
    const int i = row_index(dtype);
    return Py_NewRef(objects[i] ? objects[i] : load_extended(i));
}

ls_dtype dtype_known(PyObject* dtype) {
    for (int i = 0; i < known_count; ++i)
        if (known[i].value == dtype) return known[i].dtype;
    // other names of the same types (long long), and types that NumPy does not know by itself
    const Ref native(checked(attribute<"isnative">(dtype)));
    if (native.get() != Py_True) return 0;
    const std::string name = name_of(dtype);
    for (size_t i = 0; i < kCount; ++i)
        if (name == kDTypes[i].name) {
            if (!objects[i]) load_extended(static_cast<int>(i));
            remember(dtype, kDTypes[i].number);
            return kDTypes[i].number;
        }
    return 0;
}

ls_dtype dtype_in(PyObject* value) {
    if (!value || value == Py_None) return 0;
    for (int i = 0; i < known_count; ++i)
        if (known[i].value == value) return known[i].dtype;
    if (PyUnicode_Check(value) && PyUnicode_CompareWithASCIIString(value, "bfloat16") == 0)
        return LS_BFLOAT16;
    const Ref dtype(checked(numpy_dtype(value)));
    const ls_dtype found = dtype_known(dtype.get());
    if (!found) raise(PyExc_TypeError, "Lockstep has no dtype %S", dtype.get());
    return found;
}

}  // namespace lockstep::python
