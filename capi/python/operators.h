// Python's operators on arrays, each by the function that runtime/tables/python.toml gives it.
// Must not know single operations.
#pragma once

#include "ufunc.h"

namespace lockstep::python {

struct OperatorRow {
    const char* name;             // the function's
    const UfuncRow* ufunc;        // NULL where there is none
    const UfuncRow* boolean;      // of booleans, where `ufunc` is NULL; for power, their square
    const CallableRow* function;  // a function that is no ufunc: matmul
};

// False where the other operand wants to do the work itself: its class has an __array_ufunc__ of its own, or
// None.
bool takes_part(PyObject* other);

PyObject* binary_operator(const OperatorRow& row, PyObject* a, PyObject* b, PyObject* out);
// booleans ** 2, which NumPy's operator (not its function) squares: int8, not int64.
bool is_square_of_booleans(PyObject* a, PyObject* b);
PyObject* unary_operator(const OperatorRow& row, PyObject* a);
PyObject* comparison(const OperatorRow& row, int op, PyObject* a, PyObject* b);

template <const OperatorRow* row>
PyObject* binary(PyObject* a, PyObject* b) {
    return entry([&] { return binary_operator(*row, a, b, nullptr); });
}
template <const OperatorRow* row>
PyObject* inplace(PyObject* a, PyObject* b) {
    return entry([&] { return binary_operator(*row, a, b, a); });
}
template <const OperatorRow* row>
PyObject* unary(PyObject* a) {
    return entry([&] { return unary_operator(*row, a); });
}
template <const OperatorRow* row>
PyObject* power(PyObject* a, PyObject* b, PyObject* modulo) {
    if (modulo != Py_None) Py_RETURN_NOTIMPLEMENTED;
    return entry([&] {
        if (row->boolean && is_square_of_booleans(a, b)) return call_one(*row->boolean, a);
        return binary_operator(*row, a, b, nullptr);
    });
}
template <const OperatorRow* row>
PyObject* inplace_power(PyObject* a, PyObject* b, PyObject*) {
    return entry([&] { return binary_operator(*row, a, b, a); });
}
template <class F>
void* as_slot(F f) {
    return reinterpret_cast<void*>(f);
}

// The number protocol's other slots: divmod, bool, int, float, index.
PyObject* array_divmod(PyObject* a, PyObject* b);
int array_bool(PyObject* self);
PyObject* array_int(PyObject* self);
PyObject* array_float(PyObject* self);
PyObject* array_index(PyObject* self);
PyObject* array_complex(PyObject* self, PyObject*);
// The only element as Python's own number.
PyObject* item(const ls_array* a);

}  // namespace lockstep::python
