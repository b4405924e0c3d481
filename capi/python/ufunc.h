// Universal functions as Python sees them: objects with nin, nout, types, identity and methods.
// Must not know single operations.
#pragma once

#include "callable.h"

namespace lockstep::python {

using Ufunc1 = ls_status (*)(const ls_array*, const ls_ufunc_options*, ls_array**);
using Ufunc2 = ls_status (*)(const ls_array*, const ls_array*, const ls_ufunc_options*, ls_array**);

struct UfuncRow {
    CallableRow call;  // its parameters: for calls with options
    int inputs;
    Ufunc1 one;
    Ufunc2 two;
    const char* loops;          // NumPy's type characters of the loops
    char result;                // 's' the loop's type, 'b' bool, 'r' the real type of a complex one
    const char* identity;       // "zero", "one", "minus_one", "yes", "no" or "none"
    const CallableRow* reduction;  // the function that its method `reduce` is; NULL: `reduce` does it
    const CallableRow *accumulate, *reduceat, *reduce;  // their first argument is the ufunc's name
};

// The ufunc of two operands, the hot path of lockstep.add(x, y) and of x + y.
PyObject* call_two(const UfuncRow& row, PyObject* a, PyObject* b, PyObject* out);
PyObject* call_one(const UfuncRow& row, PyObject* a);

PyTypeObject* ufunc_type();
PyObject* new_ufunc(const UfuncRow& row);

// Where the caller asked for floating-point errors to be noticed (lockstep.errstate): called after each
// ufunc.
extern thread_local bool watched;
void watch(const UfuncRow& row, PyObject* const* inputs, int count, PyObject* result);

}  // namespace lockstep::python
