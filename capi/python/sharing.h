// What properties.cpp and module.cpp need of buffer.cpp: the protocols by which arrays share their memory.
// Must not know operations.
#pragma once

#include "array_object.h"

namespace lockstep::python {

struct dlpack_device_pair {
    int type, id;
};

int64_t int_of(PyObject* value);
PyObject* array_interface(PyObject* self, void*);
PyObject* cuda_array_interface(PyObject* self, void*);
PyObject* dlpack(PyObject* self, PyObject* args, PyObject* keywords);
PyObject* dlpack_device(PyObject* self, PyObject*);
// The array over a capsule's tensor, which is then marked as used.
PyObject* from_dlpack_capsule(PyObject* capsule);

}  // namespace lockstep::python
