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
    const Shape dims(slots[1]);
    if (PySequence_Size(modes) != dims.count())
        raise(PyExc_ValueError, "mode: expected %d, one for each dimension, got %zd", dims.count(), PySequence_Size(modes));
    const Ref comma(checked(PyUnicode_FromString(",")));
    const Ref joined(checked(PyUnicode_Join(comma.get(), modes)));
    PyObject* ordered[kMaxSlots];
    std::copy(slots, slots + kMaxSlots, ordered);
    ordered[2] = joined.get();
    return body(ordered);
}

PyObject* into_self(Body body, PyObject* const* slots, int self, int out) {
    PyObject* with_out[kMaxSlots];
    std::copy(slots, slots + kMaxSlots, with_out);
    with_out[out] = slots[self];
    const Ref result(body(with_out));
    Py_RETURN_NONE;
}

namespace {

PyObject* one_or_all(Body body, PyObject* const* slots) {
    const Ref arrays(body(slots));
    return PyTuple_Size(arrays.get()) == 1 ? Py_NewRef(checked(PyTuple_GetItem(arrays.get(), 0)))
                                           : Py_NewRef(arrays.get());
}

PyObject* named(const char* name, Body body, PyObject* const* slots) {
    const Ref arrays(body(slots));
    const Ref module(checked(PyImport_ImportModule("lockstep._sets")));
    const Ref type(checked(PyObject_GetAttrString(module.get(), name)));
    return checked(PyObject_CallObject(type.get(), arrays.get()));
}

}  // namespace

PyObject* unique_by_hand(Body body, PyObject* const* slots) { return one_or_all(body, slots); }
PyObject* intersect1d_by_hand(Body body, PyObject* const* slots) { return one_or_all(body, slots); }
PyObject* unique_all_by_hand(Body body, PyObject* const* slots) { return named("UniqueAllResult", body, slots); }
PyObject* unique_counts_by_hand(Body body, PyObject* const* slots) { return named("UniqueCountsResult", body, slots); }
PyObject* unique_inverse_by_hand(Body body, PyObject* const* slots) { return named("UniqueInverseResult", body, slots); }

}  // namespace lockstep::python
