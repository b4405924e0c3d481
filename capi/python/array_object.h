// lockstep.ndarray as C sees it: a Python object around one handle.
// Must not know operations.
#pragma once

#include "error.h"
#include "names.h"

namespace lockstep::python {

struct ArrayObject {
    PyObject_HEAD ls_array* handle;
    int64_t size;  // elements; -1 until somebody asks: size_of()
    PyObject* weak_references;
};

extern PyTypeObject* array_type;

inline bool is_array(PyObject* o) { return Py_IS_TYPE(o, array_type); }
inline ArrayObject* array(PyObject* o) { return reinterpret_cast<ArrayObject*>(o); }
inline const ls_array* handle(PyObject* o) { return array(o)->handle; }

// Elements: says whether a call is long enough to let other threads run.
inline int64_t size_of(PyObject* o) {
    ArrayObject* const a = array(o);
    if (a->size < 0) ls_array_size(a->handle, &a->size);
    return a->size;
}

// A new object that owns the handle, which is freed when there is no memory for it.
PyObject* wrap(ls_array* owned);

// Shape or strides; room for the most dimensions that there are.
constexpr int kMaxDims = 64;
struct Geometry {
    int ndim;
    int64_t shape[kMaxDims], strides[kMaxDims];
    explicit Geometry(const ls_array* a);
};
PyObject* tuple_of(const int64_t* values, int count);

// Parts of the type, each in a file of its own.
extern PyMethodDef array_protocol_methods[];
extern PyGetSetDef array_properties[];
PyType_Slot* operator_slots(int* count);
PyType_Slot* indexing_slots(int* count);
// a[index] = ufunc(a[index], value), repeated elements as often as they are named; None for a ufunc of one input.
PyObject* update_at(const char* ufunc, PyObject* a, PyObject* index, PyObject* value);
int get_buffer(PyObject* self, Py_buffer* view, int flags);
void release_buffer(PyObject* self, Py_buffer* view);
PyObject* array_repr(PyObject* self);
PyObject* array_str(PyObject* self);

void make_array_type(PyObject* module);

// Work of at least this many elements lets other threads run meanwhile: about 10 microseconds, beside the 0.1
// of giving the lock away and taking it back.
constexpr int64_t kLongElementwise = 32768;
constexpr int64_t kLong = 4096;

template <class Call>
inline ls_status released_if(bool long_call, const Call& call) {
    if (!long_call) return call();
    PyThreadState* const state = PyEval_SaveThread();
    const ls_status status = call();
    PyEval_RestoreThread(state);
    return status;
}

}  // namespace lockstep::python
