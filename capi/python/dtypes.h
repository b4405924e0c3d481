// NumPy's dtype objects for Lockstep's numbers, and back.
// Must not know arrays.
#pragma once

#include "error.h"
#include "names.h"

namespace lockstep::python {

// numpy, imported when the module was; borrowed.
extern PyObject* numpy;

void load_dtypes();
// NumPy's dtype object; a new reference.
PyObject* dtype_object(ls_dtype dtype);
// From a dtype object or whatever numpy.dtype() takes; 0 for NULL and None. TypeError for one that Lockstep
// lacks.
ls_dtype dtype_in(PyObject* value);
// The same without an error: 0 for a dtype object that Lockstep lacks.
ls_dtype dtype_known(PyObject* dtype);

struct DTypeRow {
    ls_dtype number;
    const char* name;
    char kind;
    int bytes;
    const char* format;  // of the buffer protocol; NULL where it has none
};
const DTypeRow& dtype_row(ls_dtype dtype);

}  // namespace lockstep::python
