// Functions whose slots are put in order before the generated body reads them.
// Must not know how a body calls the C function.
#include "by_hand.h"

#include <algorithm>

namespace lockstep::python {

PyObject* arange_by_hand(Body body, PyObject* const* slots) {
    PyObject* ordered[kMaxSlots];
    std::copy(slots, slots + kMaxSlots, ordered);
    static PyObject* const zero = checked(PyLong_FromLong(0));
    static PyObject* const one = checked(PyLong_FromLong(1));
    PyObject *&start = ordered[0], *&stop = ordered[1], *&step = ordered[2];
    if (!given_or_none(step)) step = one;
    if (!given_or_none(stop)) {
        stop = start;
        start = zero;
    }
    if (!given_or_none(stop)) raise(PyExc_TypeError, "arange() requires stop to be specified.");
    if (!given_or_none(start)) start = zero;
    return body(ordered);
}

PyObject* where_by_hand(Body body, PyObject* const* slots) {
    const int values = given_or_none(slots[1]) + given_or_none(slots[2]);
    if (values == 1) raise(PyExc_ValueError, "either both or neither of x and y should be given");
    if (values == 2) return body(slots);
    const Operand condition = required(slots[0], "condition");
    ls_array* result[kMaxDims];
    size_t count = kMaxDims;
    const ls_status status =
        released_if(condition.size() >= kLong, [&] { return ls_nonzero(condition.get(), &count, result); });
    return arrays_result(status, result, count);
}

PyObject* indices_by_hand(Body body, PyObject* const* slots) {
    const Ref arrays(body(slots));
    return slots[2] && bool_in(slots[2]) ? Py_NewRef(arrays.get())
                                         : Py_NewRef(checked(PyTuple_GetItem(arrays.get(), 0)));
}

PyObject* ix__by_hand(Body body, PyObject* const* slots) {
    const Ref args(checked(PySequence_List(slots[0])));
    for (Py_ssize_t i = 0; i < PyList_Size(args.get()); ++i) {
        PyObject* const arg = PyList_GetItem(args.get(), i);
        const bool empty = (PyList_Check(arg) || PyTuple_Check(arg)) && PyObject_Size(arg) == 0;
        static PyObject* const none = checked(PyObject_CallMethod(numpy, "zeros", "is", 0, "int64"));
        if (empty && PyList_SetItem(args.get(), i, Py_NewRef(none)) != 0) throw PythonError{};
    }
    PyObject* ordered[kMaxSlots];
    std::copy(slots, slots + kMaxSlots, ordered);
    ordered[0] = args.get();
    return body(ordered);
}

PyObject* ravel_multi_index_by_hand(Body body, PyObject* const* slots) {
    PyObject* const modes = slots[2];
    if (!modes || (!PyTuple_Check(modes) && !PyList_Check(modes))) return body(slots);
    const Ref comma(checked(PyUnicode_FromString(",")));
    const Ref joined(checked(PyUnicode_Join(comma.get(), modes)));
    PyObject* ordered[kMaxSlots];
    std::copy(slots, slots + kMaxSlots, ordered);
    ordered[2] = joined.get();
    return body(ordered);
}

}  // namespace lockstep::python
