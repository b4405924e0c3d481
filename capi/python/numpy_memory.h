// NumPy's arrays by the fields that its C interface documents: where the elements lie, without asking Python for each.
// Must not know what is done with them.
#pragma once

#include <cstdint>

#include "lockstep/lockstep.h"
#include "names.h"

namespace lockstep::python {

struct NumpyMemory {
    char* data;
    int ndim;
    const int64_t *shape, *strides;  // strides in bytes; both the array's own
    ls_dtype dtype;
    bool writeable;
};

bool is_numpy_array(PyObject* value);
// False where the value is no NumPy array, its dtype none of ours in native byte order, or where this NumPy has other fields.
bool read_numpy(PyObject* value, NumpyMemory& memory);

// After load_dtypes().
void load_numpy_memory();

}  // namespace lockstep::python
