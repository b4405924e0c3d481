// The life of lockstep.ndarray objects, and the type made of its parts.
// Must not know operations.
#include "array_object.h"

#include <structmember.h>

#include <vector>

#include "arguments.h"
#include "callable.h"

namespace lockstep::python {

PyTypeObject* array_type = nullptr;

namespace {

// Objects to use again: an allocation costs as much as a small addition. Guarded by the interpreter's lock.
constexpr int kKept = 128;
ArrayObject* kept[kKept];
int kept_count = 0;

void array_dealloc(PyObject* self) {
    ArrayObject* const a = array(self);
    if (a->weak_references) PyObject_ClearWeakRefs(self);
    if (a->handle) ls_array_free(&a->handle);
    PyTypeObject* const type = Py_TYPE(self);
    if (kept_count < kKept)
        kept[kept_count++] = a;
    else
        PyObject_Free(self);
    Py_DECREF(type);
}

// ndarray(shape, dtype=float, buffer=None, offset=0, strides=None, order=None): without a buffer only.
PyObject* array_new(PyTypeObject*, PyObject* args, PyObject* keywords) {
    return entry([&] {
        static const char* names[] = {"shape", "dtype", "buffer", "offset", "strides", "order", nullptr};
        PyObject *shape = nullptr, *dtype = nullptr, *buffer = nullptr, *offset = nullptr, *strides = nullptr,
                 *order = nullptr;
        if (!PyArg_ParseTupleAndKeywords(args, keywords, "O|OOOOO:ndarray", const_cast<char**>(names), &shape,
                                         &dtype, &buffer, &offset, &strides, &order))
            throw PythonError{};
        for (PyObject* absent : {buffer, offset, strides})
            if (absent && absent != Py_None)
                raise(PyExc_NotImplementedError,
                      "lockstep.ndarray over a buffer is not there yet: use lockstep.asarray");
        const Shape sizes(shape);
        ls_empty_options o = {};
        o.size = sizeof o;
        o.dtype = dtype_in(dtype);
        o.order = order_in(order);
        ls_array* result = nullptr;
        check(ls_empty(sizes.count(), sizes.data(), &o, &result));
        return wrap(result);
    });
}

constexpr char kDoc[] =
    "ndarray(shape, dtype=None, buffer=None, offset=0, strides=None, order=None)\n--\n\n"
    "An n-dimensional array on one of Lockstep's devices, with NumPy's semantics: a view of storage that is "
    "counted\n"
    "and shared. Made by lockstep.array, asarray, zeros and the like. Results of zero dimensions are arrays, "
    "too.";

PyMemberDef members[] = {
    {const_cast<char*>("__weaklistoffset__"), T_PYSSIZET, offsetof(ArrayObject, weak_references), READONLY,
     nullptr},
    {},
};

}  // namespace

PyObject* wrap(ls_array* owned) {
    ArrayObject* a;
    if (kept_count > 0) {
        a = kept[--kept_count];
        PyObject_Init(reinterpret_cast<PyObject*>(a), array_type);
    } else {
        a = PyObject_New(ArrayObject, array_type);
        if (!a) {
            ls_array_free(&owned);
            throw PythonError{};
        }
    }
    a->handle = owned;
    a->weak_references = nullptr;
    a->size = -1;
    return reinterpret_cast<PyObject*>(a);
}

Geometry::Geometry(const ls_array* a) {
    check(ls_array_ndim(a, &ndim));
    check(ls_array_shape(a, kMaxDims, shape));
    check(ls_array_strides(a, kMaxDims, strides));
}

PyObject* tuple_of(const int64_t* values, int count) {
    Ref result(checked(PyTuple_New(count)));
    for (int i = 0; i < count; ++i) PyTuple_SetItem(result.get(), i, checked(PyLong_FromLongLong(values[i])));
    return result.release();
}

void make_array_type(PyObject* module) {
    std::vector<PyMethodDef>* const methods =
        new std::vector<PyMethodDef>(table_methods());  // the type refers to it for ever
    for (PyMethodDef* m = array_protocol_methods; m->ml_name; ++m) methods->push_back(*m);
    methods->push_back({});
    std::vector<PyType_Slot> slots = {
        {Py_tp_dealloc, reinterpret_cast<void*>(array_dealloc)},
        {Py_tp_new, reinterpret_cast<void*>(array_new)},
        {Py_tp_doc, const_cast<char*>(kDoc)},
        {Py_tp_hash, reinterpret_cast<void*>(PyObject_HashNotImplemented)},
        {Py_tp_repr, reinterpret_cast<void*>(array_repr)},
        {Py_tp_str, reinterpret_cast<void*>(array_str)},
        {Py_tp_members, members},
        {Py_tp_getset, array_properties},
        {Py_tp_methods, methods->data()},
        {Py_bf_getbuffer, reinterpret_cast<void*>(get_buffer)},
        {Py_bf_releasebuffer, reinterpret_cast<void*>(release_buffer)},
    };
    int count = 0;
    for (PyType_Slot* s = operator_slots(&count); count > 0; --count) slots.push_back(*s++);
    for (PyType_Slot* s = indexing_slots(&count); count > 0; --count) slots.push_back(*s++);
    slots.push_back({});
    PyType_Spec spec = {"lockstep.ndarray", sizeof(ArrayObject), 0,
                        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_IMMUTABLETYPE, slots.data()};
    PyObject* const type = checked(PyType_FromSpec(&spec));
    array_type = reinterpret_cast<PyTypeObject*>(type);
    checked(PyModule_AddObjectRef(module, "ndarray", type));
}

}  // namespace lockstep::python
